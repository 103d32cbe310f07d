/**
 * Workers in which units run, a fixed number at a time.
 *
 * A worker may touch what is in the sandbox of its stage and its own scratch folder, and nothing else. It is kept for further units of the same stage; before another stage runs in its place it is
 * ended, so that nothing a library left in its memory reaches other results.
 *
 * @module
 */
import { removeIfThere } from "./files.ts";
import type { Sandbox } from "./sandbox.ts";
import type { ProgressDetail } from "./stage.ts";
import type { EngineMessage, Job, Reply, WorkerMessage } from "./worker_protocol.ts";

/** What a unit asks of the engine while it runs. A rejected promise fails the unit. */
export interface JobHost {
  write(artifact: { name: string; bytes: Uint8Array; identity?: string }): Promise<void>;
  saveCheckpoint(bytes: Uint8Array): Promise<void>;
  loadCheckpoint(): Promise<Uint8Array | undefined>;
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
  /** Folder that units in this place may write to, one after the other. */
  readonly scratch: string;
  worker?: Worker;
  /** Stage that the worker has loaded. */
  stage?: string;
  busy: boolean;
  terminate?: () => void;
}

/** A fixed number of places for workers. */
export class WorkerPool {
  readonly #slots: Slot[];

  /**
   * @param size Units that run at the same time, at least 1.
   * @param folder Where scratch folders are made; whoever made it removes it.
   */
  constructor(size: number, folder: string) {
    if (!(Number.isSafeInteger(size) && size >= 1)) {
      throw new RangeError(
        `Cannot start workers: their number must be a positive integer, but found ${size}`,
      );
    }
    this.#slots = Array.from({ length: size }, (_, i) => ({ busy: false, scratch: `${folder}/worker-${i}` }));
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
  async run(job: Job, { sandbox, host }: { sandbox: Sandbox; host: JobHost }): Promise<JobOutcome> {
    const free = this.#slots.filter((slot) => !slot.busy);
    const slot = free.find((slot) => slot.stage === job.stage) ?? free.find((slot) => !slot.worker) ??
      free[0];
    slot.busy = true;
    if (slot.worker !== undefined && slot.stage !== job.stage) end(slot);
    slot.worker ??= start(job.stage, sandbox, slot.scratch);
    slot.stage = job.stage;
    try {
      return await converse(slot, job, host);
    } finally {
      removeIfThere(slot.scratch);
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
}

function start(name: string, { read }: Sandbox, scratch: string): Worker {
  const nothing = { net: false, env: false, sys: false, run: false, ffi: false, import: false } as const;
  return new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    name,
    deno: { permissions: { ...nothing, read: [...read, scratch], write: [scratch] } },
  });
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
      case "load-checkpoint":
        return answer(worker, data.id, host.loadCheckpoint());
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
  worker.postMessage({ type: "run", job, scratch: slot.scratch } satisfies EngineMessage);
  const result = await outcome.promise;
  delete slot.terminate;
  // Timers and promises of a failed unit may still be alive.
  if (result.type === "failed") end(slot);
  return result;
}

async function answer(worker: Worker, id: number, work: Promise<Uint8Array | void>): Promise<void> {
  const reply: Reply = await work.then(
    (bytes) => ({ type: "reply", id, ...(bytes && { bytes }) }),
    (error) => ({ type: "reply", id, error: (error as Error).message }),
  );
  worker.postMessage(reply);
}
