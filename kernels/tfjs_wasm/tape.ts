/**
 * What tfjs leaves behind of a gradient that threw.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/**
 * Frees what was saved for a gradient that threw, and stops saving. tfjs does that only when a gradient comes to its
 * end; until then, all that is computed is recorded and kept. To be called outside of gradients.
 */
export function abandonTape(): void {
  const { state } = tf.engine();
  for (const { saved } of state.activeTape ?? []) saved?.forEach((tensor) => tensor.dispose());
  state.activeTape = null as unknown as typeof state.activeTape; // as it is at the start
}
