/**
 * Reads a module as the machine does: without comments, layout and quote style.
 *
 * @module
 */
import jsTokens from "js-tokens";

/** A token that means something. */
export interface CodeToken {
  readonly type: string;
  readonly value: string;
  readonly line: number;
}

/** After these, and before `++` and `--`, a line break ends the statement: there it is a token. */
const BREAK_AFTER = new Set(
  "return throw break continue yield async accessor get set static".split(" "),
);
const SILENT = new Set(["WhiteSpace", "SingleLineComment", "MultiLineComment", "HashbangComment"]);
const CLOSERS = new Set([")", "]", "}", ">"]);
const OPERAND_EXPECTED = new Set(["=", ":", "(", "[", "<", ",", "=>", "&", "|", "as", "extends"]);

/**
 * The tokens of a module, normalised so that comments and whatever `deno fmt` decides leave no trace: line
 * breaks, indentation, quotes, the comma or semicolon before a closing bracket, the `|` or `&` before the first
 * member of a union.
 *
 * Two modules with the same tokens behave alike. So line breaks that JavaScript gives a meaning (after
 * `return`, before `++`) stay, as does the comma that makes a hole in an array. The converse need not hold.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const texts = (source: string) => codeTokens(source).map((token) => token.value).join(" ");
 * assert.equal(texts("f(\n  'a', // why\n  b,\n);"), texts('f("a", b);'));
 * assert.notEqual(texts("return\n1"), texts("return 1"));
 * assert.notEqual(texts("[,]"), texts("[]"));
 * ```
 */
export function codeTokens(source: string): CodeToken[] {
  const tokens: CodeToken[] = [];
  let line = 1;
  let broken = false;
  for (const { type, value } of jsTokens(source)) {
    const start = line;
    if (type === "LineTerminatorSequence") line++;
    else if (value.includes("\n")) line += value.split("\n").length - 1;

    if (type === "LineTerminatorSequence" || SILENT.has(type)) {
      broken ||= line > start;
      continue;
    }
    dropOptional(tokens, value[0] === ">" && value.endsWith(">") ? ">" : value);
    if (broken && breakMatters(tokens.at(-1)?.value, value)) {
      tokens.push({ type: "LineBreak", value: "\n", line: start });
    }
    broken = false;
    if ((value === "|" || value === "&") && OPERAND_EXPECTED.has(tokens.at(-1)?.value ?? "")) continue;
    if (/^>{2,}$/.test(value)) {
      // The end of nested type arguments, which may be broken over lines; as a shift it can be nothing else.
      for (const bracket of value) tokens.push({ type, value: bracket, line: start });
    } else tokens.push({ type, value: type === "StringLiteral" ? doubleQuoted(value) : value, line: start });
  }
  return tokens;
}

/** Takes back the comma or semicolon that only a closing bracket follows. */
function dropOptional(tokens: CodeToken[], closer: string): void {
  if (!CLOSERS.has(closer)) return;
  const last = tokens.at(-1)?.value;
  const before = tokens.at(-2)?.value;
  const comma = last === "," && before !== "," && before !== "[";
  // `for (;;)` needs its semicolons, a block does not need its last one.
  if (comma || (last === ";" && closer === "}")) tokens.pop();
}

function breakMatters(before: string | undefined, after: string): boolean {
  if (after === "}") return false;
  return after === "++" || after === "--" || (before !== undefined && BREAK_AFTER.has(before));
}

function doubleQuoted(literal: string): string {
  const inner = literal.slice(1, -1);
  return /["'\\]/.test(inner) ? literal : `"${inner}"`;
}
