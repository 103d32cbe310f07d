import { assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D } from "@tensorflow/tfjs";
import { useWasmBackend } from "../../macronet/backend.ts";
import { multilayerPerceptron } from "../../macronet/conditioner.ts";
import { emulatedResemblance } from "../../macronet/resemblance.ts";
import {
  assertTeachesDesigns,
  batchOf,
  EMULATOR,
  identity,
  movedStart,
  ROWS,
  RULE,
} from "./resemblance_cases.ts";

await useWasmBackend();

/** Numbers in each of two groups of looks, which are the first columns of v, and columns of v. */
const SIZES = [4, 3], LOOKS = 7, COLUMNS = 9;
const looksOf = (v: Tensor2D) => tf.slice(v, [0, 0], [-1, LOOKS]);
const groupsOf = (...weights: [number, number]) => weights.map((weight, g) => ({ size: SIZES[g], weight }));

function emulated(rules: Tensor2D, own: Record<string, tf.Tensor>): Float32Array {
  const emulator = multilayerPerceptron({ inputs: RULE, outputs: LOOKS, ...EMULATOR });
  return emulator.apply(rules, own).dataSync<"float32">();
}

for (const d of [1, 2, 3]) {
  Deno.test(`emulatedResemblance, d = ${d}: the term is what the formula gives by hand`, () => {
    tf.tidy(() => {
      const groups = groupsOf(0.5, 3);
      const term = emulatedResemblance({
        bijection: identity,
        macroDimension: d,
        coordinates: identity,
        emulator: EMULATOR,
        looksOf,
        groups,
      });
      const own = movedStart(term.parameters);
      const { u, v, macrostate } = batchOf(d, COLUMNS);
      const looks = v.arraySync().map((row) => row.slice(0, LOOKS));
      // f_u is the identity, so the design is (α, z), with the z of the rows from the last to the first.
      const rules = u.arraySync();
      const latent = macrostate.arraySync()
        .map((alpha, i) => [...alpha, ...rules[ROWS - 1 - i].slice(d)]);
      const [of, after] = [u, tf.tensor2d(latent)].map((rules) => emulated(rules, own));
      const squares = (found: Float32Array, row: number, from: number, to: number) =>
        looks[row].slice(from, to).reduce(
          (sum, look, j) => sum + (found[row * LOOKS + from + j] - look) ** 2,
          0,
        );
      let expected = 0;
      for (let row = 0; row < ROWS; row++) {
        const rms = (from: number, to: number) => Math.sqrt(squares(after, row, from, to) / (to - from));
        expected += squares(of, row, 0, LOOKS) / LOOKS;
        expected += groups[0].weight * rms(0, SIZES[0]) + groups[1].weight * rms(SIZES[0], LOOKS);
      }
      const found = term.loss({ u, v, macrostate }, { u: {}, v: {}, own }).dataSync()[0];
      assertAlmostEquals(found, expected / ROWS, 1e-4);
    });
  });
}

Deno.test("emulatedResemblance: the designs' distance teaches f_u and φ_v, and the emulator nothing", () => {
  tf.tidy(() =>
    assertTeachesDesigns(
      (bijection, coordinates, weight) =>
        emulatedResemblance({
          bijection,
          macroDimension: 1,
          coordinates,
          emulator: EMULATOR,
          looksOf,
          groups: groupsOf(weight, weight),
        }),
      COLUMNS,
    )
  );
});
