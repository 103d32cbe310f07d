/**
 * The kernels number by number: the oracle that they equal bit for bit, and what stands in for them where tfjs's memory
 * cannot be used.
 *
 * @module
 */

/** Which excursion sets. */
export interface ExcursionSets {
  readonly thresholds: readonly number[];
  /** Width of the range of values over which cells come to belong to a set, above 0. */
  readonly ramp: number;
}

/** Cells to the west, to the north and to the north-west of each. */
type Neighbours = readonly [west: Uint32Array, north: Uint32Array, northWest: Uint32Array];

/**
 * Of a periodic field `[size, size]`, area, perimeter and Euler number of the set above every threshold, per cell,
 * `[3, thresholds]`. An edge or a vertex belongs as much as the cell at it that does most.
 */
export function functionals(field: Float32Array, { thresholds, ramp }: ExcursionSets): Float64Array {
  const cells = field.length, count = thresholds.length;
  const [west, north, northWest] = neighboursOf(cells), found = new Float64Array(3 * count);
  for (const [t, threshold] of thresholds.entries()) {
    const inside = memberships(field, threshold, ramp);
    let faces = 0, boundary = 0, edges = 0, vertices = 0;
    for (let i = 0; i < cells; i++) {
      const here = inside[i], w = inside[west[i]], n = inside[north[i]];
      const withWest = Math.max(here, w), withNorth = Math.max(here, n);
      faces += here;
      boundary += Math.abs(here - w) + Math.abs(here - n);
      edges += withWest + withNorth;
      vertices += Math.max(withWest, n, inside[northWest[i]]);
    }
    found[t] = faces / cells;
    found[count + t] = boundary / cells;
    found[2 * count + t] = (vertices - edges + faces) / cells;
  }
  return found;
}

/**
 * Adds to `slopes` the gradient by the field, from those by area, perimeter and Euler number per cell, `[3, thresholds]`.
 * The slope of an edge or a vertex goes to the cell that belongs most.
 */
export function addGradient(
  field: Float32Array,
  { thresholds, ramp }: ExcursionSets,
  given: Float64Array,
  slopes: Float32Array,
): void {
  const cells = field.length, count = thresholds.length;
  const [west, north, northWest] = neighboursOf(cells), sums = new Float64Array(cells);
  for (const [t, threshold] of thresholds.entries()) {
    const inside = memberships(field, threshold, ramp);
    const [area, perimeter, euler] = [given[t], given[count + t], given[2 * count + t]];
    sums.fill(0);
    for (let i = 0; i < cells; i++) {
      const w = west[i], n = north[i], q = northWest[i], here = inside[i];
      const ofWest = perimeter * Math.sign(here - inside[w]);
      const ofNorth = perimeter * Math.sign(here - inside[n]);
      const alongWest = inside[w] > here ? w : i, alongNorth = inside[n] > here ? n : i;
      const far = inside[q] > inside[n] ? q : n;
      sums[i] += area + euler + ofWest + ofNorth;
      sums[w] -= ofWest;
      sums[n] -= ofNorth;
      sums[alongWest] -= euler;
      sums[alongNorth] -= euler;
      sums[inside[far] > inside[alongWest] ? far : alongWest] += euler;
    }
    for (let i = 0; i < cells; i++) {
      if (inside[i] > 0 && inside[i] < 1) slopes[i] += sums[i] / ramp;
    }
  }
}

/** How much each cell belongs to the set above a threshold. */
function memberships(field: Float32Array, threshold: number, ramp: number): Float64Array {
  const inside = new Float64Array(field.length);
  for (let i = 0; i < field.length; i++) {
    inside[i] = Math.min(1, Math.max(0, (field[i] - threshold) / ramp + 0.5));
  }
  return inside;
}

function neighboursOf(cells: number): Neighbours {
  const size = Math.sqrt(cells);
  const [west, north, northWest] = [0, 1, 2].map(() => new Uint32Array(cells));
  for (let i = 0; i < cells; i++) {
    const x = i % size;
    west[i] = i - x + (x + size - 1) % size;
    north[i] = (i + cells - size) % cells;
    northWest[i] = (west[i] + cells - size) % cells;
  }
  return [west, north, northWest];
}
