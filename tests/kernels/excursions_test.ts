import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { excursionKernels } from "../../kernels/excursions/mod.ts";
import { addGradient, type ExcursionSets, functionals } from "../../kernels/excursions/reference.ts";

/** Values on a grid of eighths, so that many are equal and many lie at thresholds or the ends of a ramp, or anywhere. */
const value = fc.oneof(
  fc.integer({ min: -8, max: 16 }).map((eighths) => eighths / 8),
  fc.float({ min: -1, max: 2, noNaN: true }),
);
/** With what a training that fails comes to. */
const anyValue = fc.oneof({ arbitrary: value, weight: 60 }, fc.constantFrom(NaN, Infinity, -Infinity));
/** Some so small that what they come to rounds to 0 or −0 in 32 bits. */
const slope = fc.oneof(
  fc.double({ min: -2, max: 2, noNaN: true }),
  fc.constantFrom(0, -0, 1e-45, -1e-45, 1e-48),
);
const sets: fc.Arbitrary<ExcursionSets> = fc.record({
  thresholds: fc.array(value, { minLength: 1, maxLength: 13 }),
  ramp: fc.constantFrom(0.25, 0.1, 1e-3, 3),
});
const fields = fc.integer({ min: 1, max: 33 }).chain((size) => {
  const fieldOf = (values: fc.Arbitrary<number>) =>
    fc.array(values, { minLength: size * size, maxLength: size * size, size: "max" });
  const constant = value.map((value) => new Array<number>(size * size).fill(value));
  return fc.oneof({ arbitrary: fieldOf(value), weight: 4 }, fieldOf(anyValue), constant);
}).map((values) => Float32Array.from(values));

/** What the kernels are told of a field, in a memory of their own. */
function benchFor(field: Float32Array, { thresholds }: ExcursionSets) {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const width = 2 * Math.ceil(thresholds.length / 2), cells = field.length;
  let end = 0;
  const reserve = (bytes: number) => {
    const at = end;
    end += 16 * Math.ceil(bytes / 16);
    return at;
  };
  const places = {
    field: reserve(4 * cells),
    thresholds: reserve(8 * width),
    numbers: reserve(24 * width),
    inside: reserve(16 * cells),
    sums: reserve(16 * cells),
    slopes: reserve(4 * cells),
  };
  new Float32Array(memory.buffer, places.field, cells).set(field);
  new Float64Array(memory.buffer, places.thresholds, width).fill(Infinity).set(thresholds);
  return {
    ...places,
    kernels: excursionKernels(memory),
    size: Math.sqrt(cells),
    width,
    all: new Float64Array(memory.buffer, places.numbers, 3 * width),
    found: new Float32Array(memory.buffer, places.slopes, cells),
  };
}

Deno.test("functionals equal their reference in every bit, whatever the size and the thresholds", () => {
  fc.assert(
    fc.property(fields, sets, (values, sets) => {
      const { kernels, field, size, width, thresholds, inside, numbers, all } = benchFor(values, sets);
      kernels.functionals(field, size, thresholds, width / 2, sets.ramp, inside, numbers);
      const count = sets.thresholds.length;
      const found = [0, 1, 2].flatMap((kind) => [...all.subarray(kind * width, kind * width + count)]);
      deepStrictEqual(found, [...functionals(values, sets)]);
    }),
    { numRuns: 300 },
  );
});

Deno.test("the gradient equals its reference in every bit, and is added to what is there", () => {
  const before = fc.constantFrom(0, -0, 0.5);
  fc.assert(
    fc.property(
      fields,
      sets,
      fc.array(slope, { minLength: 39, maxLength: 39 }),
      before,
      (values, sets, drawn, before) => {
        const { kernels, field, size, width, thresholds, inside, numbers, sums, slopes, all, found } =
          benchFor(
            values,
            sets,
          );
        const count = sets.thresholds.length, given = Float64Array.from(drawn.slice(0, 3 * count));
        for (let kind = 0; kind < 3; kind++) {
          all.set(given.subarray(kind * count, (kind + 1) * count), kind * width);
        }
        const expected = new Float32Array(values.length).fill(before);
        found.set(expected);
        kernels.gradient(field, size, thresholds, width / 2, sets.ramp, numbers, inside, sums, slopes);
        addGradient(values, sets, given, expected);
        deepStrictEqual([...found], [...expected]);
      },
    ),
    { numRuns: 300 },
  );
});
