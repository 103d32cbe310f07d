/**
 * One thread of a training beside the leader.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { useWasmBackend } from "./backend.ts";
import { Evaluation } from "./evaluation.ts";
import { computeParts } from "./part.ts";
import type { Relation } from "./relation.ts";
import { type Assignment, CONTROL, OVER, type Started } from "./team.ts";

self.onmessage = async ({ data }: MessageEvent<Assignment>) => {
  const { shared, thread, threads, control, complaint } = data;
  let evaluation;
  try {
    evaluation = await evaluationFrom(data);
  } catch (error) {
    const failed: Started = { error: (error as Error).message };
    return self.postMessage(failed);
  }
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
};

async function evaluationFrom({ source, gamma }: Assignment): Promise<Evaluation> {
  await useWasmBackend();
  const { relation } = await import(source.module) as {
    relation: (argument: unknown) => Relation | Promise<Relation>;
  };
  return new Evaluation(await relation(source.argument), gamma);
}
