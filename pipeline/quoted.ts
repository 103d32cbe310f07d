/**
 * What others wrote, as it stands in a message: short, on one line, and nothing that a terminal would obey.
 *
 * @module
 */

/** Code units of a quotation; what is longer is cut. */
const MOST = 100;

/** Controls, directions of writing and other marks that cannot be seen, and halves of characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/**
 * A value as JSON, cut short, with what cannot be seen spelled out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(quoted("../x\x1b[2J"), '"../x\\u001b[2J"');
 * assert.equal(quoted({ a: [1] }), '{"a":[1]}');
 * assert.equal(quoted("x".repeat(1000)).length, 103);
 * ```
 */
export function quoted(value: unknown): string {
  if (typeof value !== "string") return brief(json(value));
  const isWhole = value.length <= MOST;
  return printable(JSON.stringify(isWhole ? value : value.slice(0, MOST)) + (isWhole ? "" : "…"));
}

/**
 * Text as it is, cut short, with what cannot be seen spelled out: for words, which need no quotes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(brief("rnu\n"), "rnu\\u000a");
 * ```
 */
export function brief(text: string): string {
  return printable(text.length <= MOST ? text : `${text.slice(0, MOST)}…`);
}

/**
 * Text with what cannot be seen spelled out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(printable("a\u202eb\n"), "a\\u202eb\\u000a");
 * ```
 */
export function printable(text: string): string {
  return text.replaceAll(UNSEEN, (mark) => {
    const units = Array.from({ length: mark.length }, (_, i) => mark.charCodeAt(i));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  });
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Lists in lists in lists, deeper than the stack.
    return "a value too deep to show";
  }
}
