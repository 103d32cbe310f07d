/**
 * JSON that means one thing: no name twice in an object, no number beyond all numbers, and no nesting that only an
 * attacker writes.
 *
 * `JSON.parse` takes the last of two values of one name and says nothing. In a file that is kept by hand, or merged
 * by git, one of them was meant and the other wins. And it takes 1e999 for infinity, which it writes as null.
 *
 * @module
 */
import { printable, quoted } from "./quoted.ts";

/** Deepest nesting that is read. */
const DEEPEST = 100;

/** Brackets, and strings, of which those before a colon are names. */
const TOKEN = /[{}[\]]|("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/gs;

/**
 * Parses JSON.
 *
 * @param what What holds the text, for messages: `reproduce.lock.json`.
 * @throws {TypeError} when it is no JSON, names something twice, holds a number of no double, or is nested deeper
 * than 100.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseStrictJson('{"a": [1, {"a": 2}]}', "it"), { a: [1, { a: 2 }] });
 * assert.throws(() => parseStrictJson('{"a": 1, "\\u0061": 2}', "it"), /Cannot read it: .* "a" stands twice/);
 * ```
 */
export function parseStrictJson(text: string, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new TypeError(`Cannot read ${what}: it must be JSON, but ${printable(message)}`, { cause });
  }
  checkNames(text, what);
  checkNumbers(value, what);
  return value;
}

/** Goes over text that is JSON. */
function checkNames(text: string, what: string): void {
  /** Names so far, of each object and list that is open. */
  const open: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") {
      if (open.length === DEEPEST) {
        throw new TypeError(`Cannot read ${what}: it must be nested at most ${DEEPEST} deep, but is deeper`);
      }
      open.push(new Set());
    } else if (token === "}" || token === "]") open.pop();
    else if (colon !== undefined) {
      const name: string = JSON.parse(string);
      const names = open.at(-1)!;
      if (names.has(name)) {
        throw new TypeError(
          `Cannot read ${what}: names must be unique, but ${quoted(name)} stands twice in one object`,
        );
      }
      names.add(name);
    }
  }
}

/** Goes over a value that is nested no deeper than it may be. */
function checkNumbers(value: unknown, what: string): void {
  if (value === Infinity || value === -Infinity) {
    throw new TypeError(`Cannot read ${what}: numbers must be finite, but one is ${value}`);
  }
  if (typeof value !== "object" || value === null) return;
  for (const item of Object.values(value)) checkNumbers(item, what);
}
