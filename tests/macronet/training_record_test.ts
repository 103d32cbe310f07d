import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { Evaluation } from "../../macronet/evaluation.ts";
import { type MacrostateMap, macrostateMap } from "../../macronet/macrostate_map.ts";
import { matrix } from "../../macronet/matrix.ts";
import { flatten, startParameters } from "../../macronet/parameters.ts";
import { realNvp } from "../../macronet/real_nvp.ts";
import { type Relation, relationParameters } from "../../macronet/relation.ts";
import { heldOut, recordOf, roundTrip } from "../../macronet/training_record.ts";

await useWasmBackend();

const flow = realNvp({
  dimension: 2,
  blocks: 2,
  conditioner: { width: 8, hiddenLayers: 1 },
  logScaleBound: 2,
  seed: 1,
  purpose: "record",
});
const map = macrostateMap(flow, { macroDimension: 1 });
const x = matrix(normals(2 * 300, { seed: 1, purpose: "record" }), 2);

/** A map whose inverse comes back beside the point. */
const missing = (by: (back: tf.Tensor2D) => tf.Tensor): MacrostateMap => ({
  ...map,
  bijection: {
    ...flow,
    inverse(z, parameters) {
      const { value, logDet } = flow.inverse(z, parameters);
      return { value: by(value) as tf.Tensor2D, logDet };
    },
  },
});

/** A side whose prepared rows are narrower than its microstates. */
const summarised: MacrostateMap = {
  ...map,
  prepare: ({ rows }) => matrix(new Float32Array(rows), 1),
};

function recorded(relation: Relation, held = heldOut(relation, { u: x, v: x })) {
  const specs = relationParameters(relation);
  const start = startParameters(specs, { seed: 1, purpose: "record" });
  const parameters = flatten(start, specs);
  const evaluation = new Evaluation(relation, 0.3);
  const before = tf.memory().numTensors;
  const record = recordOf(7, { relation, evaluation, parameters, batch: { u: x, v: x }, held });
  assertEquals(tf.memory().numTensors, before, "no tensor is left behind");
  evaluation.dispose();
  tf.dispose(start);
  return record;
}

Deno.test("recordOf: a flow comes back but for rounding, and the same record comes again", () => {
  const relation = { u: map, v: map, shared: false };
  const record = recorded(relation);
  assertEquals(record.step, 7);
  assert(record.roundTrip > 0 && record.roundTrip < 1e-5, `${record.roundTrip}`);
  assertEquals(record.train, record.validation, "the batch and the held-out rows are the same here");
  assertEquals(recorded(relation), record);
});

for (const side of ["u", "v"] as const) {
  Deno.test(`recordOf: an inverse of ${side} that misses by 0.25 is seen, relative to large values`, () => {
    const relation = { u: map, v: map, shared: false, [side]: missing((back) => tf.add(back, 0.25)) };
    assertAlmostEquals(recorded(relation).roundTrip, 0.25, 1e-4);
    const large = matrix(Float32Array.of(100, -100), 2);
    const held = heldOut(relation, { u: x, v: x }, { u: large, v: large });
    assertAlmostEquals(recorded(relation, held).roundTrip, 0.0025, 1e-4);
  });

  Deno.test(`recordOf: an inverse of ${side} that gives NaN gives NaN`, () => {
    const relation = { u: map, v: map, shared: false, [side]: missing((back) => tf.mul(back, NaN)) };
    assertEquals(recorded(relation).roundTrip, NaN);
  });
}

Deno.test("heldOut: a side that is prepared to summaries takes part by its microstates, or not at all", () => {
  const relation = { u: map, v: summarised, shared: false };
  const prepared = { u: x, v: summarised.prepare(x) };
  assertEquals(Object.keys(heldOut(relation, prepared).microstates), ["u"]);
  assertEquals(heldOut(relation, prepared, { v: x }).microstates.v!.rows, 256);
});

Deno.test("heldOut: of wide microstates it takes fewer, at least one", () => {
  const wide = (dimension: number): MacrostateMap => ({ ...map, bijection: { ...flow, dimension } });
  const rows = (dimension: number) => {
    const fields = matrix(new Float32Array(20 * dimension), dimension);
    const side = wide(dimension);
    return heldOut({ u: side, v: side, shared: true }, { u: fields, v: fields }).microstates.v!.rows;
  };
  assertEquals([64 * 64 * 2, 1 << 18].map(rows), [4, 1]);
});

Deno.test("roundTrip: no rows, no error", () => {
  assertEquals(roundTrip(map, {}, matrix(new Float32Array(), 2)), 0);
});
