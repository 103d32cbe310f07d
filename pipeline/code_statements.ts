/**
 * A module cut into the statements of its top level, each under the names that it declares.
 *
 * @module
 */
import type { CodeToken } from "./code_tokens.ts";

/** A statement of the top level: the tokens from `start` up to `end`. */
export interface CodeStatement {
  readonly start: number;
  readonly end: number;
  /** `link`: an import, or an export of what is declared elsewhere. */
  readonly kind: "declaration" | "link" | "code";
  /** What it declares; empty when it declares nothing. */
  readonly names: readonly string[];
  readonly isDefault: boolean;
}

const OPENERS = new Set(["(", "[", "{", "${"]);
const CLOSERS = new Set([")", "]", "}"]);
const MODIFIERS = new Set(["export", "default", "declare", "abstract", "async"]);
/** A statement that begins so may end with a brace. */
const WITH_BODY = new Set(
  "function class interface enum namespace module if for while do try switch {".split(" "),
);
/** After a brace these go on with the statement. */
const CONTINUES = new Set(
  "else catch finally from extends implements as satisfies is in of instanceof".split(" "),
);
/** Inside a statement these mean that its end was missed. */
const BEGINS = new Set("export import const let var interface enum namespace".split(" "));

/**
 * Cuts tokens into statements, by brackets and semicolons. Where that is not certain, such as without
 * semicolons, the whole file is one statement without a name.
 *
 * @param tokens As the code digest sees them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { codeTokens } from "./code_tokens.ts";
 *
 * const names = (source: string) => codeStatements(codeTokens(source)).map(({ names }) => names.join());
 * const source = `import { a } from "./a.ts"; const b = 1, c = 2; export function d() { return a; } d();`;
 * assert.deepEqual(names(source), ["", "b,c", "d", ""]);
 * ```
 */
export function codeStatements(tokens: readonly CodeToken[]): CodeStatement[] {
  const ends = statementEnds(tokens);
  if (ends === undefined) {
    return [{ start: 0, end: tokens.length, kind: "code", names: [], isDefault: false }];
  }
  return ends.map((end, i) => describe(tokens, ends[i - 1] ?? 0, end));
}

/** Where each statement ends, or `undefined` when that is not certain. */
function statementEnds(tokens: readonly CodeToken[]): number[] | undefined {
  const ends: number[] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at < tokens.length; at++) {
    const before = depth;
    depth += bracket(tokens[at]);
    if (depth < 0) return undefined;
    if (depth > 0) continue;
    if (before === 0 && isMissedEnd(tokens, start, at)) return undefined;
    if (!isEnd(tokens, start, at)) continue;
    ends.push(at + 1);
    start = at + 1;
  }
  if (depth > 0) return undefined;
  return start < tokens.length ? [...ends, tokens.length] : ends;
}

function bracket({ type, value }: CodeToken): number {
  if (type === "TemplateHead") return 1;
  if (type === "TemplateTail") return -1;
  if (type !== "Punctuator") return 0;
  return OPENERS.has(value) ? 1 : CLOSERS.has(value) ? -1 : 0;
}

function isEnd(tokens: readonly CodeToken[], start: number, at: number): boolean {
  const { type, value } = tokens[at];
  const next = tokens[at + 1];
  if (type !== "Punctuator" || next?.value === "else") return false;
  if (value === ";") return true;
  const lead = tokens[leadOf(tokens, start)].value;
  if (value !== "}" || !WITH_BODY.has(lead)) return false;
  if (next === undefined) return true;
  if (lead === "do" && next.value === "while") return false;
  return next.value === "@" || (next.type === "IdentifierName" && !CONTINUES.has(next.value));
}

/** A word that begins statements, where one is under way. */
function isMissedEnd(tokens: readonly CodeToken[], start: number, at: number): boolean {
  const { type, value } = tokens[at];
  if (type !== "IdentifierName" || !BEGINS.has(value) || at <= leadOf(tokens, start)) return false;
  const before = tokens[at - 1].value;
  const next = tokens[at + 1]?.value;
  if (value === "import" && (next === "(" || next === ".")) return false;
  if (value === "const" && ["as", "<", ","].includes(before)) return false;
  if (value === "enum" && before === "const") return false;
  return before !== "." && before !== "?.";
}

/** The first word of a statement that is not a modifier or decorator. */
function leadOf(tokens: readonly CodeToken[], start: number): number {
  let at = start;
  while (at + 1 < tokens.length) {
    if (tokens[at].value === "@") at = afterDecorator(tokens, at);
    else if (MODIFIERS.has(tokens[at].value)) at++;
    else break;
  }
  return Math.min(at, tokens.length - 1);
}

function afterDecorator(tokens: readonly CodeToken[], start: number): number {
  let at = start + 2;
  while (tokens[at]?.value === ".") at += 2;
  if (tokens[at]?.value !== "(") return at;
  for (let depth = 0; at < tokens.length; at++) {
    depth += bracket(tokens[at]);
    if (depth === 0) return at + 1;
  }
  return at;
}

function describe(tokens: readonly CodeToken[], start: number, end: number): CodeStatement {
  const lead = leadOf(tokens, start);
  const word = tokens[lead].value;
  const next = tokens[lead + 1];
  const modifiers = tokens.slice(start, lead).map(({ value }) => value);
  const isExported = modifiers.includes("export");
  const isDefault = modifiers.includes("default");
  const is = (kind: CodeStatement["kind"], names: string[] = []) => {
    const all = names.length === 0 && isDefault ? ["default"] : names;
    return { start, end, kind: all.length > 0 ? "declaration" : kind, names: all, isDefault } as const;
  };
  if (word === "import" && next?.value !== "(" && next?.value !== ".") return is("link");
  const isList = ["{", "*"].includes(word === "type" ? next?.value ?? "" : word);
  if (isExported && !isDefault && isList) return is("link");
  if (word === "function") return is("code", identifier(tokens[next?.value === "*" ? lead + 2 : lead + 1]));
  if (["class", "interface", "enum", "namespace"].includes(word)) return is("code", identifier(next));
  if (word === "type" && next?.type === "IdentifierName") return is("code", identifier(next));
  if (word === "const" && next?.value === "enum") return is("code", identifier(tokens[lead + 2]));
  if (["const", "let", "var"].includes(word)) return is("code", variables(tokens, lead + 1, end));
  return is("code");
}

function identifier(token: CodeToken | undefined): string[] {
  return token?.type === "IdentifierName" && token.value !== "extends" ? [token.value] : [];
}

/** What `const` declares: names, and those in patterns. */
function variables(tokens: readonly CodeToken[], start: number, end: number): string[] {
  const names: string[] = [];
  let depth = 0;
  let isPattern = false;
  for (let at = start; at < end; at++) {
    const before = tokens[at - 1].value;
    const next = tokens[at + 1]?.value ?? "";
    const isFirst = depth === 0 && (at === start || before === ",");
    if (isFirst) isPattern = ["{", "["].includes(tokens[at].value);
    depth += bracket(tokens[at]);
    if (tokens[at].type !== "IdentifierName") continue;
    const isName = isFirst && (at === start || ["=", ":", ",", ";"].includes(next));
    const isInPattern = isPattern && depth > 0 && before !== "=" && [",", "}", "]", "="].includes(next);
    if (isName || isInPattern) names.push(tokens[at].value);
    if (depth === 0) isPattern = false;
  }
  return [...new Set(names)];
}
