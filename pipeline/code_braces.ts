/**
 * Braces around a single statement: `deno fmt` adds them when it breaks the line, so they must not count.
 *
 * @module
 */
import type { CodeToken } from "./code_tokens.ts";

const OPENERS = new Set(["(", "[", "{", "${"]);
const CLOSERS = new Set([")", "]", "}"]);
const CONTROL = new Set(["if", "for", "while"]);
/** In braces these mean something else than without, or hold statements of their own. */
const NOT_SIMPLE = new Set(
  ("{ if for while do try switch with let const var using class function async abstract declare enum " +
    "interface type namespace import export").split(" "),
);

/**
 * Takes the braces off the body of an `if`, `else`, `for` or `while` when it is one simple statement. Where
 * that is not certain (a declaration, a nested `if`, a missing semicolon), they stay.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { codeTokens } from "./code_tokens.ts";
 *
 * const bare = (source: string) => withoutBraces(codeTokens(source)).map(({ value }) => value).join(" ");
 * assert.equal(bare("if (a) {\n  b();\n}\nc();"), "if ( a ) b ( ) ; c ( ) ;");
 * assert.equal(bare("if (a) { b(); c(); }"), "if ( a ) { b ( ) ; c ( ) }");
 * assert.equal(bare("if (a) { let b; }"), "if ( a ) { let b }");
 * ```
 */
export function withoutBraces(tokens: readonly CodeToken[]): CodeToken[] {
  const result: CodeToken[] = [];
  /** Where in the result each bracket was opened, and whether the body of a control statement begins there. */
  const open: { at: number; isBody: boolean }[] = [];
  let isAfterHead = false;
  tokens.forEach((token, i) => {
    const { type, value } = token;
    const isBody = value === "{" && (isAfterHead || result.at(-1)?.value === "else");
    isAfterHead = false;
    result.push(token);
    if (type !== "Punctuator") return;
    if (OPENERS.has(value)) open.push({ at: result.length - 1, isBody });
    if (!CLOSERS.has(value)) return;
    const start = open.pop();
    if (start === undefined) return;
    if (value === ")") isAfterHead = isHead(result, start.at);
    if (value !== "}" || !start.isBody || !isSimple(result, start.at + 1, result.length - 1)) return;
    result.splice(start.at, 1);
    result.pop();
    // As everywhere, the semicolon before a closing brace is left out.
    if (tokens[i + 1]?.value !== "}") result.push({ type: "Punctuator", value: ";", line: token.line });
  });
  return result;
}

function isHead(tokens: readonly CodeToken[], paren: number): boolean {
  const at = tokens[paren - 1]?.value === "await" ? paren - 2 : paren - 1;
  return CONTROL.has(tokens[at]?.value ?? "") && tokens[at - 1]?.value !== ".";
}

/** Whether tokens from start to end are one statement that may stand without braces. */
function isSimple(tokens: readonly CodeToken[], start: number, end: number): boolean {
  if (start === end || NOT_SIMPLE.has(tokens[start].value)) return false;
  if (tokens[start].value === "await" && tokens[start + 1].value === "using") return false;
  let depth = 0;
  for (let at = start; at < end; at++) {
    const { type, value } = tokens[at];
    const isPunctuator = type === "Punctuator";
    if (depth === 0 && (value === ";" || type === "LineBreak" || mayEndLine(tokens, at, start))) return false;
    if (isPunctuator && OPENERS.has(value)) depth++;
    if (isPunctuator && CLOSERS.has(value)) depth--;
  }
  return true;
}

/** A statement may have ended without a semicolon before this token: it stands on a line of its own. */
function mayEndLine(tokens: readonly CodeToken[], at: number, start: number): boolean {
  if (at === start || tokens[at].line === tokens[at - 1].line) return false;
  const before = tokens[at - 1];
  const after = tokens[at];
  const isInTemplate = /^Template(Head|Middle)$/.test(before.type) ||
    /^Template(Middle|Tail)$/.test(after.type);
  const isOpenBefore = before.type === "Punctuator" && !/^([)\]}]|\+\+|--)$/.test(before.value);
  const continues = after.type === "Punctuator" && !/^([{!~@#]|\+\+|--)$/.test(after.value);
  return !isOpenBefore && !continues && !isInTemplate;
}
