/**
 * The symmetries of a periodic square field, for tests of what must not change under them.
 *
 * @module
 */

/** Where cell (x, y) of the result comes from. */
export type Source = (x: number, y: number) => readonly [x: number, y: number];

/** A symmetry of the given field. */
export interface Move {
  readonly size: number;
  readonly dx: number;
  readonly dy: number;
}

/** Symmetries by name. */
export const SYMMETRIES: Readonly<Record<string, (move: Move) => Source>> = {
  "shifts": ({ size, dx, dy }) => (x, y) => [(x + dx) % size, (y + dy) % size],
  "transposition": () => (x, y) => [y, x],
  "mirroring": ({ size }) => (x, y) => [size - 1 - x, y],
  "a quarter turn": ({ size }) => (x, y) => [y, size - 1 - x],
};

/** A two-species pattern with its cells moved. */
export function moved(pattern: Float32Array, source: Source): Float32Array<ArrayBuffer> {
  const size = Math.sqrt(pattern.length / 2);
  const result = new Float32Array(pattern.length);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [fromX, fromY] = source(x, y);
      const from = 2 * (fromY * size + fromX);
      result.set(pattern.subarray(from, from + 2), 2 * (y * size + x));
    }
  }
  return result;
}
