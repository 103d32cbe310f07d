/**
 * Workers in which units run, a fixed number at a time.
 *
 * A worker may read the project and the store, and nothing else: no network, no writes, no environment, no
 * processes. It is kept for further units of the same stage; before another stage runs in its place it is
 * ended, so that nothing a library left in its memory reaches other results.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { ProgressDetail } from "./stage.ts";
import type { EngineMessage, Job, Reply, WorkerMessage } from "./worker_protocol.ts";

/** What a unit asks of the engine while it runs. A rejected promise fails the unit. */
export interface JobHost {
  write(artifact: { name: string; bytes: Uint8Array; identity?: string }): Promise<void>;
  saveCheckpoint(bytes: Uint8Array): Promise<void>;
  progress(done: number, total: number, detail?: ProgressDetail): void;
  /** A line that the stage printed. */
  say(text: string): void;
}

/** How a unit ended. */
export type JobOutcome =
  | { readonly type: "done" }
  | {
    readonly type: "failed";
    readonly message: string;
    readonly stack?: string;
    /** Digest of an input object that turned out to be broken: not the fault of the stage. */
    readonly broken?: string;
  }
  | { readonly type: "terminated" };

interface Slot {
  worker?: Worker;
  /** Stage that the worker has loaded. */
  stage?: string;
  busy: boolean;
  terminate?: () => void;
}

/** A fixed number of places for workers. */
export class WorkerPool {
  readonly #slots: Slot[];
  readonly #permissions: Deno.PermissionOptionsObject;

  /**
   * @param size Units that run at the same time, at least 1.
   * @param readable Folders that stages may read.
   */
  constructor(size: number, readable: readonly string[]) {
    if (!(Number.isSafeInteger(size) && size >= 1)) {
      throw new RangeError(
        `Cannot start workers: their number must be a positive integer, but found ${size}`,
      );
    }
    this.#slots = Array.from({ length: size }, () => ({ busy: false }));
    const engine = fileURLToPath(new URL(".", import.meta.url));
    this.#permissions = {
      read: [...readable, engine],
      write: false,
      net: false,
      env: false,
      sys: false,
      run: false,
      ffi: false,
      import: false,
    };
  }

  /** Units that run at the same time. */
  get size(): number {
    return this.#slots.length;
  }

  /** Whether a unit could start now. */
  get isFree(): boolean {
    return this.#slots.some((slot) => !slot.busy);
  }

  /** Runs one unit in a free place. Never rejects; at most {@link isFree} may be assumed. */
  async run(job: Job, host: JobHost): Promise<JobOutcome> {
    const free = this.#slots.filter((slot) => !slot.busy);
    const slot = free.find((slot) => slot.stage === job.stage) ?? free.find((slot) => !slot.worker) ??
      free[0];
    slot.busy = true;
    if (slot.worker !== undefined && slot.stage !== job.stage) end(slot);
    slot.worker ??= this.#start(job.stage);
    slot.stage = job.stage;
    try {
      return await converse(slot, job, host);
    } finally {
      slot.busy = false;
    }
  }

  /** Ends all workers at once. Units that run come back as `terminated`. */
  terminate(): void {
    for (const slot of this.#slots) {
      end(slot);
      slot.terminate?.();
    }
  }

  #start(name: string): Worker {
    return new Worker(new URL("./worker.ts", import.meta.url), {
      type: "module",
      name,
      deno: { permissions: this.#permissions },
    });
  }
}

function end(slot: Slot): void {
  slot.worker?.terminate();
  delete slot.worker;
  delete slot.stage;
}

async function converse(slot: Slot, job: Job, host: JobHost): Promise<JobOutcome> {
  const worker = slot.worker!;
  const outcome = Promise.withResolvers<JobOutcome>();
  slot.terminate = () => outcome.resolve({ type: "terminated" });
  worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
    switch (data.type) {
      case "write":
        return answer(worker, data.id, host.write(data));
      case "checkpoint":
        return answer(worker, data.id, host.saveCheckpoint(data.bytes));
      case "progress":
        return host.progress(data.done, data.total, data.detail);
      case "said":
        return host.say(data.text);
      default:
        return outcome.resolve(data);
    }
  };
  // What nobody caught in the worker: it is dead by then, and its place needs a new one.
  worker.onerror = (event) => {
    event.preventDefault();
    end(slot);
    outcome.resolve({ type: "failed", message: event.message });
  };
  worker.postMessage({ type: "run", job } satisfies EngineMessage);
  const result = await outcome.promise;
  delete slot.terminate;
  // Timers and promises of a failed unit may still be alive.
  if (result.type === "failed") end(slot);
  return result;
}

async function answer(worker: Worker, id: number, work: Promise<void>): Promise<void> {
  const reply: Reply = await work.then(
    () => ({ type: "reply", id }),
    (error) => ({ type: "reply", id, error: (error as Error).message }),
  );
  worker.postMessage(reply);
}
