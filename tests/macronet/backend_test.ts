import { deepStrictEqual } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useWasmBackend } from "../../macronet/backend.ts";

Deno.test("useWasmBackend can be called again, and keeps one thread", async () => {
  await useWasmBackend();
  const backend = tf.backend();
  await useWasmBackend();
  deepStrictEqual(tf.backend(), backend);
  deepStrictEqual(tf.env().get("WASM_HAS_MULTITHREAD_SUPPORT"), false);
});

Deno.test("useWasmBackend works in a worker that may do nothing but read", async () => {
  const worker = new Worker(new URL("./backend_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: { read: true } },
  });
  try {
    const answer = await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
    deepStrictEqual(answer, { backend: "wasm", sum: 3 });
  } finally {
    worker.terminate();
  }
});
