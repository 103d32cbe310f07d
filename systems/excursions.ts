/**
 * Minkowski functionals of excursion sets as one operation of tensorflow.js: from stock operations they would be
 * maxima of a field for each threshold, a hundred megabytes to a batch.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs";

/** Which excursion sets. */
export interface ExcursionOptions {
  readonly thresholds: readonly number[];
  /** Width of the range of values over which cells come to belong to a set, above 0. */
  readonly ramp: number;
}

/** What {@link excursions} is differentiated by: of one set, per cell. */
interface Slopes {
  readonly area: number;
  readonly perimeter: number;
  readonly euler: number;
}

/**
 * Area, perimeter and Euler number of periodic square fields `[batch, size, size]` above every threshold,
 * `[batch, 3 · thresholds]`: what `minkowski` of `metrics/patterns.ts` gives, differentiable in the fields.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "../macronet/backend.ts";
 * import { excursions } from "./excursions.ts";
 *
 * await useWasmBackend();
 * const oneCell = tf.tensor3d([[[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]]);
 * const found = excursions(oneCell, { thresholds: [0.5], ramp: 0.1 });
 * assertEquals([...found.dataSync()], [1 / 16, 4 / 16, 1 / 16]);
 * ```
 */
export function excursions(fields: Tensor3D, { thresholds, ramp }: ExcursionOptions): Tensor2D {
  const [batch, size] = fields.shape, cells = size * size, count = thresholds.length;
  const neighbours = neighboursOf(size), inside = new Float64Array(cells);
  const setOf = (field: Float32Array, threshold: number) => {
    for (let i = 0; i < cells; i++) {
      inside[i] = Math.min(1, Math.max(0, (field[i] - threshold) / ramp + 0.5));
    }
  };
  return tf.customGrad((fields, save) => {
    (save as tf.GradSaveFunc)([fields as Tensor]);
    const values = (fields as Tensor).dataSync<"float32">(), found = new Float32Array(batch * 3 * count);
    for (let row = 0; row < batch; row++) {
      const field = values.subarray(row * cells, (row + 1) * cells);
      for (const [t, threshold] of thresholds.entries()) {
        setOf(field, threshold);
        const { area, perimeter, euler } = measured(inside, neighbours);
        for (const [kind, value] of [area, perimeter, euler].entries()) {
          found[(3 * row + kind) * count + t] = value;
        }
      }
    }
    return {
      value: tf.tensor2d(found, [batch, 3 * count]),
      gradFunc: (dy, saved) => {
        const [fields] = saved;
        const values = fields.dataSync<"float32">(), given = (dy as Tensor).dataSync<"float32">();
        const slopes = new Float32Array(batch * cells), ofCells = new Float64Array(cells);
        for (let row = 0; row < batch; row++) {
          const field = values.subarray(row * cells, (row + 1) * cells);
          for (const [t, threshold] of thresholds.entries()) {
            setOf(field, threshold);
            const [area, perimeter, euler] = [0, 1, 2].map((kind) =>
              given[(3 * row + kind) * count + t] / cells
            );
            ofCells.fill(0);
            addSlopes(inside, neighbours, { area, perimeter, euler }, ofCells);
            for (let i = 0; i < cells; i++) {
              if (inside[i] > 0 && inside[i] < 1) slopes[row * cells + i] += ofCells[i] / ramp;
            }
          }
        }
        return tf.tensor(slopes, fields.shape);
      },
    };
  })(fields) as Tensor2D;
}

/** Cells to the west, to the north and to the north-west of each, `[3, cells]`. */
function neighboursOf(size: number): readonly Uint32Array[] {
  const cells = size * size;
  const at = (dx: number, dy: number) =>
    Uint32Array.from({ length: cells }, (_, i) => {
      const x = (i + size - dx) % size, y = (Math.floor(i / size) + size - dy) % size;
      return y * size + x;
    });
  return [at(1, 0), at(0, 1), at(1, 1)];
}

/** As `minkowski` does: an edge or a vertex belongs as much as the cell at it that does most. */
function measured(inside: Float64Array, [west, north, northWest]: readonly Uint32Array[]) {
  let faces = 0, boundary = 0, edges = 0, vertices = 0;
  for (let i = 0; i < inside.length; i++) {
    const here = inside[i], w = inside[west[i]], n = inside[north[i]];
    const withWest = Math.max(here, w), withNorth = Math.max(here, n);
    faces += here;
    boundary += Math.abs(here - w) + Math.abs(here - n);
    edges += withWest + withNorth;
    vertices += Math.max(withWest, n, inside[northWest[i]]);
  }
  const cells = inside.length;
  return { area: faces / cells, perimeter: boundary / cells, euler: (vertices - edges + faces) / cells };
}

/** Adds the slopes in every membership: those of an edge or a vertex go to the cell that belongs most. */
function addSlopes(
  inside: Float64Array,
  [west, north, northWest]: readonly Uint32Array[],
  { area, perimeter, euler }: Slopes,
  slopes: Float64Array,
): void {
  for (let i = 0; i < inside.length; i++) {
    const w = west[i], n = north[i], q = northWest[i], here = inside[i];
    const ofWest = perimeter * Math.sign(here - inside[w]);
    const ofNorth = perimeter * Math.sign(here - inside[n]);
    const alongWest = inside[w] > here ? w : i, alongNorth = inside[n] > here ? n : i;
    const far = inside[q] > inside[n] ? q : n;
    slopes[i] += area + euler + ofWest + ofNorth;
    slopes[w] -= ofWest;
    slopes[n] -= ofNorth;
    slopes[alongWest] -= euler;
    slopes[alongNorth] -= euler;
    slopes[inside[far] > inside[alongWest] ? far : alongWest] += euler;
  }
}
