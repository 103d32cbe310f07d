/**
 * Bytes shuffled, then compressed with Zstandard, in a Blosc frame: Zarr v3's codec `blosc`, which zarr-python,
 * tensorstore, zarrita and any Blosc library read.
 *
 * The encoder is C-Blosc compiled to WebAssembly (`numcodecs`), so equal bytes give equal frames on every machine
 * and in every release of the runtime, which carries a libzstd of its own.
 *
 * Codec: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/blosc/index.html
 *
 * @module
 */
import Blosc from "numcodecs/blosc";

/**
 * The codec as `zarr.json` names it. Level 3: level 5 takes twice the time for 1 % less.
 *
 * `typesize` is the stride of the shuffle in bytes. The encoder has it fixed at 4, whatever an element is; values of
 * 2 bytes are shuffled two by two, which costs them 2 % of what their own stride would give.
 */
export const BLOSC_CODEC = {
  name: "blosc",
  configuration: { typesize: 4, cname: "zstd", clevel: 3, shuffle: "shuffle", blocksize: 0 },
} as const;

const { cname, clevel } = BLOSC_CODEC.configuration;
const codec = Blosc.fromConfig({ id: BLOSC_CODEC.name, cname, clevel, shuffle: 1, blocksize: 0 });

/**
 * A Blosc frame of the bytes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { compress, decompress } from "./blosc.ts";
 *
 * const bytes = new Uint8Array(1000).fill(7);
 * const frame = await compress(bytes);
 * assertEquals(frame.length < 100, true);
 * assertEquals(await decompress(frame, bytes.length), bytes);
 * ```
 */
export async function compress(bytes: Uint8Array): Promise<Uint8Array> {
  return await codec.encode(bytes);
}

/** A frame begins with 16 bytes: versions, flags, stride, and the sizes of contents, blocks and frame. */
const HEADER = 16;

/** Bytes that a byte of a frame can stand for: Zstandard keeps 128 KB of one value in 4 bytes, and others less. */
const MOST_DECOMPRESSED = 1 << 15;

/**
 * The bytes of a Blosc frame, so many as are expected. That none of them was changed is for a digest to say: the
 * decoder does not.
 *
 * @param size How many they are.
 * @throws {TypeError} if it is not a frame of its length, or of another number of bytes; nothing is allocated then
 */
export async function decompress(frame: Uint8Array, size: number): Promise<Uint8Array> {
  const { buffer, byteOffset, length } = frame;
  const view = new DataView(buffer, byteOffset, length);
  const stated = length < HEADER ? NaN : view.getUint32(12, true);
  if (stated !== length) {
    throw new TypeError(`Cannot decompress: a Blosc frame must hold ${stated} bytes, but holds ${length}`);
  }
  const contents = view.getUint32(4, true);
  if (contents !== size || size > length * MOST_DECOMPRESSED) {
    throw new TypeError(
      `Cannot decompress: a Blosc frame of ${length} bytes must give ${size}, but ` +
        (contents === size ? "cannot hold so many" : `says ${contents}`),
    );
  }
  const bytes = await decode(frame);
  if (bytes.length === size) return bytes;
  throw new TypeError(`Cannot decompress: a Blosc frame must give ${size} bytes, but gives ${bytes.length}`);
}

async function decode(frame: Uint8Array): Promise<Uint8Array> {
  try {
    return await codec.decode(frame);
  } catch (cause) {
    throw new TypeError("Cannot decompress: a Blosc frame must be whole, but its decoder stops", { cause });
  }
}
