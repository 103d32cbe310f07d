/**
 * Runs units of a stage where they can do no harm: in a worker that may read the project and the store, and
 * nothing else. What it makes goes to the engine as messages.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { format } from "node:util";
import { sha256 } from "./canonical.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { layout } from "./layout.ts";
import { didYouMean, known } from "./nearest.ts";
import type { StageContext, StageInput, StageRun } from "./stage.ts";
import { BrokenObjectError, readObject } from "./store.ts";
import type { EngineMessage, Job, Reply, ThreadStart, WorkerMessage } from "./worker_protocol.ts";

// The worker is its messages, whatever a library makes of the global scope later.
const post = self.postMessage.bind(self);
const waiting = new Map<number, PromiseWithResolvers<void>>();
let lastId = 0;

self.onmessage = ({ data }: MessageEvent<EngineMessage>) => {
  if (data.type === "reply") settle(data);
  else runJob(data.job);
};

// A worker that closes itself dies without a word, and the engine would wait for it forever.
for (const [owner, name] of [[self, "close"], [Deno, "exit"]] as const) {
  Object.defineProperty(owner, name, {
    value: () => {
      throw new Error(`Cannot leave the stage: it must return or throw, but it called ${name}()`);
    },
  });
}

// Uncaught, these would end the worker and be printed by the runtime; they are the failure of a unit.
self.addEventListener("error", (event) => {
  event.preventDefault();
  fail(event.error);
});
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  fail(event.reason);
});

// What a stage or a library prints is an event of the run; on the screen it would tear the bar, or the JSON.
for (const level of ["debug", "error", "info", "log", "warn"] as const) {
  console[level] = (...values: unknown[]) => send({ type: "said", text: format(...values) });
}

async function runJob(job: Job): Promise<void> {
  const unit = new Unit(job);
  try {
    const module = await import(job.module) as { run?: StageRun };
    if (typeof module.run !== "function") {
      throw new TypeError(`Cannot run ${job.module}: it must export a function "run", but does not`);
    }
    await module.run(unit.context());
    await unit.settled();
    send({ type: "done" });
  } catch (error) {
    fail(error, unit.broken);
  } finally {
    unit.ended = true;
  }
}

function fail(error: unknown, broken?: string): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  send({
    type: "failed",
    message,
    ...(stack !== undefined && { stack }),
    ...(broken !== undefined && { broken }),
  });
}

/** One unit at work. Failed reads and writes are kept, so that a stage cannot swallow them. */
class Unit {
  /** Digest of an input object that was not what it should be. */
  broken?: string;
  /** What a timer left behind does from now on is no longer part of the unit. */
  ended = false;
  readonly #job: Job;
  readonly #writes: Promise<void>[] = [];

  constructor(job: Job) {
    this.#job = job;
  }

  context(): StageContext {
    const { stage, params, shard, uses, checkpoint, cores } = this.#job;
    return {
      stage,
      params,
      shard: shard ?? undefined,
      cores,
      thread: (module, argument) => {
        const worker = new Worker(new URL("./thread.ts", import.meta.url), { type: "module" });
        const start: ThreadStart = { stage, module, uses, argument };
        worker.postMessage(start);
        return worker;
      },
      input: (role) => this.#input(role),
      load: <T>(role: string) => import(known(uses, role, "uses", stage)) as Promise<T>,
      write: (name, bytes, options) => {
        const identity = options?.identity && sha256(options.identity);
        return this.#ask({ type: "write", name, bytes, ...(identity !== undefined && { identity }) });
      },
      progress: (done, total, detail) => {
        if (!this.ended) send({ type: "progress", done, total, ...(detail !== undefined && { detail }) });
      },
      checkpoint: {
        load: () => loadCheckpoint(checkpoint),
        save: (bytes) => this.#ask({ type: "checkpoint", bytes }),
      },
    };
  }

  async settled(): Promise<void> {
    await Promise.all(this.#writes);
    if (this.broken !== undefined) throw new Error(`Cannot trust the result: input ${this.broken} is broken`);
  }

  #input(role: string): StageInput {
    const { inputs, artifacts, stage } = this.#job;
    const entries = new Map(known(inputs, role, "inputs", stage).map(({ name, digest }) => [name, digest]));
    return {
      names: [...entries.keys()],
      // deno-lint-ignore require-await
      read: async (name) => {
        const digest = entries.get(name);
        if (digest === undefined) {
          throw new RangeError(
            `Cannot read "${name}" of input "${role}": there is none${didYouMean(name, entries.keys())}`,
          );
        }
        try {
          return readObject(digest, layout(artifacts));
        } catch (error) {
          if (error instanceof BrokenObjectError) this.broken = error.digest;
          throw error;
        }
      },
    };
  }

  #ask(message: Request): Promise<void> {
    if (this.ended) return Promise.reject(new Error("Cannot write: the unit must be running, but has ended"));
    const id = ++lastId;
    const reply = Promise.withResolvers<void>();
    waiting.set(id, reply);
    this.#writes.push(reply.promise);
    // Without a handler of its own, a write that nobody awaits would end the worker before the unit fails.
    reply.promise.catch(() => {});
    transfer({ ...message, id });
    return reply.promise;
  }
}

type Request =
  | { type: "write"; name: string; bytes: Uint8Array; identity?: string }
  | { type: "checkpoint"; bytes: Uint8Array };

/** Moves a buffer that the bytes fill; copies one that they share, such as the memory of a WASM module. */
function transfer(message: Request & { id: number }): void {
  const { bytes } = message;
  const fills = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
  if (fills) {
    try {
      return post(message, [bytes.buffer as ArrayBuffer]);
    } catch {
      // The memory of a WASM module cannot be moved, even when the bytes fill it.
    }
  }
  const copy = bytes.slice();
  post({ ...message, bytes: copy }, [copy.buffer]);
}

async function loadCheckpoint(path: string): Promise<Uint8Array | undefined> {
  try {
    return openCheckpoint(await Deno.readFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function settle({ id, error }: Reply): void {
  const reply = waiting.get(id);
  waiting.delete(id);
  if (error === undefined) reply?.resolve();
  else reply?.reject(new Error(error));
}

function send(message: WorkerMessage): void {
  post(message);
}
