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
