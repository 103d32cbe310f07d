/**
 * What tfjs does not say: that its memory is full.
 *
 * Where its WebAssembly memory cannot grow, `malloc` gives address 0, and tfjs writes the tensor there, over its own
 * data. A size of 4 GiB and more is cut to its lowest 32 bits, and the tensor reaches over its neighbours.
 *
 * @module
 */
/** Bytes that 32-bit addresses reach. */
const MOST = 0x1_0000_0000;

/** Thrown where the memory of tfjs's WebAssembly backend has no room. Nothing was written; dispose of tensors and go on. */
export class OutOfTensorMemoryError extends Error {
  override readonly name = "OutOfTensorMemoryError";

  /**
   * @param bytes What was wanted.
   * @param inUse Bytes that were allocated and not freed.
   */
  constructor(readonly bytes: number, readonly inUse: number, options?: ErrorOptions) {
    super(
      `Cannot allocate ${bytes} bytes for tensors: they must fit into the 4 GB of WebAssembly, ` +
        `but beside ${inUse} bytes in use they do not`,
      options,
    );
  }
}

/** What allocates for all kernels, tfjs's own and those of others. */
export interface Allocator {
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

const guarded = new WeakSet<Allocator["_malloc"]>();

/**
 * Makes an allocator throw {@linkcode OutOfTensorMemoryError} where there is no room. Once is enough; again does
 * nothing.
 */
export function guardAllocations(wasm: Allocator): void {
  if (guarded.has(wasm._malloc)) return;
  wasm._free(wasm._malloc(4)); // the first call of either replaces the function: it is a stub until then
  const { _malloc: malloc, _free: free } = wasm;
  const sizes = new Map<number, number>();
  let inUse = 0;
  wasm._malloc = (bytes) => {
    let pointer = 0, cause: unknown;
    try {
      if (bytes < MOST) pointer = malloc(bytes);
    } catch (error) {
      cause = error; // builds that abort
    }
    if (pointer === 0) throw new OutOfTensorMemoryError(bytes, inUse, cause === undefined ? {} : { cause });
    sizes.set(pointer >>> 0, bytes);
    inUse += bytes;
    return pointer;
  };
  wasm._free = (pointer) => {
    inUse -= sizes.get(pointer >>> 0) ?? 0; // kernels may have allocated within WebAssembly
    sizes.delete(pointer >>> 0);
    free(pointer);
  };
  guarded.add(wasm._malloc);
}
