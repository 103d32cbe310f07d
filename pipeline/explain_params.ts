/**
 * What differs between two JSON values, path by path.
 *
 * @module
 */
import type { Json, JsonObject } from "./stage.ts";

/** A place where two values differ; a side that has nothing there is absent. */
export interface ValueReason {
  /** `train.steps`, `layers[2].width`. */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

/**
 * The differences between two objects, in the order of the second. Lists of unequal length differ as a whole.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const before = { train: { steps: 5000, seed: 1 }, old: true };
 * const after = { train: { steps: 8000, seed: 1 }, layers: [1, 2] };
 * assert.deepEqual(valueReasons(before, after), [
 *   { path: "train.steps", before: 5000, after: 8000 },
 *   { path: "layers", after: [1, 2] },
 *   { path: "old", before: true },
 * ]);
 * ```
 */
export function valueReasons(before: JsonObject, after: JsonObject, path = ""): ValueReason[] {
  const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return keys.flatMap((key) =>
    differences(own(before, key), own(after, key), path === "" ? key : `${path}.${key}`)
  );
}

/** Whether two values are the same, whatever the order of their keys. */
export function same(a: Json, b: Json): boolean {
  return differences(a, b, "").length === 0;
}

function differences(before: Json | undefined, after: Json | undefined, path: string): ValueReason[] {
  if (isObject(before) && isObject(after)) return valueReasons(before, after, path);
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return after.flatMap((value, i) => differences(before[i], value, `${path}[${i}]`));
  }
  if (before === after || JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
