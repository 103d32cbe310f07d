/**
 * Products of matrices that are transposed.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "@tensorflow/tfjs";
import { padded, withScratch, type Workbench } from "./kernels.ts";

/** What the operation is told beside its inputs. */
export interface Transposes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** The inputs `[…, rows, inner]` and `[…, inner, columns]`, or their transposes. */
export interface Factors {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

/**
 * a · b `[…, rows, columns]`. Batch dimensions are broadcast.
 *
 * @throws {TypeError} If the shapes do not fit together.
 */
export function batchMatMul(
  { memory, kernels }: Workbench,
  { a, b }: Factors,
  { transposeA, transposeB }: Transposes,
): TensorInfo {
  const [aOuter, aLast] = a.shape.slice(-2), [bOuter, bLast] = b.shape.slice(-2);
  const [rows, inner] = transposeA ? [aLast, aOuter] : [aOuter, aLast];
  const [innerOfB, columns] = transposeB ? [bLast, bOuter] : [bOuter, bLast];
  if (inner !== innerOfB) {
    throw new TypeError(
      `Cannot multiply matrices: the inner dimensions must be equal, but are ${inner} and ${innerOfB} in shapes ` +
        `[${a.shape}] and [${b.shape}] with transposeA = ${transposeA} and transposeB = ${transposeB}`,
    );
  }
  const aBatch = a.shape.slice(0, -2), bBatch = b.shape.slice(0, -2);
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch);
  const c = memory.allocate([...batch, rows, columns]);
  const [aRow, aInner] = transposeA ? [4, 4 * rows] : [4 * inner, 4];
  const [bInner, bColumn] = transposeB ? [4, 4 * inner] : [4 * columns, 4];
  const width = padded(columns), isPadded = width !== columns;
  try {
    withScratch(memory, width * (inner + (isPadded ? rows : 0)), (packed) => {
      const sums = packed + 4 * width * inner;
      const [fromA, fromB, toC] = [a, b, c].map(memory.pointerTo);
      const bOf = places(bBatch, batch);
      let last: number | undefined;
      places(aBatch, batch).forEach((place, index) => {
        if (bOf[index] !== last) {
          kernels.pack(fromB + 4 * inner * columns * bOf[index], bInner, bColumn, inner, columns, packed);
        }
        last = bOf[index];
        const from = fromA + 4 * rows * inner * place, to = toC + 4 * rows * columns * index;
        kernels.multiply(from, aRow, aInner, packed, isPadded ? sums : to, rows, inner, columns);
        if (isPadded) kernels.copyColumns(sums, to, rows, columns);
      });
    });
  } catch (error) {
    memory.free(c);
    throw error;
  }
  return c;
}

/** For each place in the batch, the one in a batch that is broadcast to it. */
function places(from: readonly number[], to: readonly number[]): number[] {
  let found = [0], size = 1;
  const missing = to.length - from.length;
  // From the last dimension to the first: each repeats what is there.
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const own = axis < missing ? 1 : from[axis - missing], step = own === 1 ? 0 : size;
    found = Array.from({ length: to[axis] }, (_, i) => found.map((place) => place + i * step)).flat();
    size *= own;
  }
  return found;
}
