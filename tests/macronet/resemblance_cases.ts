/**
 * What the tests of resemblances share: small pairs, and what a resemblance teaches.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D } from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import type { Bijection } from "../../macronet/bijection.ts";
import { chain } from "../../macronet/chain.ts";
import { partOf } from "../../macronet/flat_parameters.ts";
import { toTensor } from "../../macronet/macrostate_map.ts";
import { matrix } from "../../macronet/matrix.ts";
import { prefixed } from "../../macronet/names.ts";
import { startParameters } from "../../macronet/parameters.ts";
import { realNvp } from "../../macronet/real_nvp.ts";
import type { Resemblance } from "../../macronet/relation.ts";
import { standardise } from "../../macronet/standardise.ts";

/** Numbers in u, and pairs. */
export const RULE = 3, ROWS = 6;

export const EMULATOR = { width: 8, hiddenLayers: 1 };

export const identity: Bijection = standardise({
  mean: new Float32Array(RULE),
  deviation: new Float32Array(RULE).fill(1),
});

/** Pairs and macrostates, each number a draw of its own. `columns` are those of v. */
export function batchOf(d: number, columns: number): Record<"u" | "v" | "macrostate", Tensor2D> {
  const draw = (purpose: string, width: number) =>
    toTensor(matrix(normals(ROWS * width, { seed: 1, purpose }), width));
  return { u: draw("u", RULE), v: draw("v", columns), macrostate: draw("α", d) };
}

/** Start values, each moved, so that no gradient is 0 for a layer that is. */
export function movedStart(specs: Parameters<typeof startParameters>[0]): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(startParameters(specs, { seed: 1, purpose: "start" })).map(([name, tensor], sample) => {
      const noise = normals(tensor.size, { seed: 1, purpose: "scatter", sample });
      return [name, tf.add(tensor, tf.mul(0.3, tf.tensor(noise, tensor.shape)))];
    }),
  );
}

/**
 * Asserts that the distance of designs teaches f_u and φ_v alone, and its own parameters but those of units something
 * else.
 *
 * @param make The resemblance with a weight of that distance, d being 1.
 * @param columns Those of v.
 */
export function assertTeachesDesigns(
  make: (bijection: Bijection, coordinates: Bijection, weight: number) => Resemblance,
  columns: number,
): void {
  const conditioner = { width: 4, hiddenLayers: 1 };
  const flow = realNvp({ dimension: RULE, blocks: 1, conditioner, logScaleBound: 2, seed: 1, purpose: "f" });
  const resemblance = (weight: number) => make(flow, chain([identity]), weight);
  const own = movedStart(resemblance(0).parameters);
  const tensors = { ...prefixed("u", movedStart(flow.parameters)), ...prefixed("own", own) };
  const names = Object.keys(tensors);
  const { u, v, macrostate } = batchOf(1, columns);
  const gradients = (weight: number) => {
    const found = tf.grads((alpha: tf.Tensor, ...values: tf.Tensor[]) => {
      const named = Object.fromEntries(names.map((name, i) => [name, values[i]]));
      // Every tensor is on the way to the loss, so that those without a gradient have one of 0.
      const none = tf.mul(0, tf.addN([alpha, ...values].map((tensor) => tf.sum(tensor)))) as tf.Scalar;
      const loss = resemblance(weight).loss({ u, v, macrostate: alpha as Tensor2D }, {
        u: partOf("u", named),
        v: {},
        own: partOf("own", named),
      });
      return tf.add(loss, none);
    })([macrostate, ...Object.values(tensors)]);
    return Object.fromEntries(["α", ...names].map((name, i) => [name, [...found[i].dataSync()]]));
  };
  const sizeOf = (gradient: number[]) => Math.max(...gradient.map(Math.abs));
  const without = gradients(0), withDistance = gradients(2);
  assertEquals(sizeOf(without["α"]), 0);
  assert(sizeOf(withDistance["α"]) > 1e-3);
  for (const name of names) {
    if (name.startsWith("u.")) {
      assertEquals(sizeOf(without[name]), 0, name);
      assert(sizeOf(withDistance[name]) > 0, name);
      continue;
    }
    assertEquals(withDistance[name], without[name], name);
    if (name.startsWith("own.look.")) assertEquals(sizeOf(without[name]), 0, name);
    else assert(sizeOf(without[name]) > 0, name);
  }
}
