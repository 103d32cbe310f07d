/**
 * A module by its declarations: a digest of each, and what it makes use of. For answers to "which function
 * changed, and who calls it"; keys know whole files only.
 *
 * @module
 */
import { sha256 } from "./canonical.ts";
import { type Binding, codeBindings } from "./code_bindings.ts";
import { withoutBraces } from "./code_braces.ts";
import { codeReferences } from "./code_references.ts";
import { type CodeStatement, codeStatements } from "./code_statements.ts";
import { type CodeToken, codeTokens } from "./code_tokens.ts";

/** A declaration of the top level, or all statements of one kind that declare nothing. */
export interface CodeDeclaration {
  /** Over its tokens. */
  readonly digest: string;
  /** Names of its module that it mentions: declarations and imports. `space.name` of a namespace. */
  readonly names: readonly string[];
  /** Modules and files that it loads whole: `import()`, `new URL()`. */
  readonly loads?: readonly string[];
}

/** A module by its declarations. Modules are named by specifier, or after {@link located} by ingredient. */
export interface CodeOutline {
  /** By name; statements that have none under names with a space. */
  readonly declarations: Readonly<Record<string, CodeDeclaration>>;
  /** Local name → what it is elsewhere. */
  readonly imports: Readonly<Record<string, Binding>>;
  /** Exported name → name in the module, where that is another, or what it is elsewhere. */
  readonly exports: Readonly<Record<string, string | Binding>>;
  /** Modules of which everything is exported again. */
  readonly stars: readonly string[];
}

/** Names of what has none. They hold a space, which no identifier does. */
export const IMPORTS = "its imports";
/** Statements that run when the module is loaded. */
export const TOP_LEVEL = "top level";

/**
 * Outlines the text of a module.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const outline = (source: string) => codeOutline(new TextEncoder().encode(source)).declarations;
 * const before = outline('import { a } from "./a.ts"; const f = () => a; function g() { return f(); }');
 * assert.deepEqual(before.g.names, ["f"]);
 * const after = outline('import { a } from "./a.ts"; const f = () => a; function g() { return f; }');
 * assert.equal(after.f.digest, before.f.digest);
 * assert.notEqual(after.g.digest, before.g.digest);
 * ```
 */
export function codeOutline(text: Uint8Array): CodeOutline {
  const tokens = withoutBraces(codeTokens(new TextDecoder().decode(text)));
  const statements = codeStatements(tokens);
  const imports: Record<string, Binding> = {};
  const exports: Record<string, string | Binding> = {};
  const stars: string[] = [];
  const loads: string[] = [];
  const parts = new Map<string, CodeToken[]>();
  for (const statement of statements) {
    const part = tokens.slice(statement.start, statement.end);
    for (const name of namesOf(statement)) parts.set(name, [...parts.get(name) ?? [], ...part]);
    if (statement.isDefault && statement.names[0] !== "default") exports.default = statement.names[0];
    if (statement.kind !== "link") continue;
    const bindings = codeBindings(part);
    Object.assign(imports, bindings.imports);
    Object.assign(exports, bindings.exports);
    stars.push(...bindings.stars);
    loads.push(...bindings.loads);
  }
  const known = new Set([...Object.keys(imports), ...parts.keys()]);
  const declarations = [...parts].map(([name, part]) => [name, declaration(name, part, { known, imports })]);
  const result: Record<string, CodeDeclaration> = Object.fromEntries(declarations);
  if (loads.length > 0) {
    const top = result[TOP_LEVEL] ?? { digest: "", names: [] };
    result[TOP_LEVEL] = { ...top, loads: [...top.loads ?? [], ...loads] };
  }
  return { declarations: result, imports, exports, stars };
}

/** The same outline with its modules named by `locate`. */
export function located(outline: CodeOutline, locate: (specifier: string) => string): CodeOutline {
  const binding = ([module, name]: Binding): Binding => [locate(module), name];
  const { declarations, imports, exports, stars } = outline;
  return {
    declarations: mapValues(
      declarations,
      (part) => part.loads === undefined ? part : { ...part, loads: part.loads.map(locate) },
    ),
    imports: mapValues(imports, binding),
    exports: mapValues(exports, (target) => typeof target === "string" ? target : binding(target)),
    stars: stars.map(locate),
  };
}

function namesOf({ kind, names }: CodeStatement): readonly string[] {
  return kind === "link" ? [IMPORTS] : names.length > 0 ? names : [TOP_LEVEL];
}

function declaration(
  self: string,
  tokens: readonly CodeToken[],
  { known, imports }: { known: ReadonlySet<string>; imports: Readonly<Record<string, Binding>> },
): CodeDeclaration {
  const lengths = tokens.map(({ value }) => `${value.length}:${value}`).join();
  // For comparing two versions of one declaration, 64 bits are enough.
  const digest = sha256(new TextEncoder().encode(lengths)).slice(0, 16);
  if (self === IMPORTS) return { digest, names: [] };
  const names = new Set<string>();
  tokens.forEach(({ type, value }, at) => {
    const before = tokens[at - 1]?.value;
    if (type !== "IdentifierName" || before === "." || before === "?.") return;
    if (!known.has(value) || value === self) return;
    const isSpace = imports[value]?.[1] === "*" && tokens[at + 1]?.value === ".";
    names.add(isSpace ? `${value}.${tokens[at + 2]?.value}` : value);
  });
  const loads = codeReferences(tokens).map(({ specifier }) => specifier);
  return { digest, names: [...names], ...(loads.length > 0 && { loads: [...new Set(loads)] }) };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
