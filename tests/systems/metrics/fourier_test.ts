import { assertAlmostEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { normals } from "../../../kernels/philox/mod.ts";
import { type ComplexField, fourierTransform } from "../../../systems/metrics/fourier.ts";
import { assertClose } from "../../macronet/numerical.ts";

const draw = (size: number, sample: number): ComplexField => {
  const values = Float64Array.from(normals(2 * size * size, { seed: 1, purpose: "field", sample }));
  return { real: values.slice(0, size * size), imaginary: values.slice(size * size) };
};

function transformed({ real, imaginary }: ComplexField, size: number): ComplexField {
  const copy = { real: real.slice(), imaginary: imaginary.slice() };
  fourierTransform(copy, size);
  return copy;
}

/** F(k) = Σ_x f(x) e^(−2πi k·x/size), as it is written. */
function naive({ real, imaginary }: ComplexField, size: number): ComplexField {
  const out = { real: new Float64Array(size * size), imaginary: new Float64Array(size * size) };
  for (let ky = 0; ky < size; ky++) {
    for (let kx = 0; kx < size; kx++) {
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
          const angle = -2 * Math.PI * (kx * x + ky * y) / size;
          const re = real[y * size + x], im = imaginary[y * size + x];
          out.real[ky * size + kx] += re * Math.cos(angle) - im * Math.sin(angle);
          out.imaginary[ky * size + kx] += re * Math.sin(angle) + im * Math.cos(angle);
        }
      }
    }
  }
  return out;
}

for (const size of [1, 2, 4, 8, 16]) {
  Deno.test(`fourierTransform: a ${size} × ${size} field is transformed as the sum says`, () => {
    const field = draw(size, 0);
    const fast = transformed(field, size), slow = naive(field, size);
    assertClose(fast.real, slow.real, 1e-11);
    assertClose(fast.imaginary, slow.imaginary, 1e-11);
  });
}

const energy = ({ real, imaginary }: ComplexField) =>
  real.reduce((sum, re, i) => sum + re * re + imaginary[i] * imaginary[i], 0);

Deno.test("fourierTransform: keeps the sum of squares but for a factor of the cells (Parseval)", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 5 }), fc.nat(1000), (level, sample) => {
    const size = 2 ** level;
    const field = draw(size, sample);
    const ratio = energy(transformed(field, size)) / energy(field);
    assertAlmostEquals(ratio, size * size, 1e-10 * size * size);
  }));
});

Deno.test("fourierTransform: a shift multiplies by a phase, so powers stay", () => {
  fc.assert(fc.property(fc.nat(7), fc.nat(7), (dx, dy) => {
    const size = 8;
    const field = draw(size, 3);
    const moved = (values: Float64Array) =>
      values.map((_, i) => values[((i >> 3) + dy) % 8 * 8 + ((i & 7) + dx) % 8]);
    const powers = ({ real, imaginary }: ComplexField) => real.map((re, i) => re * re + imaginary[i] ** 2);
    const there = transformed({ real: moved(field.real), imaginary: moved(field.imaginary) }, size);
    assertClose(powers(there), powers(transformed(field, size)), 1e-11);
  }));
});

for (const size of [0, 3, 6, 12, 100]) {
  Deno.test(`fourierTransform: refuses a side of ${size}`, () => {
    const field = { real: new Float64Array(size * size), imaginary: new Float64Array(size * size) };
    assertThrows(
      () => fourierTransform(field, size),
      RangeError,
      `must be a power of two, but it is ${size}`,
    );
  });
}
