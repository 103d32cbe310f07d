import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { initialState, type InitialStateOptions } from "../../../kernels/reaction_diffusion/mod.ts";

const grid = { width: 20, height: 10 };
const draw = { seed: 1, purpose: "test" };

function inside(options: Omit<InitialStateOptions, "width" | "height" | "background">): number[] {
  const { b } = initialState({ ...grid, background: [1, 0], ...options });
  return [...b].flatMap((value, cell) => value === 0.25 ? [cell] : []);
}

Deno.test("initialState is its background where nothing else is", () => {
  const { a, b } = initialState({ ...grid, background: [0.75, -2] });
  strictEqual(a.length, 200);
  ok(a.every((value) => value === 0.75) && b.every((value) => value === -2));
});

Deno.test("initialState of given fields copies them", () => {
  const given = { a: new Float32Array(200).map((_, i) => i), b: new Float32Array(200).fill(3) };
  const state = initialState({ ...grid, background: given });
  deepStrictEqual(state, given);
  ok(state.a !== given.a && state.b !== given.b);
  const short = { a: new Float32Array(200), b: new Float32Array(7) };
  throws(
    () => initialState({ ...grid, background: short }),
    /must hold 10 × 20 cells, but they hold 200 and 7$/,
  );
});

Deno.test("initialState draws discs and squares where they are told to be, over the edges or not", () => {
  const values = [0.5, 0.25] as const, places = [{ x: 0, y: 0, radius: 1 }];
  deepStrictEqual(inside({ discs: { places, values } }), [0, 1, 19, 20, 180]);
  deepStrictEqual(inside({ discs: { places, values }, wrap: false }), [0, 1, 20]);
  deepStrictEqual(inside({ squares: { places, values } }), [0, 1, 19, 20, 21, 39, 180, 181, 199]);
  deepStrictEqual(inside({ squares: { places, values }, wrap: false }), [0, 1, 20, 21]);
});

Deno.test("initialState draws squares over discs", () => {
  const at = { x: 10, y: 5 };
  const { b } = initialState({
    ...grid,
    background: [1, 0],
    discs: { places: [{ ...at, radius: 3 }], values: [0, 1] },
    squares: { places: [{ ...at, radius: 1 }], values: [0, 2] },
  });
  deepStrictEqual([...new Set(b)].sort(), [0, 1, 2]);
  strictEqual(b.filter((value) => value === 2).length, 9);
});

Deno.test("initialState's random shapes keep to their bounds and come from their own streams", () => {
  const shapes = { places: { count: [2, 3], radius: [1, 1] }, values: [0.5, 0.25] } as const;
  for (let sample = 0; sample < 30; sample++) {
    const cells = inside({ discs: shapes, draw: { ...draw, sample } }).length;
    ok(cells >= 2 && cells <= 3 * 5, `${cells}`);
  }
  const both = inside({ discs: shapes, squares: shapes, draw });
  deepStrictEqual(
    both.filter((cell) => inside({ discs: shapes, draw }).includes(cell)),
    inside({ discs: shapes, draw }),
  );
  ok(inside({ squares: shapes, draw }).every((cell) => both.includes(cell)));
});

Deno.test("initialState's noise fills ±noise evenly, on both species apart", () => {
  const { a, b } = initialState({ width: 100, height: 100, background: [1, 5], noise: 0.25, draw });
  const noise = { a: a.map((value) => value - 1), b: b.map((value) => value - 5) };
  for (const values of [noise.a, noise.b]) {
    ok(values.every((value) => Math.abs(value) <= 0.25));
    const mean = values.reduce((sum, value) => sum + value) / 10_000;
    const square = values.reduce((sum, value) => sum + value * value, 0) / 10_000;
    ok(Math.abs(mean) < 0.006 && Math.abs(square - 0.0625 / 3) < 6e-4, `${mean}, ${square}`);
  }
  const correlation = noise.a.reduce((sum, value, i) => sum + value * noise.b[i], 0) / 10_000 / (0.0625 / 3);
  ok(Math.abs(correlation) < 0.05);
});

Deno.test("initialState refuses bad bounds, and randomness without a draw", () => {
  const values = [0, 0] as const;
  const options = { ...grid, background: [1, 0] as const };
  throws(
    () => initialState({ ...options, draw, squares: { places: { count: [3, 2], radius: [1, 1] }, values } }),
    { name: "RangeError", message: /the squares' count must lie .* but they are 3 and 2$/ },
  );
  throws(() => initialState({ ...options, noise: 0.1 }), /random noise need a draw, but there is none$/);
});
