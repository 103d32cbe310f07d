/**
 * Changes to settings from the command line: `--set turing.train.steps=500`.
 *
 * @module
 */
import { didYouMean } from "../pipeline/nearest.ts";
import { quoted } from "../pipeline/quoted.ts";
import type { Json, JsonObject } from "../pipeline/stage.ts";

/** One `key=value`. */
export interface Assignment {
  /** Path into the settings, e.g. `["train", "steps"]`. */
  readonly path: readonly string[];
  readonly value: string;
  /** As it was written, for messages. */
  readonly text: string;
}

/** Thrown when an assignment names nothing, or has a value of another type: the call is wrong. */
export class SettingError extends Error {
  override readonly name = "SettingError";
  /** @param matched How many parts of the path were found: all of them where the value is wrong. */
  constructor(message: string, readonly matched = 0) {
    super(message);
  }
}

/**
 * Splits `a.b.c=value`.
 *
 * @throws {SettingError} If there is no `=` or no key.
 *
 * @example
 * ```ts
 * import { parseAssignment } from "./settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { path, value } = parseAssignment("turing.train.steps=500");
 * assertEquals([...path, value], ["turing", "train", "steps", "500"]);
 * ```
 */
export function parseAssignment(text: string): Assignment {
  const at = text.indexOf("=");
  if (at < 1) {
    throw new SettingError(
      `Cannot set ${quoted(text)}: it must read key=value, such as turing.train.steps=500, but has no ${
        at < 0 ? "=" : "key"
      }`,
    );
  }
  return { path: text.slice(0, at).split("."), value: text.slice(at + 1), text };
}

/**
 * The settings with one value changed. It keeps its type: numbers stay numbers, strings strings, lists lists.
 *
 * @throws {SettingError} If the key does not exist or the value is of another type, with the nearest key.
 *
 * @example
 * ```ts
 * import { assign, parseAssignment } from "./settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const settings = { train: { steps: 3000 } };
 * assertEquals(assign(settings, parseAssignment("train.steps=500")), { train: { steps: 500 } });
 * ```
 */
export function assign<T extends object>(settings: T, assignment: Assignment): T {
  return replaced(settings as unknown as JsonObject, assignment, 0) as unknown as T;
}

function replaced(level: JsonObject, assignment: Assignment, depth: number): JsonObject {
  const { path, text } = assignment;
  const key = path[depth] ?? "";
  if (!Object.hasOwn(level, key)) {
    const known = Object.keys(level);
    throw new SettingError(
      `Cannot set ${quoted(text)}: there is no setting ${quoted(path.slice(0, depth + 1).join("."))}` +
        `${didYouMean(key, known)}. There are ${known.join(", ")}`,
      depth,
    );
  }
  const current = level[key];
  if (depth < path.length - 1) {
    if (!isObject(current)) {
      throw new SettingError(
        `Cannot set ${quoted(text)}: "${
          path.slice(0, depth + 1).join(".")
        }" must hold settings, but is a value`,
        depth + 1,
      );
    }
    return { ...level, [key]: replaced(current, assignment, depth + 1) };
  }
  return { ...level, [key]: parseValue(current, assignment) };
}

function parseValue(current: Json, { value, text, path }: Assignment): Json {
  const found = typeof current === "string" ? value : parseJson(value);
  if (found !== undefined && !isObject(current) && isLike(current, found)) return found;
  const example = isObject(current) ? `a key of it: ${Object.keys(current).join(", ")}` : kindOf(current);
  throw new SettingError(
    `Cannot set ${quoted(text)}: ${path.join(".")} takes ${example} (now ${JSON.stringify(current)}), ` +
      `but the value is ${quoted(value)}`,
    path.length,
  );
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is of the same kind: as deep as the setting is, however deep the value. */
function isLike(current: Json, found: Json): boolean {
  if (!Array.isArray(current)) return !Array.isArray(found) && kindOf(current) === kindOf(found);
  return Array.isArray(found) && found.length === current.length &&
    current.every((item, i) => isLike(item, found[i]));
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(kindOf).join(", ")}]`;
  return value === null ? "null" : typeof value;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
