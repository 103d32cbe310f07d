/**
 * Threads that train one relation together, each on parts of every batch.
 *
 * A thread is a worker with a tfjs of its own; data, parameters and gradients lie in memory that all share. Who leads
 * works as well, and waits for the others.
 *
 * @module
 */
import type { Pairs } from "./evaluation.ts";
import type { Matrix } from "./matrix.ts";
import type { Shared } from "./part.ts";

/** What a worker is told at its start. */
export interface Assignment {
  readonly gamma: number;
  readonly shared: Shared;
  readonly thread: number;
  readonly threads: number;
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly complaint: Uint8Array<SharedArrayBuffer>;
}

/** Starts a worker that joins the team: it calls `joinTeam` in team_member.ts with the assignment. */
export type Hire = (assignment: Assignment) => Worker;

/** What a worker answers: nothing but that it is ready, or why it is not. */
export interface Started {
  readonly error?: string;
}

/** Places in the control array: which step is to be computed, how many threads have, and the size of a complaint. */
export const CONTROL = { step: 0, done: 1, complaint: 2, size: 3 } as const;

/** What {@linkcode CONTROL.step} says when there is no more to do. */
export const OVER = -1;

/** Bytes that a thread has to say what went wrong. */
const LONGEST_COMPLAINT = 4096;

/** Milliseconds that the leader waits without looking whether all workers still live. */
const PATIENCE = 1000;

/** Those who work beside the leader. */
export class Team {
  readonly #workers: Worker[] = [];
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * CONTROL.size));
  readonly #complaint = new Uint8Array(new SharedArrayBuffer(LONGEST_COMPLAINT));
  #lost: Error | undefined;

  /** Starts `threads` − 1 workers; the leader is thread 0. */
  static async start(
    hire: Hire,
    work: Pick<Assignment, "gamma" | "shared" | "threads">,
  ): Promise<Team> {
    const team = new Team();
    try {
      await Promise.all(
        Array.from({ length: work.threads - 1 }, (_, i) => team.#hire(hire, { ...work, thread: i + 1 })),
      );
    } catch (error) {
      team.close();
      throw error;
    }
    return team;
  }

  #hire(hire: Hire, work: Omit<Assignment, "control" | "complaint">): Promise<void> {
    const worker = hire({ ...work, control: this.#control, complaint: this.#complaint });
    this.#workers.push(worker);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    worker.onmessage = ({ data: { error } }: MessageEvent<Started>) => {
      if (error === undefined) resolve();
      else reject(new Error(`Cannot train on: a thread must start, but did not: ${error}`));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#lost = new Error(`Cannot train on: a thread must not end, but did: ${event.message}`);
      reject(this.#lost);
    };
    return promise;
  }

  /** Lets all begin with the next step. */
  begin(): void {
    Atomics.store(this.#control, CONTROL.done, 0);
    Atomics.add(this.#control, CONTROL.step, 1);
    Atomics.notify(this.#control, CONTROL.step);
  }

  /**
   * Waits until all are done with the step.
   *
   * @throws {Error} With what a thread complained of, or if one ended.
   */
  async finish(): Promise<void> {
    for (;;) {
      const done = Atomics.load(this.#control, CONTROL.done);
      if (done === this.#workers.length) break;
      if (Atomics.wait(this.#control, CONTROL.done, done, PATIENCE) !== "timed-out") continue;
      await new Promise((resolve) => setTimeout(resolve)); // what a worker died of is an event
      if (this.#lost) throw this.#lost;
    }
    const size = Atomics.load(this.#control, CONTROL.complaint);
    if (size > 0) throw new Error(new TextDecoder().decode(this.#complaint.slice(0, size)));
  }

  /** Sends all home. */
  close(): void {
    Atomics.store(this.#control, CONTROL.step, OVER);
    Atomics.notify(this.#control, CONTROL.step);
    for (const worker of this.#workers) worker.terminate();
  }
}

/** The pairs in memory that threads share. */
export function sharedPairs({ u, v }: Pairs): Pairs {
  return { u: sharedMatrix(u), v: sharedMatrix(v) };
}

function sharedMatrix({ rows, columns, data }: Matrix): Matrix {
  const shared = new Float32Array(new SharedArrayBuffer(data.byteLength));
  shared.set(data);
  return { rows, columns, data: shared };
}
