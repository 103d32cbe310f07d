import fc from "fast-check";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { withoutBraces } from "../../pipeline/code_braces.ts";
import { codeOutline, TOP_LEVEL } from "../../pipeline/code_outline.ts";
import { type CodeStatement, codeStatements } from "../../pipeline/code_statements.ts";
import { type CodeToken, codeTokens } from "../../pipeline/code_tokens.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDERS = ["commands", "kernels", "macronet", "pipeline", "stages", "systems", "tests"];

function* sources(folder: string): Iterable<string> {
  for (const { name, isDirectory } of Deno.readDirSync(`${ROOT}${folder}`)) {
    if (isDirectory) yield* sources(`${folder}/${name}`);
    else if (name.endsWith(".ts")) yield `${folder}/${name}`;
  }
}

const paths = FOLDERS.flatMap((folder) => [...sources(folder)]).sort();
const read = (path: string) => withoutBraces(codeTokens(Deno.readTextFileSync(`${ROOT}${path}`)));
const outline = (source: string) => codeOutline(new TextEncoder().encode(source));
const digests = (source: string) =>
  Object.fromEntries(
    Object.entries(outline(source).declarations).map(([name, { digest }]) => [name, digest]),
  );

Deno.test("codeStatements() gives every token of every file of this project to one statement", () => {
  for (const path of paths) {
    const tokens = read(path);
    const statements = codeStatements(tokens);
    assert.deepEqual(
      statements.flatMap(({ start, end }) => tokens.slice(start, end)),
      tokens,
      path,
    );
  }
});

Deno.test("codeStatements() is certain of the files of this project", () => {
  const unsure = paths.filter((path) => {
    const statements = codeStatements(read(path));
    return statements.length === 1 && statements[0].kind === "code" && statements[0].names.length === 0;
  });
  assert.ok(unsure.length < paths.length / 50, `${unsure.length} of ${paths.length}: ${unsure.join(" ")}`);
});

/** Tokens as text again, one a line where that changes nothing. */
function written(tokens: readonly CodeToken[]): string {
  return tokens.map(({ value }) => value).join(" ");
}

const FUNCTION = /^(export )?(default )?(async )?function \*? ?(\w+)/;

Deno.test("codeOutline(): an edit of the body of one function changes the digest of that function alone", () => {
  const functions = paths.flatMap((path) => {
    const tokens = read(path);
    if (tokens.some(({ type }) => /Template|RegularExpression/.test(type))) return [];
    return codeStatements(tokens).filter((statement) =>
      statement.names.length === 1 && tokens[statement.end - 1].value === "}" &&
      FUNCTION.test(written(tokens.slice(statement.start, statement.end)))
    ).map((statement) => ({ path, tokens, statement }));
  });
  assert.ok(functions.length > 300, `${functions.length} functions`);
  const edit = (tokens: readonly CodeToken[], { end }: CodeStatement, text: string) =>
    `${written(tokens.slice(0, end - 1))}; ${text} } ${written(tokens.slice(end))}`;
  const texts = fc.constantFrom(
    "void 0;",
    "{ void 1; }",
    "const export_ = { let: 1, const: 2 };",
    "if (x) { y(); } else z();",
    "const f = class { static { g(); } };",
    "`${`}`}`;",
    "label: for (;;) break label;",
  );
  fc.assert(
    fc.property(fc.constantFrom(...functions), texts, ({ path, tokens, statement }, text) => {
      const before = digests(written(tokens));
      const after = digests(edit(tokens, statement, text));
      assert.deepEqual(Object.keys(after), Object.keys(before), path);
      assert.deepEqual(
        Object.keys(after).filter((name) => after[name] !== before[name]),
        [...statement.names],
        path,
      );
    }),
    { numRuns: 200 },
  );
});

const statements: [source: string, names: string[]][] = [
  ["function f(): { a: number } { return g(); } const b = 1;", ["f", "b"]],
  ["function f(a: string): void; function f(a: number): void; function f(a) {} g();", ["f", "f", "f", ""]],
  ["function f(x): asserts x is { a: 1 } { } f();", ["f", ""]],
  ["class A extends B<{ a: 1 }> implements C { d = 1 } class E {}", ["A", "E"]],
  ["export default class { } const a = 1;", ["default", "a"]],
  ["export default async function f() {} f();", ["f", ""]],
  ["const { a, b: [c], d = e, ...f } = g, h = 1;", ["a,c,d,f,h"]],
  ["const m: Map<string, number> = new Map(), n = 1;", ["m,n"]],
  ["let a, b; var c = function () {}, d = class {};", ["a,b", "c,d"]],
  ["type A = { b: 1 }; interface C { d: 2 } enum E { F } const enum G { H }", ["A", "C", "E", "G"]],
  ["try { a(); } catch { b(); } finally { c(); } if (d) { let e = 1; } else { let g = 2; } h();", [
    "",
    "",
    "",
  ]],
  ["do { let a = 1; } while (b); while (c) { let d = 1; }", ["", ""]],
  ["const a = b as const; const c = await import('./d.ts');", ["a", "c"]],
  ["const a = `${{ b: '}' }}`; function c() {}", ["a", "c"]],
  ["if (a) b(); else c(); d();", ["", ""]],
  ["@inline export function f(): i32 { return 1; } @g.h(1) class A {} f();", ["f", "A", ""]],
  ["export { a } from './b.ts'; export type { C } from './c.ts'; d();", ["", "", ""]],
  // Without semicolons nothing is certain.
  ["const a = 1\nconst b = 2\nfunction c() {}", [""]],
  ["import a from './a.ts'\nexport const b = a", [""]],
];
for (const [source, names] of statements) {
  Deno.test(`codeStatements() of ${JSON.stringify(source)}`, () => {
    const tokens = withoutBraces(codeTokens(source));
    assert.deepEqual(codeStatements(tokens).map(({ names }) => names.join()), names);
  });
}

Deno.test("codeOutline() knows what goes over every kind of import and export", () => {
  const { declarations, imports, exports, stars } = outline(`
    import a, { b as c, type D, default as e } from "./x.ts";
    import * as space from "./y.ts";
    import type { F } from "./types.ts";
    import "./effect.ts";
    export * from "./star.ts";
    export * as all from "./all.ts";
    export { g, h as i } from "./z.ts";
    export { own as j, c as k };
    const own = () => [a, c, space.l, space, import("./lazy.ts"), new URL("./m.wasm", import.meta.url)];
    export default own;
  `);
  assert.deepEqual(imports, {
    a: ["./x.ts", "default"],
    c: ["./x.ts", "b"],
    e: ["./x.ts", "default"],
    space: ["./y.ts", "*"],
  });
  assert.deepEqual(exports, {
    all: ["./all.ts", "*"],
    g: ["./z.ts", "g"],
    i: ["./z.ts", "h"],
    j: "own",
    k: "c",
  });
  assert.deepEqual(stars, ["./star.ts"]);
  assert.deepEqual(declarations.own.names, ["a", "c", "space.l", "space"]);
  assert.deepEqual(declarations.own.loads, ["./lazy.ts", "./m.wasm"]);
  assert.deepEqual(declarations[TOP_LEVEL].loads, ["./effect.ts"]);
  assert.deepEqual(declarations.default.names, ["own"]);
});

Deno.test("a const type parameter is no statement", () => {
  const { declarations } = outline(
    "export function f<T, const U>(a: T, b: U) { return a; } export const z = 1;",
  );
  assert.deepEqual(Object.keys(declarations), ["f", "z"]);
});
