/**
 * Kernels that replace those of tfjs's WebAssembly backend, or that it has not: time, against the stock ones.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { normals } from "../kernels/philox/mod.ts";
import { fillHoles } from "../kernels/tfjs_wasm/mod.ts";
import type { Bench } from "./bench.ts";
import { machine, ownVersions } from "./machine.ts";
import { table } from "./table.ts";

const SEED = 1;

/** Largest difference of the two results, against the largest number: sums come in another order. */
const TOLERANCE = 1e-5;

/** An operation: the kernel that it runs, its inputs, and their attributes. */
interface Case {
  readonly name: string;
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, number[]>> | readonly number[][];
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Multiplications, if there are any. */
  readonly products?: number;
}

function product(
  [rows, inner, columns]: readonly number[],
  transposeA: boolean,
  transposeB: boolean,
): Case {
  return {
    name: `matMul ${transposeA ? "aᵀ" : "a"} · ${transposeB ? "bᵀ" : "b"}, ${rows} × ${inner} × ${columns}`,
    kernel: tf.BatchMatMul,
    inputs: {
      a: transposeA ? [inner, rows] : [rows, inner],
      b: transposeB ? [columns, inner] : [inner, columns],
    },
    attributes: { transposeA, transposeB },
    products: rows * inner * columns,
  };
}

/** Both gradients of a convolution with a filter of 3 × 3, same padding. */
function convolution(batch: number, size: number, inputs: number, outputs: number, strides: number): Case[] {
  const x = [batch, size, size, inputs], filter = [3, 3, inputs, outputs];
  const dy = [batch, size / strides, size / strides, outputs];
  const attributes = { strides, pad: "same", dataFormat: "NHWC" };
  const products = 9 * inputs * tf.util.sizeFromShape(dy);
  const of = `${batch} × ${size}² × ${inputs} → ${outputs}, stride ${strides}`;
  return [
    {
      name: `Conv2DBackpropInput ${of}`,
      kernel: tf.Conv2DBackpropInput,
      inputs: { dy, filter },
      attributes: { ...attributes, inputShape: x },
      products,
    },
    {
      name: `Conv2DBackpropFilter ${of}`,
      kernel: tf.Conv2DBackpropFilter,
      inputs: { x, dy },
      attributes: { ...attributes, filterShape: filter },
      products,
    },
  ];
}

const PARTS: readonly Case[] = [
  {
    name: "Slice, of 64 × 64 × 64 a corner of 64 × 32 × 32",
    kernel: tf.Slice,
    inputs: { x: [64, 64, 64] },
    attributes: { begin: [0, 0, 0], size: [64, 32, 32] },
  },
  {
    name: "Slice, of 32 × 3000 some 14 columns",
    kernel: tf.Slice,
    inputs: { x: [32, 3000] },
    attributes: { begin: [0, 1500], size: [32, 14] },
  },
  {
    name: "Concat, 64 × 32 × 32 twice along the last axis",
    kernel: tf.Concat,
    inputs: [[64, 32, 32], [64, 32, 32]],
    attributes: { axis: 2 },
  },
];

const CASES: readonly Case[] = [
  product([64, 512, 64], true, false),
  product([512, 64, 64], false, true),
  product([256, 256, 256], true, true),
  product([1, 64, 64], false, true),
  product([512, 512, 512], true, false),
  ...convolution(16, 32, 2, 16, 1),
  ...convolution(16, 32, 16, 16, 1),
  ...convolution(16, 32, 32, 64, 2),
  ...PARTS,
];

interface Result {
  readonly name: string;
  /** Milliseconds, in the fastest turn; of the stock kernel, if there is one. */
  readonly milliseconds: { readonly ours: number; readonly stock?: number };
  /** 10⁹ operations a second, ours, of a kernel that computes. */
  readonly gigaflops?: number;
  readonly difference?: number;
}

type Kernel = tf.KernelConfig["kernelFunc"];

/** Runs a kernel once; returns milliseconds, and hands the values on. */
function run(
  kernel: Kernel,
  inputs: tf.NamedTensorInfoMap,
  { attributes }: Case,
  look?: (values: Float32Array) => void,
): number {
  const backend = tf.backend();
  const begun = performance.now();
  const output = kernel({ inputs, attrs: attributes as tf.NamedAttrMap, backend }) as tf.TensorInfo;
  const taken = performance.now() - begun;
  look?.(backend.readSync(output.dataId) as Float32Array);
  backend.disposeData(output.dataId);
  return taken;
}

function measure(of: Case, stock: Kernel | undefined, rounds: number): Result {
  const drawn = Object.entries(of.inputs).map(([name, shape]) => {
    const values = normals(tf.util.sizeFromShape(shape), { seed: SEED, purpose: `${of.name} ${name}` });
    return [name, tf.tensor(Float32Array.from(values), shape)] as const;
  });
  const tensors = Array.isArray(of.inputs) ? drawn.map(([, tensor]) => tensor) : Object.fromEntries(drawn);
  const inputs = tensors as unknown as tf.NamedTensorInfoMap;
  const players = [tf.getKernel(of.kernel, "wasm").kernelFunc, ...(stock ? [stock] : [])];
  const values: Float32Array[] = [], fastest = players.map(() => Infinity);
  for (const player of players) run(player, inputs, of, (found) => values.push(found));
  for (let round = 0; round < rounds; round++) {
    for (const [i, player] of players.entries()) fastest[i] = Math.min(fastest[i], run(player, inputs, of));
  }
  tf.dispose(drawn.map(([, tensor]) => tensor));
  const [ours, theirs] = fastest;
  const rate = of.products === undefined ? {} : { gigaflops: 2e-6 * of.products / ours };
  if (!stock) return { name: of.name, milliseconds: { ours }, ...rate };
  const difference = largestDifference(values[0], values[1]);
  if (!(difference <= TOLERANCE)) {
    throw new Error(
      `Cannot compare ${of.name}: both must compute the same, but the largest difference is ${difference}`,
    );
  }
  return { name: of.name, milliseconds: { ours, stock: theirs }, ...rate, difference };
}

/** Against the largest number. */
function largestDifference(a: Float32Array, b: Float32Array): number {
  let difference = 0, largest = 0;
  for (let i = 0; i < b.length; i++) {
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
    largest = Math.max(largest, Math.abs(b[i]));
  }
  return difference / largest;
}

/** `deno task bench tfjs_wasm`. */
export const bench: Bench = {
  name: "tfjs_wasm",
  summary: "gradients, transposed products and parts on tfjs's wasm backend: ours against the stock kernels",
  flags: [
    ["--json", "one JSON object instead of a table"],
    ["--quick", "everything once, to see that it works"],
  ],
  async run(args) {
    const { json, quick } = parseArgs([...args], { boolean: ["json", "quick"] });
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    await tf.setBackend("wasm");
    const stock = new Map(
      tf.getKernelsForBackend("wasm").map((kernel) => [kernel.kernelName, kernel.kernelFunc]),
    );
    if (!fillHoles(tf.backend())) throw new Error("Cannot measure: the kernels must be in use, but are not");
    const results = CASES.map((of) => measure(of, stock.get(of.kernel), quick ? 1 : 31));
    if (json) {
      const about = { bench: "tfjs_wasm", seed: SEED };
      console.log(JSON.stringify({ ...about, machine: machine(), versions: ownVersions(), results }));
      return;
    }
    const rows = results.map(({ name, milliseconds: { ours, stock }, gigaflops }) => [
      name,
      stock?.toFixed(3) ?? "none",
      ours.toFixed(3),
      gigaflops?.toFixed(1) ?? "",
      stock === undefined ? "" : (stock / ours).toFixed(1),
    ]);
    console.log(table([["kernel", "stock, ms", "ours, ms", "GFLOP/s", "stock ÷ ours"], ...rows]));
  },
};
