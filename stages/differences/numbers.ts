/**
 * Where two arrays of numbers differ: bit for bit, so −0 is not 0, and equal NaNs are equal.
 *
 * @module
 */
import { bytesOf, type NumericArray } from "../formats/numeric.ts";
import type { Difference } from "../../pipeline/mod.ts";

/** The first element that differs, and how many do. Counts on, for an array that comes in parts. */
export class ArrayDifference {
  readonly #what: string;
  readonly #shape: readonly number[];
  #first?: Pick<Difference, "at" | "stored" | "recomputed">;
  #differing = 0;
  #largest = -1;

  /** @param shape Of the whole array. */
  constructor(what: string, shape: readonly number[]) {
    this.#what = what;
    this.#shape = shape;
  }

  /** Compares the next part, in row-major order. `from` is the place of its first element in the whole array. */
  add(stored: NumericArray, recomputed: NumericArray, from: number): void {
    const [a, b] = [bytesOf(stored), bytesOf(recomputed)];
    const size = stored.BYTES_PER_ELEMENT;
    for (let i = 0; i < stored.length; i++) {
      if (isSame(a, b, i * size, size)) continue;
      this.#differing++;
      this.#largest = Math.max(this.#largest, distance(stored[i], recomputed[i]));
      this.#first ??= {
        at: `[${indexOf(from + i, this.#shape).join(", ")}]`,
        stored: numberText(stored, i),
        recomputed: numberText(recomputed, i),
      };
    }
  }

  /** What was found, or `undefined` when all of it is the same. */
  result(): Difference | undefined {
    if (this.#first === undefined) return undefined;
    return {
      what: this.#what,
      ...this.#first,
      differing: this.#differing,
      of: this.#shape.reduce((product, length) => product * length, 1),
      place: "element",
      ...(this.#largest >= 0 && { largest: this.#largest }),
    };
  }
}

/**
 * Where two arrays of one type and shape differ, or `undefined`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { arrayDifference } from "./numbers.ts";
 *
 * const array = (...values: number[]) => ({ shape: [2, 2], data: Float32Array.from(values) });
 * assertEquals(arrayDifference("x", array(1, 2, 3, 4), array(1, 2, 3, 4)), undefined);
 * assertEquals(arrayDifference("x", array(1, 2, 3, 4), array(1, 2, 3.5, 6)), {
 *   what: "x",
 *   at: "[1, 0]",
 *   stored: "3 (0x40400000)",
 *   recomputed: "3.5 (0x40600000)",
 *   differing: 2,
 *   of: 4,
 *   place: "element",
 *   largest: 2,
 * });
 * ```
 */
export function arrayDifference(
  what: string,
  stored: { readonly shape: readonly number[]; readonly data: NumericArray },
  recomputed: { readonly data: NumericArray },
): Difference | undefined {
  const difference = new ArrayDifference(what, stored.shape);
  difference.add(stored.data, recomputed.data, 0);
  return difference.result();
}

/** All digits of an element, and its bits: whoever types the digits in again has the same number. */
function numberText(values: NumericArray, i: number): string {
  const size = values.BYTES_PER_ELEMENT;
  const bits = bytesOf(values).slice(i * size, (i + 1) * size).reverse().toHex();
  const value = values[i];
  return `${Object.is(value, -0) ? "-0" : value} (0x${bits})`;
}

function isSame(a: Uint8Array, b: Uint8Array, from: number, size: number): boolean {
  for (let i = from; i < from + size; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Negative where there is none: between infinities, or where something is no number. */
function distance(a: number, b: number): number {
  const between = Math.abs(a - b);
  return Number.isFinite(between) ? between : -1;
}

function indexOf(place: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(place % shape[axis]);
    place = Math.floor(place / shape[axis]);
  }
  return index;
}
