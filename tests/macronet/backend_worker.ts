/** Asks for the backend with the permissions of a worker, and says what it computed with it. */
import * as tf from "@tensorflow/tfjs";
import { useWasmBackend } from "../../macronet/backend.ts";

const scope = self as unknown as { postMessage(message: unknown): void };
try {
  await useWasmBackend();
  scope.postMessage({ backend: tf.getBackend(), sum: tf.sum(tf.ones([3])).dataSync()[0] });
} catch (error) {
  scope.postMessage({ error: String(error) });
}
