/**
 * The linear memory of a kernel, grown until `end` bytes exist.
 *
 * Growth detaches the buffer under every typed array that looks into it, so make views of the buffer that this
 * returns, and none that outlives the next call.
 *
 * @throws {RangeError} if `end` is more than WebAssembly's 4 GiB, or the machine cannot give it
 */
export function memoryUpTo(end: number, memory: WebAssembly.Memory): ArrayBuffer {
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / bytesPerPage));
  return memory.buffer as ArrayBuffer; // no kernel's memory is shared
}

const bytesPerPage = 65536;

/**
 * Float32Array views of the given lengths, one after another from byte `start` of a kernel's linear memory, each
 * on a 16-byte boundary. A view's `byteOffset` is the pointer to hand to the kernel. Contents are as they were.
 *
 * @throws {RangeError} as {@linkcode memoryUpTo} does
 */
export function floatViews(
  lengths: number[],
  { memory, start }: { memory: WebAssembly.Memory; start: number },
): Float32Array<ArrayBuffer>[] {
  let end = start;
  const offsets = lengths.map((length) => {
    const offset = Math.ceil(end / 16) * 16;
    end = offset + 4 * length;
    return offset;
  });
  const buffer = memoryUpTo(end, memory);
  return lengths.map((length, i) => new Float32Array(buffer, offsets[i], length));
}
