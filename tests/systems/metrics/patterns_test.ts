import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { normals, uniforms } from "../../../kernels/philox/mod.ts";
import {
  logPower,
  minkowski,
  minkowskiCurve,
  moments,
  radialSpectra,
  species,
  summary,
  SUMMARY_PARTS,
  SUMMARY_SIZE,
  THRESHOLDS,
} from "../../../systems/metrics/patterns.ts";
import { assertClose } from "../../macronet/numerical.ts";
import { moved, SYMMETRIES } from "../fields.ts";

/** A pattern whose species are functions of the cell. */
function patternOf(size: number, a: (x: number, y: number) => number, b: (x: number, y: number) => number) {
  const pattern = new Float32Array(2 * size * size);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++) pattern.set([a(x, y), b(x, y)], 2 * i++);
  }
  return pattern;
}

const noise = (size: number, sample = 0) => normals(2 * size * size, { seed: 1, purpose: "pattern", sample });

Deno.test("species: takes one of two values of every cell", () => {
  const pattern = Float32Array.of(1, 2, 3, 4);
  assertEquals(species(pattern, 0), Float64Array.of(1, 3));
  assertEquals(species(pattern, 1), Float64Array.of(2, 4));
});

for (const [kx, ky, ring] of [[1, 0, 1], [0, 3, 3], [3, 4, 5], [-2, 2, 3], [5, -5, 7], [0, 8, 8]]) {
  Deno.test(`radialSpectra: a plane wave (${kx}, ${ky}) lies in ring ${ring} alone`, () => {
    const size = 16;
    const wave = (x: number, y: number) => Math.cos(2 * Math.PI * (kx * x + ky * y) / size);
    const { a, b } = radialSpectra(patternOf(size, wave, () => 0.5), 8);
    const peak = Math.max(...a);
    assert(peak > 1e-3);
    a.forEach((power, i) => assert(i === ring - 1 ? power === peak : power < 1e-10 * peak, `ring ${i + 1}`));
    b.forEach((power) => assert(power < 1e-20, "the other species has none of it"));
  });
}

Deno.test("radialSpectra: power is |F|²/n² per mode of the ring", () => {
  // cos of wave number 2: two modes of |F| = n/2 each; ring 2 holds the 12 modes with 1.5 ≤ |k| < 2.5.
  const size = 16;
  const { a } = radialSpectra(patternOf(size, (x) => 3 * Math.cos(Math.PI * x / 4), () => 0), 8);
  const modes = 12;
  assertAlmostEquals(a[1], 9 * 2 * 0.25 / modes, 1e-6);
});

Deno.test("radialSpectra: coherence is 1 of equal, −1 of opposite, 0 of perpendicular species", () => {
  const size = 16;
  const wave = (x: number, y: number) => Math.cos(2 * Math.PI * (2 * x + y) / size);
  const turned = (x: number, y: number) => Math.sin(2 * Math.PI * (2 * x + y) / size);
  const coherence = (a: typeof wave, b: typeof wave) => radialSpectra(patternOf(size, a, b), 4).coherence[1];
  assertAlmostEquals(coherence(wave, (x, y) => 5 * wave(x, y)), 1, 1e-6);
  assertAlmostEquals(coherence(wave, (x, y) => -0.1 * wave(x, y)), -1, 1e-6);
  assertAlmostEquals(coherence(wave, turned), 0, 1e-6);
});

for (const [name, map] of Object.entries(SYMMETRIES)) {
  Deno.test(`radialSpectra, minkowskiCurve, summary: unchanged under ${name}, but for rounding`, () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(15), fc.nat(15), (sample, dx, dy) => {
        const size = 16;
        const pattern = noise(size, sample).map((value) => 0.3 + 0.1 * value);
        const other = moved(pattern, map({ size, dx, dy }));
        const before = radialSpectra(pattern, 8), after = radialSpectra(other, 8);
        for (const key of ["a", "b", "coherence"] as const) assertClose(after[key], before[key], 1e-10);
        assertEquals(minkowskiCurve(other), minkowskiCurve(pattern));
        assertClose(summary(other), summary(pattern), 1e-5);
      }),
      { numRuns: 20 },
    );
  });
}

Deno.test("summary: tells patterns apart that differ in scale, mean, contrast or species", () => {
  const pattern = noise(16).map((value) => 0.3 + 0.1 * value);
  const swapped = pattern.map((_, i) => pattern[i ^ 1]);
  for (const other of [swapped, pattern.map((v) => v + 0.1), pattern.map((v) => 2 * v), noise(16, 1)]) {
    const difference = summary(other).map((value, i) => Math.abs(value - summary(pattern)[i]));
    assert(Math.max(...difference) > 0.01);
  }
});

for (const size of [4, 8, 16, 32]) {
  Deno.test(`summary: of a ${size} × ${size} field has ${SUMMARY_SIZE} finite numbers, uniform ones too`, () => {
    for (const pattern of [noise(size), new Float32Array(2 * size * size).fill(0.5)]) {
      const numbers = summary(pattern);
      assertEquals(numbers.length, SUMMARY_SIZE);
      assert(numbers.every(Number.isFinite), `${numbers}`);
    }
  });
}

Deno.test("radialSpectra: the powers of all modes add up to the variance (Parseval), of waves within the rings", () => {
  const size = 16;
  const wave = (x: number, y: number) =>
    0.4 * Math.cos(2 * Math.PI * (2 * x + y) / size) + 0.3 * Math.sin(2 * Math.PI * (5 * y - x) / size);
  const pattern = patternOf(size, wave, (x, y) => 0.7 - 2 * wave(x, y));
  const { a, b, coherence } = radialSpectra(pattern, 8);
  const modes = new Float64Array(8);
  for (let y = -7; y <= 8; y++) {
    for (let x = -7; x <= 8; x++) {
      const ring = Math.round(Math.hypot(x, y));
      if (ring >= 1 && ring <= 8) modes[ring - 1]++;
    }
  }
  const total = (power: Float64Array) => power.reduce((sum, value, i) => sum + value * modes[i], 0);
  assertAlmostEquals(total(a), 0.4 ** 2 / 2 + 0.3 ** 2 / 2, 1e-6);
  assertAlmostEquals(total(b), 4 * total(a), 1e-6);
  for (const ring of [2, 5]) assertAlmostEquals(coherence[ring - 1], -1, 1e-6);
});

Deno.test("summary: moments, skewness, kurtosis and quantiles of a wave and of a ramp are those one works out", () => {
  // A ramp of n steps from 0 to 1: mean ½, kurtosis near 1.8. A cosine: mean square ½, kurtosis 3/2.
  const size = 32, n = size * size;
  const ramp = (x: number, y: number) => (y * size + x) / (n - 1);
  const wave = (x: number) => Math.cos(2 * Math.PI * 3 * x / size);
  const numbers = summary(patternOf(size, ramp, wave));
  const { spectra, minkowski, quantiles: ofQuantiles, moments } = SUMMARY_PARTS;
  const [a, b, aa, ab, bb, aaa, , , bbb] = numbers.slice(SUMMARY_SIZE - moments);
  for (
    const [found, expected] of [[a, 1 / 2], [b, 0], [aa, 1 / 3], [ab, 0], [bb, 1 / 2], [aaa, 1 / 4], [bbb, 0]]
  ) {
    assertAlmostEquals(found, expected, 2e-3);
  }
  const [skewnessA, kurtosisA, skewnessB, kurtosisB] = numbers.slice(SUMMARY_SIZE - 4);
  for (const [found, expected] of [[skewnessA, 0], [kurtosisA, 1.8], [skewnessB, 0], [kurtosisB, 1.5]]) {
    assertAlmostEquals(found, expected, 1e-3);
  }
  const quantiles = numbers.slice(spectra + minkowski, spectra + minkowski + ofQuantiles);
  [0.01, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99].forEach((q, i) => {
    assertAlmostEquals(quantiles[i], q, 1e-3);
    assertAlmostEquals(quantiles[9 + i], -Math.cos(Math.PI * q), 0.1);
  });
});

Deno.test("logPower: no power at all has a finite logarithm", () => {
  assertAlmostEquals(logPower(Float64Array.of(0))[0], Math.log(1e-8), 1e-9);
  assertAlmostEquals(logPower(Float64Array.of(2))[0], Math.log(2), 1e-8);
});

Deno.test("moments: mean, standard deviation and skewness of known fields", () => {
  assertEquals(moments(Float64Array.of(1, 1, 1)), [1, 0, 0]);
  const [centre, deviation, skewness] = moments(Float64Array.of(0, 0, 0, 4));
  assertEquals(centre, 1);
  assertAlmostEquals(deviation, Math.sqrt(3), 1e-12);
  assertAlmostEquals(skewness, 6 / 3 ** 1.5, 1e-12); // (3·(−1)³ + 3³) / 4 over σ³
});

/** A field of 1 on `#` and 0 elsewhere. */
const drawn = (...rows: string[]) => Float64Array.from(rows.join(""), (mark) => mark === "#" ? 1 : 0);

const SHAPES: Record<string, { field: Float64Array; faces: number; boundary: number; euler: number }> = {
  "nothing": { field: drawn("....", "....", "....", "...."), faces: 0, boundary: 0, euler: 0 },
  "a single cell": { field: drawn("....", ".#..", "....", "...."), faces: 1, boundary: 4, euler: 1 },
  "a single cell over the seam": {
    field: drawn("#...", "....", "....", "...."),
    faces: 1,
    boundary: 4,
    euler: 1,
  },
  "a disc": { field: disc(16, [[8, 8, 5]]), faces: 81, boundary: 44, euler: 1 },
  "two discs": { field: disc(16, [[4, 4, 2], [11, 11, 3]]), faces: 13 + 29, boundary: 20 + 28, euler: 2 },
  "a ring": { field: drawn(".....", ".###.", ".#.#.", ".###.", "....."), faces: 8, boundary: 16, euler: 0 },
  "two cells at a corner": { field: drawn("#...", ".#..", "....", "...."), faces: 2, boundary: 8, euler: 1 },
  "four cells around a hole": {
    field: drawn(".#..", "#.#.", ".#..", "...."),
    faces: 4,
    boundary: 16,
    euler: 0,
  },
  "a band around the torus": {
    field: drawn("....", "####", "....", "...."),
    faces: 4,
    boundary: 8,
    euler: 0,
  },
  "a cross of two bands": { field: drawn(".#..", "####", ".#..", ".#.."), faces: 7, boundary: 12, euler: -1 },
  "all but one cell": { field: drawn("####", "#.##", "####", "####"), faces: 15, boundary: 4, euler: -1 },
  "the whole torus": { field: drawn("####", "####", "####", "####"), faces: 16, boundary: 0, euler: 0 },
  // 8 faces, all 32 edges and all 16 vertices: 8 holes in one component around both ways of the torus
  "a checkerboard": { field: drawn("#.#.", ".#.#", "#.#.", ".#.#"), faces: 8, boundary: 32, euler: -8 },
};

function disc(size: number, discs: readonly (readonly [number, number, number])[]): Float64Array {
  return Float64Array.from({ length: size * size }, (_, i) => {
    const x = i % size, y = Math.floor(i / size);
    return discs.some(([cx, cy, r]) => (x - cx) ** 2 + (y - cy) ** 2 <= r * r) ? 1 : 0;
  });
}

for (const [name, { field, faces, boundary, euler }] of Object.entries(SHAPES)) {
  Deno.test(`minkowski: ${name} has ${faces} cells, ${boundary} boundary edges, Euler number ${euler}`, () => {
    const found = minkowski(field, 0.5);
    const n = field.length;
    assertEquals(
      [found.area * n, found.perimeter * n, found.euler * n].map(Math.round).map((value) => value + 0),
      [faces, boundary, euler],
    );
  });
}

for (const radius of [6, 10, 14, 20]) {
  Deno.test(`minkowski: a disc of radius ${radius} has area πr², 4/π times its circumference in edges, Euler number 1`, () => {
    // The boundary of a convex set on the square lattice is as long as that of its bounding box: 8 r of a disc.
    const size = 64, n = size * size;
    const { area, perimeter, euler } = minkowski(disc(size, [[32, 32, radius + 0.5]]), 0.5);
    const r = radius + 0.5;
    assertAlmostEquals(area * n / (Math.PI * r * r), 1, 0.05);
    assertAlmostEquals(perimeter * n / (4 / Math.PI * 2 * Math.PI * r), 1, 0.03);
    assertAlmostEquals(euler * n, 1, 1e-9);
  });
}

for (const [stripes, width] of [[1, 8], [2, 8], [4, 3], [8, 2]]) {
  Deno.test(`minkowski: ${stripes} stripes ${width} wide around the torus have two edges each along it, Euler number 0`, () => {
    const size = 32, n = size * size;
    const across = Float64Array.from({ length: n }, (_, i) => i % size % (size / stripes) < width ? 1 : 0);
    const along = across.map((_, i) => across[(i % size) * size + Math.floor(i / size)]);
    for (const field of [across, along]) {
      const { area, perimeter, euler } = minkowski(field, 0.5);
      assertAlmostEquals(area, stripes * width / size, 1e-12);
      assertAlmostEquals(perimeter, 2 * stripes / size, 1e-12);
      assertEquals(euler + 0, 0);
    }
  });
}

Deno.test("minkowskiCurve: a cosine wave of b is above each threshold for as long as its arc says", () => {
  const size = 64, waves = 2;
  const b = (x: number) => 0.2 + 0.15 * Math.cos(2 * Math.PI * waves * (x + 0.5) / size);
  const curve = minkowskiCurve(patternOf(size, () => 0.5, b));
  THRESHOLDS.forEach((threshold, i) => {
    const level = (threshold - 0.2) / 0.15;
    const inside = Math.abs(level) < 0.99; // cells lie half a step beside the crests
    assertAlmostEquals(curve[i], Math.acos(Math.max(-1, Math.min(1, level))) / Math.PI, 2 * waves / size);
    assertAlmostEquals(curve[i + 12], inside ? 2 * waves / size : 0, 1e-12);
    assertAlmostEquals(curve[i + 24], 0, 1e-12);
  });
});

/** Components of the cells that hold, neighbours by edge, or by edge and corner; nothing wraps. */
function components(holds: readonly boolean[], size: number, corners: boolean): number {
  const seen = new Array<boolean>(holds.length).fill(false);
  let count = 0;
  for (let start = 0; start < holds.length; start++) {
    if (!holds[start] || seen[start]) continue;
    count++;
    const stack = [start];
    seen[start] = true;
    while (stack.length > 0) {
      const i = stack.pop()!;
      for (const dy of [-1, 0, 1]) {
        for (const dx of [-1, 0, 1]) {
          if (!corners && dx !== 0 && dy !== 0) continue;
          const x = i % size + dx, y = Math.floor(i / size) + dy;
          if (x < 0 || y < 0 || x >= size || y >= size) continue;
          const j = y * size + x;
          if (holds[j] && !seen[j]) stack.push((seen[j] = true, j));
        }
      }
    }
  }
  return count;
}

Deno.test("minkowski: Euler number is components (by corners, too) minus holes (by edges), where nothing wraps", () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0.2, max: 0.8, noNaN: true }), (sample, threshold) => {
      const size = 10;
      const field = Float64Array.from(uniforms(size * size, { seed: 1, purpose: "minkowski", sample }));
      const frame = (i: number) =>
        [0, size - 1].includes(i % size) || [0, size - 1].includes(Math.floor(i / size));
      for (let i = 0; i < field.length; i++) if (frame(i)) field[i] = 0;
      const holds = Array.from(field, (value) => value > threshold);
      const holes = components(holds.map((value) => !value), size, false) - 1;
      const euler = components(holds, size, true) - holes;
      assertEquals(Math.round(minkowski(field, threshold).euler * size * size) + 0, euler);
    }),
  );
});

Deno.test("minkowski: complement has the same boundary, and areas add up to 1", () => {
  fc.assert(fc.property(fc.nat(1000), (sample) => {
    const field = Float64Array.from(uniforms(64, { seed: 1, purpose: "complement", sample }));
    const above = minkowski(field, 0.5), below = minkowski(field.map((value) => 1 - value), 0.5);
    assertEquals(above.perimeter, below.perimeter);
    assertEquals(above.area + below.area, 1);
  }));
});

Deno.test("minkowskiCurve: areas, then perimeters, then Euler numbers of b over the thresholds", () => {
  const pattern = noise(8).map((value) => 0.2 + 0.1 * value);
  const curve = minkowskiCurve(pattern);
  assertEquals(curve.length, 3 * THRESHOLDS.length);
  THRESHOLDS.forEach((threshold, i) => {
    const { area, perimeter, euler } = minkowski(species(pattern, 1), threshold);
    assertEquals([curve[i], curve[i + 12], curve[i + 24]], [area, perimeter, euler]);
  });
  assert(curve[0] > curve[11], "a higher threshold leaves less");
});

Deno.test("minkowskiCurve: does not see a", () => {
  const pattern = noise(8).map((value) => 0.2 + 0.1 * value);
  const changed = pattern.map((value, i) => i % 2 === 0 ? value + 1 : value);
  assertEquals(minkowskiCurve(changed), minkowskiCurve(pattern));
  assertNotEquals(summary(changed), summary(pattern));
});

Deno.test("minkowski: a ramp between the values of a field changes nothing, and one across them moves smoothly", () => {
  const field = Float64Array.from(normals(64, { seed: 1, purpose: "ramp" }), (value) => value > 0 ? 1 : 0);
  assertEquals(minkowski(field, 0.5, { ramp: 1 }), minkowski(field, 0.5));
  const wavy = Float64Array.from(normals(64, { seed: 2, purpose: "ramp" }));
  let before = minkowski(wavy, -3, { ramp: 0.5 });
  for (let threshold = -3; threshold < 3; threshold += 1e-3) {
    const now = minkowski(wavy, threshold, { ramp: 0.5 });
    for (const name of ["area", "perimeter", "euler"] as const) {
      assert(Math.abs(now[name] - before[name]) <= 12 * 1e-3 / 0.5, `${name} at ${threshold}`);
    }
    before = now;
  }
});
