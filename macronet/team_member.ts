/**
 * A thread of a training beside the leader.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { useWasmBackend } from "./backend.ts";
import { Evaluation } from "./evaluation.ts";
import { computeParts } from "./part.ts";
import type { Relation } from "./relation.ts";
import { type Assignment, CONTROL, OVER, type Started } from "./team.ts";

/**
 * Works on the assignment until its leader sends everyone home. To be called in a worker.
 *
 * @param relationOf Makes the relation that the leader trains.
 */
export async function joinTeam(
  { gamma, shared, thread, threads, control, complaint }: Assignment,
  relationOf: () => Relation | Promise<Relation>,
): Promise<void> {
  await useWasmBackend();
  const evaluation = new Evaluation(await relationOf(), gamma);
  const ready: Started = {};
  self.postMessage(ready);
  for (let step = 0;;) {
    Atomics.wait(control, CONTROL.step, step);
    step = Atomics.load(control, CONTROL.step);
    if (step === OVER) return self.close();
    try {
      computeParts(evaluation, shared, { thread, threads });
    } catch (error) {
      const text = new TextEncoder().encode((error as Error).message).subarray(0, complaint.length);
      complaint.set(text);
      Atomics.store(control, CONTROL.complaint, text.length);
    }
    Atomics.add(control, CONTROL.done, 1);
    Atomics.notify(control, CONTROL.done);
  }
}
