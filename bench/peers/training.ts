/**
 * Our part in the training bench: `fit`, as every training of the project runs. Where it saves a checkpoint, its turn
 * ends; it waits for the next line before it goes on. Arguments: folder, steps of a turn, threads.
 *
 * @module
 */
import { stdin } from "node:process";
import { createInterface } from "node:readline";
import { useWasmBackend } from "../../macronet/backend.ts";
import { fit } from "../../macronet/fit.ts";
import type { Assignment } from "../../macronet/team.ts";
import { readWork } from "../training_work.ts";

const [folder, turn, threads] = Deno.args;
await useWasmBackend();
const { work, relation, pairs } = readWork(folder);
const lines = createInterface({ input: stdin })[Symbol.asyncIterator]();
const losses: Record<number, number> = {};
const [every] = work.lossesAt.filter((step) => step > 0);
let begun = 0;

/** Waits for a turn. */
async function next(): Promise<void> {
  if ((await lines.next()).done) Deno.exit();
  begun = performance.now();
}

await next();
await fit({
  relation,
  train: pairs,
  validation: { u: { ...pairs.u, rows: 1 }, v: { ...pairs.v, rows: 1 } },
  microstates: {},
  options: { ...work.options, logEvery: every, checkpointEvery: Number(turn) },
  checkpoints: {
    load: () => Promise.resolve(undefined),
    save() {
      console.log(JSON.stringify({ seconds: (performance.now() - begun) / 1000, losses }));
      return next();
    },
  },
  team: {
    threads: Number(threads),
    hire(assignment: Assignment) {
      const worker = new Worker(new URL("./training_thread.ts", import.meta.url), { type: "module" });
      worker.postMessage({ folder, assignment });
      return worker;
    },
  },
  onRecord({ step, train }) {
    if (work.lossesAt.includes(step)) losses[step] = train.total;
  },
});
