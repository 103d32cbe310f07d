import { deepStrictEqual, ok, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { haarAnalysis, haarPyramid, haarSqueeze, haarSynthesis } from "../../macronet/haar.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

const shape = { height: 8, width: 16, channels: 2 };
const size = 8 * 16 * 2;
const draw = { seed: 1, purpose: "Haar test" };

/** One field of `shape`, by a function of the cell. */
function field(value: (y: number, x: number, channel: number) => number): Float32Array {
  return Float32Array.from(
    { length: size },
    (_, i) => value(Math.floor(i / 32), Math.floor(i / 2) % 16, i % 2),
  );
}

/** Squares of coefficients, summed by band. */
function energies(fields: Float32Array): Map<string, number> {
  const coefficients = haarAnalysis(fields, shape);
  return new Map(
    haarPyramid(shape).bands.map(({ level, orientation, channel, start, count }) => [
      `${orientation}${level} of ${channel}`,
      coefficients.subarray(start, start + count).reduce((sum, value) => sum + value * value, 0),
    ]),
  );
}

/** Names of the bands that are not 0. */
function bandsOf(fields: Float32Array): string[] {
  return [...energies(fields)].filter(([, energy]) => energy > 1e-6).map(([name]) => name);
}

Deno.test("haarPyramid: bands lie one after the other, from coarse to fine, and fill the event", () => {
  const { bands, dimension } = haarPyramid(shape);
  let end = 0;
  for (const band of bands) {
    deepStrictEqual(band.start, end);
    end += band.count;
  }
  deepStrictEqual(end, dimension);
  const levels = bands.map(({ level }) => level);
  deepStrictEqual(levels, levels.toSorted((a, b) => b - a));
  deepStrictEqual(bands.slice(0, 5).map(({ orientation, channel }) => `${orientation}${channel}`), [
    "LL0",
    "LL1",
    "LH0",
    "HL0",
    "HH0",
  ]);
});

Deno.test("haarAnalysis: a pattern lights the bands of its kind and channel alone", () => {
  const only = (channel: number, value: number) => channel === 0 ? value : 0;
  deepStrictEqual(bandsOf(field((_y, _x, channel) => only(channel, 1))), ["LL3 of 0"]);
  deepStrictEqual(bandsOf(field((_y, x, channel) => only(1 - channel, x % 2))), ["LL3 of 1", "LH1 of 1"]);
  deepStrictEqual(bandsOf(field((y, _x, channel) => only(channel, (-1) ** y))), ["HL1 of 0"]);
  deepStrictEqual(bandsOf(field((y, x, channel) => only(channel, (-1) ** (x + y)))), ["HH1 of 0"]);
  deepStrictEqual(bandsOf(field((_y, x, channel) => only(channel, (-1) ** Math.floor(x / 4)))), ["LH3 of 0"]);
});

Deno.test("haarAnalysis keeps the length of a field, and haarSynthesis undoes it", () => {
  const fields = normals(10 * size, draw);
  const coefficients = haarAnalysis(fields, shape);
  const squares = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  assertClose([squares(coefficients) / squares(fields)], [1], 1e-6);
  assertClose(haarSynthesis(coefficients, shape), fields, 1e-6);
});

Deno.test("haarAnalysis maps rows one by one", () => {
  const fields = normals(3 * size, draw);
  deepStrictEqual(
    haarAnalysis(fields.slice(size, 2 * size), shape),
    haarAnalysis(fields, shape).slice(size, 2 * size),
  );
});

Deno.test("haarSqueeze: channels of the result are all LL, then LH, HL, HH", () => {
  tf.tidy(() => {
    const x = tf.tensor2d(field((_y, x, channel) => channel === 1 ? (-1) ** x : 0), [1, size]);
    const squeezed = haarSqueeze(shape).forward(x, {}).value.dataSync();
    ok(squeezed.every((value, i) => value === (i % 8 === 3 ? 2 : 0)));
  });
});

Deno.test("haarPyramid of one level holds the numbers of haarSqueeze, band by band", () => {
  const pyramid = haarPyramid({ ...shape, levels: 1 });
  tf.tidy(() => {
    const x = tf.tensor2d(normals(size, draw), [1, size]);
    const squeezed = haarSqueeze(shape).forward(x, {}).value.dataSync();
    const coefficients = pyramid.forward(x, {}).value.dataSync();
    for (const { orientation, channel, start, count } of pyramid.bands) {
      const at = ["LL", "LH", "HL", "HH"].indexOf(orientation) * 2 + channel;
      deepStrictEqual(coefficients.slice(start, start + count), squeezed.filter((_, i) => i % 8 === at));
    }
  });
});

Deno.test("Haar maps refuse sides that cannot be halved as often as told", () => {
  throws(() => haarSqueeze({ ...shape, width: 5 }), /can be halved 0 times, for 1 levels/);
  throws(() => haarPyramid({ ...shape, width: 5 }), { name: "RangeError" });
  throws(() => haarPyramid({ ...shape, levels: 4 }), /8 × 16 can be halved 3 times, for 4 levels/);
  throws(() => haarPyramid({ ...shape, channels: 0 }), /channels must be .* at least 1, but it is 0/);
  throws(() => haarPyramid({ ...shape, height: 0 }), /height must be .* at least 1, but it is 0/);
});
