import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D } from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { toTensor } from "../../macronet/macrostate_map.ts";
import { type Matrix, matrix, rowRange } from "../../macronet/matrix.ts";
import {
  logPower,
  minkowskiCurve,
  moments,
  radialSpectra,
  species,
  SUMMARY_RAMP,
} from "../../systems/metrics/patterns.ts";
import { patternLooks } from "../../systems/pattern_looks.ts";

await useWasmBackend();

/** Patterns of noise on a wave, with values at which excursion sets change. */
function patternsOf(size: number, rows = 2): Matrix {
  const width = 2 * size * size;
  const draws = normals(rows * width, { seed: size, purpose: "patterns" });
  const data = draws.map((value, i) => {
    const x = Math.floor(i / 2) % size;
    return (i % 2 ? 0.2 : 0.6) + 0.1 * Math.sin(4 * Math.PI * x / size) + 0.05 * value;
  });
  return matrix(Float32Array.from(data), width);
}

for (const size of [8, 16, 64]) {
  Deno.test(`patternLooks: spectra, Minkowski functionals and moments are the metrics' own, side ${size}`, () => {
    const patterns = patternsOf(size), looks = patternLooks(size);
    const found = tf.tidy(() => looks.of(toTensor(patterns)).arraySync());
    for (const [i, row] of found.entries()) {
      const pattern = rowRange(patterns, i, i + 1).data;
      const spectra = radialSpectra(pattern, Math.min(24, size / 2));
      const groups = [
        [...logPower(spectra.a), ...logPower(spectra.b)],
        [...minkowskiCurve(pattern, { ramp: SUMMARY_RAMP })],
        [...moments(species(pattern, 0)), ...moments(species(pattern, 1))],
      ];
      assertEquals([...looks.sizes], groups.map((group) => group.length));
      groups.flat().forEach((value, j) => assertAlmostEquals(row[j], value, 2e-4, `number ${j}`));
    }
  });
}

Deno.test("patternLooks: slopes are those of small steps", () => {
  const size = 8, looks = patternLooks(size), { data, rows, columns } = patternsOf(size, 1);
  tf.tidy(() => {
    const weights = normals(looks.sizes.reduce((sum, size) => sum + size), { seed: 1, purpose: "weights" });
    const weighed = (x: tf.Tensor) => tf.sum(tf.mul(looks.of(x as Tensor2D), tf.tensor1d(weights)));
    const slopes = tf.grad(weighed)(tf.tensor2d(data, [rows, columns])).dataSync();
    const at = (j: number, step: number) => {
      const moved = data.slice();
      moved[j] += step;
      return weighed(tf.tensor2d(moved, [rows, columns])).dataSync()[0];
    };
    const step = 2 ** -10;
    let kinks = 0;
    for (let j = 0; j < columns; j += 7) {
      const [right, left] = [at(j, step) - at(j, 0), at(j, 0) - at(j, -step)].map((rise) => rise / step);
      // Memberships end at 0 and 1, and the larger of two neighbours may change within the step.
      if (Math.abs(right - left) > 0.1) kinks++;
      else assertAlmostEquals(slopes[j], (right + left) / 2, 0.1, `value ${j}`);
    }
    assert(kinks < columns / 7 / 2, `${kinks} of ${columns / 7} slopes have a kink`);
  });
});

Deno.test("patternLooks: of values beyond all reach there are looks, with slopes", () => {
  const size = 8, looks = patternLooks(size), { data, rows, columns } = patternsOf(size, 1);
  tf.tidy(() => {
    for (const far of [3, 1e6, 1e30]) {
      const x = tf.tensor2d(data.map((value, i) => i % 5 === 0 ? far * (value - 0.4) : value), [
        rows,
        columns,
      ]);
      const [value, slopes] = [looks.of(x), tf.grad((x) => tf.sum(looks.of(x as Tensor2D)))(x)];
      for (const tensor of [value, slopes]) assert(tensor.dataSync().every(Number.isFinite), `${far}`);
      assert(slopes.dataSync()[0] !== 0);
    }
  });
});
