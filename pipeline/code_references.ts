/**
 * What a module says that it needs.
 *
 * @module
 */
import type { CodeToken } from "./code_tokens.ts";

/** A module or file named by a module. */
export interface CodeReference {
  readonly specifier: string;
  /** `import`: resolved through the import map. `url`: against the URL of the module, like a link. */
  readonly kind: "import" | "url";
  readonly line: number;
}

/**
 * All modules and files that a module can load: static imports and re-exports, `import("…")`,
 * `import.meta.resolve("…")` and `new URL("…", import.meta.url)`. What is only a type (`import type`,
 * `export type`) is erased before it runs, and so is left out.
 *
 * @throws {TypeError} when a specifier is computed, because then nobody can say what is loaded.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { codeTokens } from "./code_tokens.ts";
 *
 * const source = `
 *   import type { Shape } from "./shape.ts";
 *   import { a } from "./a.ts";
 *   export * from "./b.ts";
 *   const kernel = new URL("./kernel.wasm", import.meta.url);
 * `;
 * const specifiers = codeReferences(codeTokens(source)).map(({ specifier }) => specifier);
 * assert.deepEqual(specifiers, ["./a.ts", "./b.ts", "./kernel.wasm"]);
 * ```
 */
export function codeReferences(tokens: readonly CodeToken[]): CodeReference[] {
  const references: CodeReference[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const { type, value, line } = tokens[at];
    if (type !== "IdentifierName" || isMember(tokens[at - 1])) continue;
    const isUrl = value === "new" && spells(tokens, at + 1, ["URL", "("]);
    const found = value === "import"
      ? imported(tokens, at)
      : value === "export"
      ? reexported(tokens, at)
      : isUrl
      ? located(tokens, at)
      : undefined;
    if (found !== undefined) {
      references.push({ specifier: text(found), kind: isUrl ? "url" : "import", line });
    }
  }
  return references;
}

function imported(tokens: readonly CodeToken[], at: number): CodeToken | undefined {
  const next = tokens[at + 1];
  if (next?.value === ".") {
    if (!spells(tokens, at + 2, ["meta", ".", "resolve", "("])) return undefined;
    return literal(tokens[at + 6], "import.meta.resolve()");
  }
  if (next?.value === "(") return literal(tokens[at + 2], "import()");
  if (next?.type === "StringLiteral") return next;
  if (next?.value === "type" && tokens[at + 2]?.value !== "," && !isFrom(tokens, at + 2)) {
    // Not a default import that happens to be called `type`.
    return undefined;
  }
  const isClause = next?.value === "{" || next?.value === "*" || next?.type === "IdentifierName";
  return isClause ? fromClause(tokens, at + 1) : undefined;
}

function reexported(tokens: readonly CodeToken[], at: number): CodeToken | undefined {
  const next = tokens[at + 1]?.value;
  return next === "*" || next === "{" ? fromClause(tokens, at + 1) : undefined;
}

/** `new URL("…", import.meta.url)`; any other URL is data and not code. */
function located(tokens: readonly CodeToken[], at: number): CodeToken | undefined {
  const literalThenMeta = tokens[at + 3]?.type === "StringLiteral" &&
    spells(tokens, at + 4, [",", "import", ".", "meta", ".", "url"]);
  return literalThenMeta ? tokens[at + 3] : undefined;
}

/** The specifier after `from`, which follows names, commas, `*`, `as` and at most one pair of braces. */
function fromClause(tokens: readonly CodeToken[], start: number): CodeToken | undefined {
  for (let at = start, depth = 0; at < tokens.length; at++) {
    const { type, value } = tokens[at];
    if (value === "{") depth++;
    else if (value === "}") depth--;
    else if (depth === 0 && isFrom(tokens, at)) return tokens[at + 1];
    else if (depth === 0 && type !== "IdentifierName" && value !== "," && value !== "*") return undefined;
  }
  return undefined;
}

function isFrom(tokens: readonly CodeToken[], at: number): boolean {
  return tokens[at]?.value === "from" && tokens[at + 1]?.type === "StringLiteral";
}

/** `object.import` and `object.export` are names like any other. */
function isMember(before: CodeToken | undefined): boolean {
  return before?.value === "." || before?.value === "?.";
}

function spells(tokens: readonly CodeToken[], at: number, values: readonly string[]): boolean {
  return values.every((value, i) => tokens[at + i]?.value === value);
}

function literal(token: CodeToken | undefined, call: string): CodeToken {
  const isLiteral = token?.type === "StringLiteral" || token?.type === "NoSubstitutionTemplate";
  if (token !== undefined && isLiteral) return token;
  throw new TypeError(
    `${call} on line ${token?.line ?? "?"} must name its module by a literal, but computes it; ` +
      "name the module under `uses` of the stage and load it with context.load()",
  );
}

function text(token: CodeToken): string {
  return token.value.slice(1, -1);
}
