/**
 * Who the kernel is measured against, and what each needs.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** One opponent: a program in `peers/`. */
export interface Peer {
  readonly name: string;
  /** File in `peers/`. */
  readonly file: string;
  readonly what: string;
  /** Flags of the compiler, or arguments of the script. */
  readonly flags?: readonly string[];
  /** Same operations in the same order: the same bits as the kernel. Otherwise within a tolerance. */
  readonly isExact?: true;
  /** Computes no fields. */
  readonly isLimit?: true;
  /** Told of beside the ratios, at the first size alone: what else was tried. */
  readonly isAside?: true;
}

const NATIVE = ["-O3", "-march=native", "-ffast-math"];

/** In the order in which they take turns. */
export const PEERS: readonly Peer[] = [
  { name: "gcc_O3", file: "usual.c", what: "C, the usual loop", flags: ["-O3"] },
  { name: "gcc_native_fastmath", file: "usual.c", what: "C, the usual loop", flags: NATIVE },
  { name: "numpy", file: "numpy_padded.py", what: "numpy, padded, in place", isExact: true },
  { name: "numba", file: "numba_fixed.py", what: "numba, size and strides constant" },
  { name: "scipy", file: "scipy_ndimage.py", what: "scipy.ndimage, by lines" },
  { name: "typescript", file: "typescript.ts", what: "plain TypeScript", isExact: true },
  { name: "tfjs_conv", file: "tfjs_conv.ts", what: "tensorflow.js, depthwise convolution" },
  {
    name: "fadd_limit_share",
    file: "adds.c",
    what: "11 additions a cell and nothing else",
    flags: ["-O3"],
    isLimit: true,
  },
  {
    name: "gcc_O3_folded",
    file: "folded.c",
    what: "C, the kernel's operations",
    flags: ["-O3", "-ffp-contract=off"],
    isExact: true,
    isAside: true,
  },
  {
    name: "gcc_fastmath",
    file: "usual.c",
    what: "C, the usual loop",
    flags: ["-O3", "-ffast-math"],
    isAside: true,
  },
  {
    name: "gcc_native_fastmath_128",
    file: "usual.c",
    what: "C, the usual loop at the kernel's width",
    flags: [...NATIVE, "-mprefer-vector-width=128"],
    isAside: true,
  },
  {
    name: "gcc_native_fastmath_folded",
    file: "folded.c",
    what: "C, the kernel's operations",
    flags: NATIVE,
    isAside: true,
  },
  {
    name: "gcc_native_fastmath_fixed",
    file: "usual.c",
    what: "C, the usual loop, its size a constant",
    flags: [...NATIVE, "-DFIXED_SIZES"],
    isAside: true,
  },
  {
    name: "gcc_lifted_128",
    file: "lifted.c",
    what: "C, the kernel's method and width",
    flags: ["-O3", "-march=native", "-ffp-contract=off"],
    isExact: true,
    isAside: true,
  },
  {
    name: "gcc_lifted_128_fused",
    file: "lifted.c",
    what: "C, the same with fused multiply-add",
    flags: NATIVE,
    isAside: true,
  },
  {
    name: "numpy_flat",
    file: "numpy_flat.py",
    what: "numpy, rows as one array",
    isExact: true,
    isAside: true,
  },
  { name: "numba_usual", file: "numba_usual.py", what: "numba, two-dimensional arrays", isAside: true },
  {
    name: "scipy_convolve",
    file: "scipy_ndimage.py",
    what: "scipy.ndimage, convolve",
    flags: ["convolve"],
    isAside: true,
  },
];

/** The kernel takes its turn like any other. */
export const KERNEL: Peer = { name: "kernel", file: "kernel.ts", what: "ours", isExact: true };

/** The Debian package of python3 and its modules are meant, not another installation. */
export const PYTHON = "/usr/bin/python3";

/** Where a peer's file lies. */
export function fileOf({ file }: Peer): string {
  return fileURLToPath(new URL(`peers/${file}`, import.meta.url));
}

/** What must be installed for a peer: `gcc`, or a module of Python. */
export function needOf({ file, name }: Peer): string | undefined {
  if (file.endsWith(".c")) return "gcc";
  return file.endsWith(".py") ? name.split("_")[0] : undefined;
}
