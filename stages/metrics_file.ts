/**
 * Metrics as a file.
 *
 * @module
 */
import type { Metric } from "../systems/system.ts";

/**
 * The file of metrics by name.
 *
 * @throws {Error} For one that is not finite.
 *
 * @example
 * ```ts
 * import { metricsFile } from "./metrics_file.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => metricsFile({ error: { value: NaN } }), Error, "error must be finite, but is NaN");
 * ```
 */
export function metricsFile(metrics: Readonly<Record<string, Metric>>): Uint8Array {
  for (const [name, { value }] of Object.entries(metrics)) {
    if (!Number.isFinite(value)) {
      throw new Error(`Cannot store metrics: ${name} must be finite, but is ${value}`);
    }
  }
  return new TextEncoder().encode(JSON.stringify(metrics, null, 2) + "\n");
}
