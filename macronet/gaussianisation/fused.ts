/**
 * Moves computed by loops over rows, as one operation of tfjs each: from stock operations they would be two hundred
 * small ones with their gradients.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { type Call, defineOperation, isNative, valuesOf } from "../native.ts";
import type { Moved } from "./move.ts";

/** One row of fields, `[2, n]`, and its numbers. */
export interface Row {
  readonly x: Float32Array;
  readonly numbers: Float32Array;
}

/** A move of a row and its gradient. */
interface Loops {
  /** Puts z into `z`, and returns what of the log-determinant depends on x. */
  forward(row: Row, z: Float32Array): number;
  /** From the gradients in z and in what `forward` returned, those in x and, which are 0 yet, in the numbers. */
  backward(
    row: Row,
    given: { readonly dz: Float32Array; readonly dLogDet: number },
    found: { readonly dx: Float32Array; readonly dNumbers: Float64Array },
  ): void;
}

/** The move of rows that lie in tfjs's memory, of n cells each: their place there is the `byteOffset` of their arrays. */
export type NativeRows = (call: Pick<Call<unknown>, "memory" | "scratch">, n: number) => Loops;

/** A move of a row in plain loops, and perhaps the same by kernels. */
export interface RowMove extends Loops {
  /** Gives the same bits. By default the loops. */
  readonly native?: NativeRows;
}

/** Applies the move to every row of `[batch, 2, n]`, differentiable in x and in the numbers `[batch, count]`. */
export function fused(move: RowMove, x: Tensor3D, numbers: Tensor2D): Moved {
  const [value, logDet] = isNative() ? native([x, numbers], { move }) : stock(move, x, numbers);
  return { value: value as Tensor3D, logDet: logDet as Tensor1D };
}

/** Values of all rows, one after the other. */
type Values<Name extends string> = Readonly<Record<Name, Float32Array>>;

function forwardRows(
  move: Loops,
  { x, numbers }: Values<"x" | "numbers">,
  into: Values<"z" | "logDet">,
): void {
  const rows = into.logDet.length, size = x.length / rows, count = numbers.length / rows;
  for (let i = 0; i < rows; i++) {
    into.logDet[i] = move.forward({
      x: x.subarray(i * size, (i + 1) * size),
      numbers: numbers.subarray(i * count, (i + 1) * count),
    }, into.z.subarray(i * size, (i + 1) * size));
  }
}

function backwardRows(
  move: Loops,
  { x, numbers, dz, dLogDet }: Values<"x" | "numbers" | "dz" | "dLogDet">,
  into: Values<"dx" | "dNumbers">,
): void {
  const rows = dLogDet.length, size = x.length / rows, count = numbers.length / rows;
  const sums = new Float64Array(count);
  for (let i = 0; i < rows; i++) {
    const [from, to] = [i * size, (i + 1) * size];
    const row = { x: x.subarray(from, to), numbers: numbers.subarray(i * count, (i + 1) * count) };
    const dNumbers = sums.fill(0);
    move.backward(row, { dz: dz.subarray(from, to), dLogDet: dLogDet[i] }, {
      dx: into.dx.subarray(from, to),
      dNumbers,
    });
    into.dNumbers.set(dNumbers, i * count);
  }
}

/** On tfjs's own memory, nothing being copied. */
const native = defineOperation<{ readonly move: RowMove }>("RowMove", (call) => {
  const { memory, inputs: [x, numbers], attributes: { move } } = call;
  const z = memory.allocate(x.shape), logDet = memory.allocate([x.shape[0]]);
  const loops = move.native?.(call, x.shape[2]!) ?? move;
  const given = { x: valuesOf(call, x), numbers: valuesOf(call, numbers) };
  forwardRows(loops, given, { z: valuesOf(call, z), logDet: valuesOf(call, logDet) });
  return [z, logDet];
}, {
  saves: ["0", "1"],
  of: ([dz, dLogDet], [x, numbers], attributes) => nativeGradient([dz, dLogDet, x, numbers], attributes),
});

const nativeGradient = defineOperation<{ readonly move: RowMove }>("RowMoveGradient", (call) => {
  const { memory, inputs: [dz, dLogDet, x, numbers], attributes: { move } } = call;
  const dx = memory.allocate(x.shape), dNumbers = memory.allocate(numbers.shape);
  const loops = move.native?.(call, x.shape[2]!) ?? move;
  const given = {
    x: valuesOf(call, x),
    numbers: valuesOf(call, numbers),
    dz: valuesOf(call, dz),
    dLogDet: valuesOf(call, dLogDet),
  };
  backwardRows(loops, given, { dx: valuesOf(call, dx), dNumbers: valuesOf(call, dNumbers) });
  return [dx, dNumbers];
});

/** The same by what tfjs documents: a single output, of copies. */
function stock(move: RowMove, x: Tensor3D, numbers: Tensor2D): Tensor[] {
  const [batch, species, n] = x.shape, size = species * n;
  const both = tf.customGrad((x, numbers, save) => {
    (save as tf.GradSaveFunc)([x as Tensor, numbers as Tensor]);
    const given = { x: copyOf(x as Tensor), numbers: copyOf(numbers as Tensor) };
    const z = new Float32Array(batch * size), logDet = new Float32Array(batch);
    forwardRows(move, given, { z, logDet });
    return {
      value: tf.concat([tf.tensor2d(z, [batch, size]), tf.tensor2d(logDet, [batch, 1])], 1),
      gradFunc: (dy, saved) => {
        const [x, numbers] = saved, [dz, dLogDet] = tf.split(dy as Tensor2D, [size, 1], 1);
        const dx = new Float32Array(x.size), dNumbers = new Float32Array(numbers.size);
        const given = { x: copyOf(x), numbers: copyOf(numbers), dz: copyOf(dz), dLogDet: copyOf(dLogDet) };
        backwardRows(move, given, { dx, dNumbers });
        return [tf.tensor(dx, x.shape), tf.tensor(dNumbers, numbers.shape)];
      },
    };
  })(x, numbers) as Tensor2D;
  const [z, logDet] = tf.split(both, [size, 1], 1);
  return [tf.reshape(z, x.shape), tf.reshape(logDet, [batch])];
}

function copyOf(tensor: Tensor): Float32Array {
  return tensor.dataSync<"float32">();
}
