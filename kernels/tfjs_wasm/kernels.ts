/**
 * The kernels on tfjs's memory.
 *
 * @module
 */
import { type TensorMemory, tensorMemory } from "./tensor_memory.ts";

/** Byte offset into the memory. */
export type Pointer = number;

/** A convolution and its shapes, in the order of the kernels' arguments. */
export type Shapes = readonly [
  batch: number,
  xHeight: number,
  xWidth: number,
  inputs: number,
  yHeight: number,
  yWidth: number,
  outputs: number,
  height: number,
  width: number,
  rowStride: number,
  columnStride: number,
  top: number,
  left: number,
];

/** See products.ts, convolution.ts, rows.ts and segments.ts. Steps are in bytes. */
export interface Kernels {
  pack(
    from: Pointer,
    innerStep: number,
    columnStep: number,
    inner: number,
    columns: number,
    packed: Pointer,
  ): void;
  multiply(
    a: Pointer,
    rowStep: number,
    innerStep: number,
    packed: Pointer,
    c: Pointer,
    rows: number,
    inner: number,
    columns: number,
  ): void;
  copyColumns(from: Pointer, to: Pointer, rows: number, columns: number): void;
  filterGradient(
    x: Pointer,
    dy: Pointer,
    dw: Pointer,
    packed: Pointer,
    sums: Pointer,
    ...shapes: Shapes
  ): void;
  inputGradient(
    dy: Pointer,
    w: Pointer,
    dx: Pointer,
    packed: Pointer,
    sums: Pointer,
    ...shapes: Shapes
  ): void;
  copyRows(
    from: Pointer,
    fromStep: number,
    to: Pointer,
    toStep: number,
    rows: number,
    columns: number,
  ): void;
  segmentSum(
    from: Pointer,
    ids: Pointer,
    sums: Pointer,
    rows: number,
    columns: number,
    segments: number,
  ): void;
}

/** The memory of a backend and the kernels on it. */
export interface Workbench {
  readonly memory: TensorMemory;
  readonly kernels: Kernels;
}

let compiled: WebAssembly.Module | undefined;
const workbenches = new WeakMap<object, Workbench>();

/**
 * That of a started backend.
 *
 * @throws {TypeError} If this tfjs is not built as expected.
 */
export function workbenchOf(backend: object): Workbench {
  let found = workbenches.get(backend);
  if (found === undefined) {
    const memory = tensorMemory(backend);
    compiled ??= new WebAssembly.Module(Deno.readFileSync(new URL("./tfjs_wasm.wasm", import.meta.url)));
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory: memory.memory } });
    found = { memory, kernels: exports as unknown as Kernels };
    workbenches.set(backend, found);
  }
  return found;
}

/** The next multiple of 4: columns that a row of sums takes. */
export function padded(columns: number): number {
  return 4 * Math.ceil(columns / 4);
}

/** Bytes of a line of the processor's cache. */
const LINE = 64;

/** Runs a computation with `floats` of memory that is freed when it is done, from the beginning of a line of the cache. */
export function withScratch<T>(memory: TensorMemory, floats: number, compute: (scratch: Pointer) => T): T {
  const tensor = memory.allocate([floats + LINE / 4]);
  try {
    return compute(LINE * Math.ceil(memory.pointerTo(tensor) / LINE));
  } finally {
    memory.free(tensor);
  }
}
