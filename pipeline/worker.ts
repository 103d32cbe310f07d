/**
 * Runs units of a stage where they can do no harm: in a worker that may read the stage's code and inputs and write to a
 * scratch folder, and nothing else. What it makes goes to the engine as messages.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { format } from "node:util";
import { sha256 } from "./canonical.ts";
import { didYouMean, known } from "./nearest.ts";
import type { StageContext, StageInput, StageRun } from "./stage.ts";
import { BrokenObjectError, readObjectFile } from "./store.ts";
import type { EngineMessage, Job, Reply, ThreadStart, WorkerMessage } from "./worker_protocol.ts";

// The worker is its messages, whatever a library makes of the global scope later.
const post = self.postMessage.bind(self);
const waiting = new Map<number, PromiseWithResolvers<Uint8Array | undefined>>();
let lastId = 0;

self.onmessage = ({ data }: MessageEvent<EngineMessage>) => {
  if (data.type === "reply") settle(data);
  else runJob(data.job, data.scratch);
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

async function runJob(job: Job, scratch: string): Promise<void> {
  const unit = new Unit(job, scratch);
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
    message: isRefused(error, message) ? refusal(message) : message,
    ...(stack !== undefined && { stack }),
    ...(broken !== undefined && { broken }),
  });
}

/** An import that is refused is a TypeError. */
function isRefused(error: unknown, message: string): boolean {
  return error instanceof Deno.errors.NotCapable || /^Requires \w+ access to/.test(message);
}

/** The runtime would advise to allow more; a stage must do without. */
function refusal(message: string): string {
  const what = message.replace(/,? ?run again with.*$/s, "");
  return `a stage may read its code and inputs and write to its scratch folder, and nothing else, but: ${what}`;
}

/** One unit at work. Failed reads and writes are kept, so that a stage cannot swallow them. */
class Unit {
  /** Digest of an input object that was not what it should be. */
  broken?: string;
  /** What a timer left behind does from now on is no longer part of the unit. */
  ended = false;
  readonly #job: Job;
  readonly #scratch: string;
  readonly #writes: Promise<unknown>[] = [];

  constructor(job: Job, scratch: string) {
    this.#job = job;
    this.#scratch = scratch;
  }

  context(): StageContext {
    const { stage, params, shard, uses, cores } = this.#job;
    const scratch = this.#scratch;
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
      get scratch() {
        Deno.mkdirSync(scratch, { recursive: true });
        return scratch;
      },
      write: async (name, bytes, options) => {
        const identity = options?.identity && sha256(options.identity);
        await this.#ask({ type: "write", name, bytes, ...(identity !== undefined && { identity }) });
      },
      progress: (done, total, detail) => {
        if (!this.ended) send({ type: "progress", done, total, ...(detail !== undefined && { detail }) });
      },
      checkpoint: {
        load: () => this.#ask({ type: "load-checkpoint" }),
        save: async (bytes) => void await this.#ask({ type: "checkpoint", bytes }),
      },
    };
  }

  async settled(): Promise<void> {
    await Promise.all(this.#writes);
    if (this.broken !== undefined) throw new Error(`Cannot trust the result: input ${this.broken} is broken`);
  }

  #input(role: string): StageInput {
    const { inputs, inputFolder, stage } = this.#job;
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
          return readObjectFile(`${inputFolder}/${digest}`, digest);
        } catch (error) {
          if (error instanceof BrokenObjectError) this.broken = error.digest;
          throw error;
        }
      },
    };
  }

  #ask(message: Request): Promise<Uint8Array | undefined> {
    if (this.ended) return Promise.reject(new Error("Cannot write: the unit must be running, but has ended"));
    const id = ++lastId;
    const reply = Promise.withResolvers<Uint8Array | undefined>();
    waiting.set(id, reply);
    this.#writes.push(reply.promise);
    // Without a handler of its own, a write that nobody awaits would end the worker before the unit fails.
    reply.promise.catch(() => {});
    if (message.type === "load-checkpoint") post({ ...message, id });
    else transfer({ ...message, id });
    return reply.promise;
  }
}

type Delivery =
  | { type: "write"; name: string; bytes: Uint8Array; identity?: string }
  | { type: "checkpoint"; bytes: Uint8Array };

type Request = Delivery | { type: "load-checkpoint" };

/** Moves a buffer that the bytes fill; copies one that they share, such as the memory of a WASM module. */
function transfer(message: Delivery & { id: number }): void {
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

function settle({ id, error, bytes }: Reply): void {
  const reply = waiting.get(id);
  waiting.delete(id);
  if (error === undefined) reply?.resolve(bytes);
  else reply?.reject(new Error(error));
}

function send(message: WorkerMessage): void {
  post(message);
}
