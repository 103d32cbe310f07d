import { ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import * as elementary from "../../kernels/elementary/mod.ts";
import { normalCdf as integratedCdf, reference } from "../../kernels/elementary/reference.ts";

/** The distance between neighbouring f64 at the magnitude of `value`. */
function ulp(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return view.getFloat64(0) - Math.abs(value);
}

function assertWithin(ulps: number, actual: number, expected: number, call: string): void {
  if (Object.is(actual, expected)) return;
  const distance = Math.abs(actual - expected) / ulp(expected);
  ok(distance <= ulps, `${call} is ${actual}, ${distance} ulp from ${expected}`);
}

const anything = fc.double();
const moderate = fc.double({ min: -50, max: 50, noNaN: true });
const positive = fc.double({ min: 0, noNaN: true });

for (const name of ["exp", "log", "log1p", "sin", "cos", "tanh"] as const) {
  Deno.test(`${name} agrees with the engine's to 2 ulp, special values included`, () => {
    const agree = (x: number) => assertWithin(2, elementary[name](x), reference[name](x), `${name}(${x})`);
    fc.assert(fc.property(anything, agree));
    fc.assert(fc.property(moderate, agree), { numRuns: 1000 });
    for (const x of [0, -0, 1, -1, 1e-300, 710, -746, Infinity, -Infinity, NaN]) agree(x);
  });
}

Deno.test("pow agrees with the engine's to 2 ulp, special values included", () => {
  const agree = (base: number, exponent: number) =>
    assertWithin(2, elementary.pow(base, exponent), reference.pow(base, exponent), `${base} ** ${exponent}`);
  fc.assert(fc.property(positive, moderate, agree));
  fc.assert(fc.property(fc.double({ min: 0.1, max: 10, noNaN: true }), moderate, agree), { numRuns: 1000 });
  const corners = [0, -0, 1, -1, 2, -2, 3, 0.5, Infinity, -Infinity, NaN];
  for (const base of corners) for (const exponent of corners) agree(base, exponent);
});

Deno.test("atan2 agrees with the engine's to 3 ulp in all quadrants", () => {
  const agree = (y: number, x: number) =>
    assertWithin(3, elementary.atan2(y, x), reference.atan2(y, x), `atan2(${y}, ${x})`);
  fc.assert(fc.property(moderate, moderate, agree), { numRuns: 1000 });
  const corners = [0, -0, 1, -1, Infinity, -Infinity];
  for (const y of corners) for (const x of corners) agree(y, x);
});

Deno.test("normalCdf agrees with the integrated density", () => {
  for (const x of [-6, -4.5, -3, -1, -0.67448975, -0.3, 0, 0.1, 0.7, 1.5, 2.5, 5, 5.66]) {
    ok(Math.abs(elementary.normalCdf(x) - integratedCdf(x)) < 1e-13, `Φ(${x})`);
  }
});

Deno.test("normalCdf keeps its relative precision in the tail", () => {
  // From 60-digit arithmetic: erfc(−x / √2) / 2.
  const tail = [
    [-8, 6.220960574271784e-16],
    [-10, 7.619853024160525e-24],
    [-20, 2.7536241186062337e-89],
    [-37, 5.725571222524577e-300],
  ];
  for (const [x, expected] of tail) {
    ok(Math.abs(elementary.normalCdf(x) / expected - 1) < 2e-15, `Φ(${x})`);
  }
  strictEqual(elementary.normalCdf(-Infinity), 0);
  strictEqual(elementary.normalCdf(Infinity), 1);
  ok(Number.isNaN(elementary.normalCdf(NaN)));
});

Deno.test("normalCdf never falls", () => {
  fc.assert(
    fc.property(moderate, fc.double({ min: 1e-9, max: 1, noNaN: true }), (x, step) => {
      ok(elementary.normalCdf(x + step) >= elementary.normalCdf(x) * (1 - 4e-16));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("normalQuantile undoes normalCdf in the lower half, down to the deepest tail", () => {
  fc.assert(
    fc.property(fc.double({ min: -37, max: 0, noNaN: true }), (x) => {
      const there = elementary.normalCdf(x);
      ok(Math.abs(elementary.normalQuantile(there) - x) < 1e-14 * Math.max(1, Math.abs(x)), `Φ⁻¹(Φ(${x}))`);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("normalCdf undoes normalQuantile", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 1, maxExcluded: true, noNaN: true }), (p) => {
      ok(Math.abs(elementary.normalCdf(elementary.normalQuantile(p)) / p - 1) < 1e-12, `Φ(Φ⁻¹(${p}))`);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("normalQuantile is infinite at 0 and 1 and NaN outside", () => {
  strictEqual(elementary.normalQuantile(0), -Infinity);
  strictEqual(elementary.normalQuantile(1), Infinity);
  for (const p of [-0.1, 1.1, NaN]) ok(Number.isNaN(elementary.normalQuantile(p)));
});
