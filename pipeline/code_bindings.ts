/**
 * Which names go over each import and export of a module.
 *
 * @module
 */
import type { CodeToken } from "./code_tokens.ts";

/** A name of another module; `*` is all of it. */
export type Binding = readonly [module: string, name: string];

/** What one statement brings in and hands on. */
export interface Bindings {
  /** Local name → what it is. */
  readonly imports: Readonly<Record<string, Binding>>;
  /** Exported name → local name, or what it is elsewhere. */
  readonly exports: Readonly<Record<string, string | Binding>>;
  /** Modules whose names are all exported. */
  readonly stars: readonly string[];
  /** Modules that are loaded for what they do. */
  readonly loads: readonly string[];
}

const NONE: Bindings = { imports: {}, exports: {}, stars: [], loads: [] };

/**
 * The names in one `import` or `export … from` statement. What is only a type is left out: it is gone when the
 * code runs.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { codeTokens } from "./code_tokens.ts";
 *
 * const { imports } = codeBindings(codeTokens('import a, { b as c, type D } from "./x.ts";'));
 * assert.deepEqual(imports, { a: ["./x.ts", "default"], c: ["./x.ts", "b"] });
 * const { exports } = codeBindings(codeTokens("export { a as b };"));
 * assert.deepEqual(exports, { b: "a" });
 * ```
 */
export function codeBindings(tokens: readonly CodeToken[]): Bindings {
  const [word, next, third] = tokens.map(({ value }) => value);
  const isType = next === "type" && third !== "," && third !== "from";
  if (isType) return NONE;
  const from = moduleOf(tokens);
  const pairs = listed(tokens);
  if (word === "export") return exported(tokens, pairs, from);
  if (from === undefined) return NONE;
  if (tokens[1].type === "StringLiteral") return { ...NONE, loads: [from] };
  const imports: Record<string, Binding> = {};
  for (const [name, local] of pairs) imports[local] = [from, name];
  if (tokens[1].type === "IdentifierName") imports[next] = [from, "default"];
  const star = tokens.findIndex(({ value }) => value === "*");
  if (star > 0) imports[tokens[star + 2].value] = [from, "*"];
  return { ...NONE, imports };
}

function exported(
  tokens: readonly CodeToken[],
  pairs: readonly (readonly [string, string])[],
  from: string | undefined,
): Bindings {
  if (tokens[1].value === "*" && from !== undefined) {
    if (tokens[2].value !== "as") return { ...NONE, stars: [from] };
    return { ...NONE, exports: { [unquoted(tokens[3].value)]: [from, "*"] } };
  }
  const target = (name: string): string | Binding => from === undefined ? name : [from, name];
  return { ...NONE, exports: Object.fromEntries(pairs.map(([name, as]) => [as, target(name)])) };
}

/** The specifier, which follows `from` or `import`. */
function moduleOf(tokens: readonly CodeToken[]): string | undefined {
  const at = tokens.findIndex(({ type }, i) =>
    type === "StringLiteral" && ["from", "import"].includes(tokens[i - 1]?.value)
  );
  return at < 0 ? undefined : unquoted(tokens[at].value);
}

/** `{ a, b as c, type D }` → [a, a], [b, c]. */
function listed(tokens: readonly CodeToken[]): [string, string][] {
  const open = tokens.findIndex(({ value }) => value === "{");
  const from = tokens.findIndex(({ value }) => value === "from");
  if (open < 0 || (from >= 0 && from < open)) return [];
  const items: string[][] = [[]];
  for (const { value } of tokens.slice(open + 1)) {
    if (value === "}") break;
    if (value === ",") items.push([]);
    else items.at(-1)!.push(unquoted(value));
  }
  const isType = ([first, second]: string[]) => first === "type" && second !== undefined && second !== "as";
  return items.filter((item) => item.length > 0 && !isType(item)).map((
    item,
  ) => [item[0], item[2] ?? item[0]]);
}

function unquoted(name: string): string {
  return /^["'`]/.test(name) ? name.slice(1, -1) : name;
}
