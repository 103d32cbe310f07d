/**
 * The one backend that training and inference run on: tfjs's WebAssembly backend, one thread, SIMD.
 *
 * One thread, because a sum split over threads would depend on their number; SIMD, because the build without it
 * sums in another order. With both pinned, the same seed gives the same bytes on every machine.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { fillHoles } from "../kernels/tfjs_wasm/mod.ts";
import { isNative, startNative } from "./native.ts";

/**
 * Makes tfjs use its WebAssembly backend. Calling it again does nothing. Must come before the first tensor, in
 * every worker that makes tensors; needs no permission but to read the package's files.
 *
 * @throws {Error} If this runtime has no WebAssembly SIMD, or the backend does not start.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 *
 * await useWasmBackend();
 * assertEquals(tf.getBackend(), "wasm");
 * ```
 */
export async function useWasmBackend(): Promise<void> {
  if (tf.engine().backendName === "wasm") return;
  if (!await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) {
    throw new Error(
      "Cannot use the wasm backend: the runtime must support WebAssembly SIMD, but it does not; use Deno 2.9 or later",
    );
  }
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (!await tf.setBackend("wasm")) {
    throw new Error("Cannot use the wasm backend: it must start, but tfjs refused it; see its warning above");
  }
  startNative(tf.backend());
  if (isNative()) fillHoles(tf.backend()); // where tfjs is not as expected, that has been said
}
