import assert from "node:assert/strict";
import { codeReferences } from "../../pipeline/code_references.ts";
import { codeTokens } from "../../pipeline/code_tokens.ts";

const tokens = (source: string) => codeTokens(source).map(({ value }) => value);

const alike: [string, string][] = [
  ["f(a, b)", "f(\n  a,\n  b,\n)"],
  ["[1, 2]", "[\n  1,\n  2,\n]"],
  ["type A = 'x' | 'y'", 'type A =\n  | "x"\n  | "y"'],
  ["type A = X & Y<'z'>", 'type A =\n  & X\n  & Y<"z">'],
  ["interface A { a: number; b: string }", "interface A {\n  a: number;\n  b: string;\n}"],
  ["let m: Map<string, Set<number>>;", "let m: Map<\n  string,\n  Set<\n    number\n  >\n>;"],
  ["class A<T, U = 1> {}", "class A<\n  T,\n  U = 1,\n> {}"],
  ["a /* b */ / c // d", "a / c"],
  ["#!/usr/bin/env deno\nf()", "f()"],
];
for (const [a, b] of alike) {
  Deno.test(`codeTokens() reads ${JSON.stringify(a)} and ${JSON.stringify(b)} alike`, () => {
    assert.deepEqual(tokens(a), tokens(b));
  });
}

const different: [string, string][] = [
  ["return 1", "return\n1"],
  ["a\n++b", "a++\nb"],
  ["[,]", "[]"],
  ["[a,,]", "[a,]"],
  ["for (;;) {}", "for (;) {}"],
  ["ab", "a b"],
  ["`a b`", "`a  b`"],
  ["/a b/", "/a  b/"],
  ["'it\\'s'", "'its'"],
  ['"http://x" + y', '"http:" + y'],
  ["a - -b", "a --b"],
  ["a >> b", "a >>> b"],
  ["a > b", "a >> b"],
  ["a >>= b", "a >>>= b"],
  ["1 .toString()", "1..toString()"],
];
for (const [a, b] of different) {
  Deno.test(`codeTokens() tells ${JSON.stringify(a)} from ${JSON.stringify(b)}`, () => {
    assert.notDeepEqual(tokens(a), tokens(b));
  });
}

const references: [string, string[]][] = [
  [`import a, { b as c } from "./x.ts"`, ["./x.ts"]],
  [`import * as a from "./x.ts" with { type: "json" }`, ["./x.ts"]],
  [`import { type A } from "./x.ts"`, ["./x.ts"]],
  [`import type, { a } from "./x.ts"`, ["./x.ts"]],
  [`import type from "./x.ts"`, ["./x.ts"]],
  [`import type A from "./x.ts"`, []],
  [`import type { A } from "./x.ts"`, []],
  [`import type * as A from "./x.ts"`, []],
  [`export * as a from "./x.ts"; export { b } from "./y.ts"; export { c }; export type * from "./z.ts"`, [
    "./x.ts",
    "./y.ts",
  ]],
  [`a.import("b"); ({ import: "c" }); a?.export`, []],
  ['import(`./x.ts`); import.meta.resolve("./y.ts"); import.meta.main', ["./x.ts", "./y.ts"]],
  [`"import './x.ts'"; // import "./y.ts"`, []],
  ['`${await import("./x.ts")}`', ["./x.ts"]],
  [`new URL("./x.wasm", import.meta.url); new URL("https://a.b/"); new URL("./x", base)`, [
    "./x.wasm",
  ]],
  [`export const from = 1; export default from`, []],
];
for (const [source, specifiers] of references) {
  Deno.test(`codeReferences() finds ${specifiers.join(" and ") || "nothing"} in ${JSON.stringify(source)}`, () => {
    assert.deepEqual(codeReferences(codeTokens(source)).map(({ specifier }) => specifier), specifiers);
  });
}
