/**
 * How far the functions of kernels/vector_math are from the exact ones, in units in the last place. As a script, over
 * all 2³² bit patterns of f32, in 1 to 5 minutes a function:
 *
 * ```sh
 * deno run --allow-read tests/kernels/vector_math_errors.ts [function…]
 * ```
 *
 * @module
 */
import { type VectorMath, vectorMath } from "../../kernels/vector_math/mod.ts";

/** A function of the kernels: what it should be, and between which arguments it should be that. */
interface Exact {
  readonly of: (x: number) => number;
  readonly from: number;
  readonly to: number;
}

/** The engine's functions in f64: 2²⁹ times finer than f32. */
export const exact: Readonly<Record<keyof VectorMath, Exact>> = {
  exponential: { of: Math.exp, from: -Infinity, to: Infinity },
  boundedExponential: { of: Math.exp, from: -87, to: 87 },
  logistic: { of: (x) => 1 / (1 + Math.exp(-x)), from: -87, to: Infinity },
  hyperbolicTangent: { of: Math.tanh, from: -Infinity, to: Infinity },
  logarithm: { of: Math.log, from: -Infinity, to: Infinity },
};

export const names = Object.keys(exact) as (keyof VectorMath)[];

/** `count` patterns, one from each of as many equal parts of the 2³²: every exponent, and all kinds of last bits. */
export function patterns(count: number): (index: number) => number {
  const width = 2 ** 32 / count;
  return (index) => index * width + Math.imul(index, 0x9e3779b1) % width;
}

/** The largest error and where it is, over the numbers with bits `pattern(0)` to `pattern(count − 1)`. */
export function largestError(
  name: keyof VectorMath,
  { count, pattern }: { count: number; pattern: (index: number) => number },
): { error: number; at: number } {
  const { of, from, to } = exact[name], size = Math.min(count, 1 << 16);
  const memory = new WebAssembly.Memory({ initial: size / (1 << 14) + 1 });
  const kernel = vectorMath(memory)[name];
  const found = new Float32Array(memory.buffer, 0, size), bits = new Int32Array(memory.buffer, 0, size);
  const arguments_ = new Float32Array(size);
  let error = 0, at = 0;
  for (let start = 0; start < count; start += size) {
    for (let i = 0; i < size; i++) bits[i] = pattern(start + i);
    arguments_.set(found);
    kernel(0, size);
    for (let i = 0; i < size; i++) {
      const x = arguments_[i];
      if (x < from || x > to) continue;
      const distance = unitsBetween(found[i], of(x));
      if (distance > error) error = distance, at = x;
    }
  }
  return { error, at };
}

const double = new Float64Array(1), halves = new Int32Array(double.buffer);

/** |found − right| in units in the last place of `right` as an f32; Infinity if but one of them is NaN. */
export function unitsBetween(found: number, right: number): number {
  if (found === right) return 0;
  if (found !== found || right !== right) return found !== found && right !== right ? 0 : Infinity;
  if (Math.abs(found) === Infinity && Math.fround(right) === found) return 0;
  double[0] = right;
  const exponent = ((halves[1] >>> 20) & 0x7ff) - 1023;
  double[0] = 1;
  halves[1] = (Math.min(Math.max(exponent, -126), 127) - 23 + 1023) << 20;
  // What is beyond the largest number counts as the power of two that follows it.
  const finite = Math.abs(found) === Infinity ? Math.sign(found) * 2 ** 128 : found;
  return Math.abs(finite - right) / double[0];
}

if (import.meta.main) {
  const asked = names.filter((name) => Deno.args.length === 0 || Deno.args.includes(name));
  for (const name of asked) {
    const { error, at } = largestError(name, { count: 2 ** 32, pattern: (index) => index });
    console.log(`${name}: at most ${error.toFixed(4)} units in the last place, at ${at}`);
  }
}
