// asc: --importMemory --initialMemory 1
// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
//
// Minkowski functionals of excursion sets of a periodic square field, and their gradient. Works on memory that is not
// its own, holds no static data and allocates nothing: every pointer is the caller's, every call is about one field.
//
// Order. The two lanes of a vector are two thresholds. Each of them goes through the cells row by row and does, in 64
// bits, what `reference.ts` does to each number, in its order. A lane that adds nothing adds 0 in 64 bits, where sums
// begin at 0 and so never are −0; in 32 bits, where they are if they round to it, −0, which leaves any number as it is.
//
// `pmax` and `pmin`, one instruction each, take their first number unless the second is larger or smaller. On memberships,
// never −0, that is `Math.max` too, except of what is not a number; but then no functional is one either way.

/** From the index of a cell to the memberships of two thresholds. */
const PAIR: usize = 16;

@inline function load(at: usize): v128 { return v128.load(at); }

/** How much each cell belongs to the sets above two thresholds. */
function include(field: usize, cells: usize, thresholds: v128, ramp: f64, inside: usize): void {
  const width = f64x2.splat(ramp), half = f64x2.splat(0.5), none = f64x2.splat(0), all = f64x2.splat(1);
  for (let i: usize = 0; i < cells; i++) {
    const above = f64x2.sub(f64x2.splat(<f64> f32.load(field + 4 * i)), thresholds);
    const share = f64x2.add(f64x2.div(above, width), half);
    v128.store(inside + PAIR * i, f64x2.pmin(f64x2.pmax(share, none), all));
  }
}

/**
 * Of the field `[size, size]` in 32 bits, area, perimeter and Euler number above each threshold, per cell,
 * `[3, 2 · pairs]` in 64 bits. `inside` has room for two numbers in 64 bits to a cell.
 */
export function functionals(
  field: usize, size: usize, thresholds: usize, pairs: usize, ramp: f64, inside: usize, found: usize,
): void {
  const cells = size * size, row = PAIR * size, count = f64x2.splat(<f64> cells);
  for (let pair: usize = 0; pair < pairs; pair++) {
    include(field, cells, load(thresholds + PAIR * pair), ramp, inside);
    let faces = f64x2.splat(0), boundary = faces, edges = faces, vertices = faces;
    let north = inside + row * (size - 1);
    for (let y: usize = 0, here = inside; y < size; y++) {
      let west = row - PAIR;
      for (let x: usize = 0; x < row; x += PAIR) {
        const c = load(here + x), w = load(here + west), n = load(north + x);
        const withWest = f64x2.pmax(c, w), withNorth = f64x2.pmax(c, n);
        faces = f64x2.add(faces, c);
        boundary = f64x2.add(boundary, f64x2.add(f64x2.abs(f64x2.sub(c, w)), f64x2.abs(f64x2.sub(c, n))));
        edges = f64x2.add(edges, f64x2.add(withWest, withNorth));
        vertices = f64x2.add(vertices, f64x2.pmax(f64x2.pmax(withWest, n), load(north + west)));
        west = x;
      }
      north = here;
      here += row;
    }
    const to = found + PAIR * pair, kind = PAIR * pairs;
    v128.store(to, f64x2.div(faces, count));
    v128.store(to + kind, f64x2.div(boundary, count));
    v128.store(to + 2 * kind, f64x2.div(f64x2.add(f64x2.sub(vertices, edges), faces), count));
  }
}

/** −1, 0 or 1, or no number, of a difference of memberships: 0, or at least 2⁻⁵⁴ from it. */
@inline function sign(x: v128): v128 {
  return f64x2.pmin(f64x2.pmax(f64x2.mul(x, f64x2.splat(1e30)), f64x2.splat(-1)), f64x2.splat(1));
}

/**
 * Adds to `slopes`, 32 bits to a cell, the gradient by the field of what {@link functionals} gives, from those by area,
 * perimeter and Euler number per cell, `[3, 2 · pairs]`. `inside` and `sums` have room for two numbers in 64 bits to a
 * cell.
 */
export function gradient(
  field: usize, size: usize, thresholds: usize, pairs: usize, ramp: f64, given: usize,
  inside: usize, sums: usize, slopes: usize,
): void {
  const cells = size * size, row = PAIR * size, kind = PAIR * pairs;
  for (let pair: usize = 0; pair < pairs; pair++) {
    include(field, cells, load(thresholds + PAIR * pair), ramp, inside);
    memory.fill(sums, 0, PAIR * cells);
    const from = given + PAIR * pair;
    const perimeter = load(from + kind), euler = load(from + 2 * kind), always = f64x2.add(load(from), euler);
    let north = row * (size - 1);
    for (let y: usize = 0, here: usize = 0; y < size; y++) {
      let west = here + row - PAIR, northWest = north + row - PAIR;
      for (let x: usize = 0; x < row; x += PAIR) {
        const at = here + x, above = north + x;
        const c = load(inside + at), w = load(inside + west), n = load(inside + above);
        const ofWest = f64x2.mul(perimeter, sign(f64x2.sub(c, w)));
        const ofNorth = f64x2.mul(perimeter, sign(f64x2.sub(c, n)));
        const toWest = f64x2.gt(w, c), toNorth = f64x2.gt(n, c);
        // The vertex goes to the largest of the cell, the one to the west, to the north, and between those.
        const nw = load(inside + northWest), isNorthWest = f64x2.gt(nw, n);
        const isFar = f64x2.gt(f64x2.pmax(n, nw), f64x2.pmax(c, w));
        const ofFar = v128.and(isFar, euler), ofNear = v128.andnot(euler, isFar);
        let sum = f64x2.add(load(sums + at), f64x2.add(f64x2.add(always, ofWest), ofNorth));
        sum = f64x2.sub(f64x2.sub(sum, v128.andnot(euler, toWest)), v128.andnot(euler, toNorth));
        v128.store(sums + at, f64x2.add(sum, v128.andnot(ofNear, toWest)));
        sum = f64x2.sub(f64x2.sub(load(sums + west), ofWest), v128.and(toWest, euler));
        v128.store(sums + west, f64x2.add(sum, v128.and(toWest, ofNear)));
        sum = f64x2.sub(f64x2.sub(load(sums + above), ofNorth), v128.and(toNorth, euler));
        v128.store(sums + above, f64x2.add(sum, v128.andnot(ofFar, isNorthWest)));
        v128.store(sums + northWest, f64x2.add(load(sums + northWest), v128.and(isNorthWest, ofFar)));
        west = at;
        northWest = above;
      }
      north = here;
      here += row;
    }
    for (let i: usize = 0; i < cells; i++) {
      const share = load(inside + PAIR * i), slope = f64x2.div(load(sums + PAIR * i), f64x2.splat(ramp));
      const isBetween = v128.and(f64x2.gt(share, f64x2.splat(0)), f64x2.lt(share, f64x2.splat(1)));
      const own = v128.bitselect(slope, f64x2.splat(-0.0), isBetween), to = slopes + 4 * i;
      const first = <f32> (<f64> f32.load(to) + f64x2.extract_lane(own, 0));
      f32.store(to, <f32> (<f64> first + f64x2.extract_lane(own, 1)));
    }
  }
}
