import { deepStrictEqual, notDeepStrictEqual, rejects } from "node:assert/strict";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import type { Pairs } from "../../macronet/evaluation.ts";
import { fit, type FitOptions, type Fitted } from "../../macronet/fit.ts";
import { matrix } from "../../macronet/matrix.ts";
import { partRange } from "../../macronet/part.ts";
import { type Fault, hire, relation } from "./team_relation.ts";

await useWasmBackend();

const pairs = (rows: number, purpose: string): Pairs => {
  const columns = (side: string) => matrix(normals(2 * rows, { seed: 1, purpose: `${purpose}.${side}` }), 2);
  return { u: columns("u"), v: columns("v") };
};
const train = pairs(300, "train"), validation = pairs(50, "validation");
const options: FitOptions = {
  seed: 1,
  gamma: 0.3,
  batch: 50,
  parts: 4,
  steps: 12,
  learningRate: 0.01,
  warmup: 3,
  clipNorm: 5,
  logEvery: 4,
  checkpointEvery: 5,
};

function fitWith(threads: number, changes: Partial<FitOptions> = {}, fault: Fault = "none"): Promise<Fitted> {
  return fit({
    relation: relation("none"),
    train,
    validation,
    options: { ...options, ...changes },
    team: { threads, hire: hire(fault) },
  });
}

const alone = await fitWith(1);

for (const threads of [2, 3, 4, 9]) {
  Deno.test(`fit: ${threads} threads give the bytes of one`, async () => {
    deepStrictEqual(await fitWith(threads), alone);
  });
}

Deno.test("fit: another number of parts gives other bytes", async () => {
  notDeepStrictEqual((await fitWith(1, { parts: 2 })).parameters, alone.parameters);
});

Deno.test("fit: parts of one row, on threads", async () => {
  const small = { batch: 3, parts: 3 };
  deepStrictEqual(await fitWith(2, small), await fitWith(1, small));
});

Deno.test("fit: killed and resumed with another number of threads, it ends in the same bytes", async () => {
  let saved: Uint8Array | undefined;
  const checkpoints = {
    load: () => Promise.resolve(saved),
    save(bytes: Uint8Array) {
      saved = bytes.slice();
      return Promise.reject(new Error("killed"));
    },
  };
  const request = { relation: relation("none"), train, validation, options };
  await rejects(() => fit({ ...request, checkpoints, team: { threads: 2, hire: hire("none") } }), /killed/);
  const goOn = { load: () => Promise.resolve(saved), save: () => Promise.resolve() };
  deepStrictEqual(
    await fit({ ...request, checkpoints: goOn, team: { threads: 4, hire: hire("none") } }),
    alone,
  );
});

Deno.test("fit: what a thread throws is the error of the training", async () => {
  await rejects(() => fitWith(2, {}, "throws"), /Cannot observe: it must be a test, and it is/);
});

Deno.test("fit: a thread that does not start is the error of the training", async () => {
  await rejects(
    () => fitWith(2, {}, "refuses"),
    /Cannot train on: a thread must start, but did not: it must be a test, and it is/,
  );
});

Deno.test("partRange: parts follow each other and fill the batch", () => {
  for (const [batch, parts] of [[1, 1], [7, 3], [512, 4], [5, 5]]) {
    const ranges = Array.from({ length: parts }, (_, part) => partRange(batch, parts, part));
    deepStrictEqual(ranges.map(([from]) => from), [0, ...ranges.slice(0, -1).map(([, to]) => to)]);
    deepStrictEqual(ranges.at(-1)![1], batch);
  }
});
