import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { type CodeDigest, codeDigester } from "../../pipeline/code_digest.ts";
import { root, withFolder } from "./toy/mod.ts";

const lock = (integrity: string) =>
  JSON.stringify({
    specifiers: { "npm:tool@1.2.3": "1.2.3" },
    npm: {
      "tool@1.2.3": { integrity: "sha512-a", dependencies: ["inner"] },
      "inner@2.0.0": { integrity },
    },
  });

/** a → helper → deep → deepest; b → other. Both import a type; a reads a kernel. */
const project: Record<string, string> = {
  "deno.json": JSON.stringify({ imports: { tool: "npm:tool@1.2.3", "@lib/x": "./lib/x.ts" } }),
  "deno.lock": lock("sha512-b"),
  "a.ts": `import { helper } from "./helper.ts";
    import type { Shape } from "./shape.ts";
    import { inner } from "tool/sub.js";
    import { readFile } from "node:fs";
    const kernel = new URL("./kernel.wasm", import.meta.url);
    export const run = () => helper(kernel, inner, readFile) as Shape;`,
  "b.ts": `export * from "./other.ts";
    export type { Shape } from "./shape.ts";
    export const run = async () => (await import("@lib/x")).x;`,
  "helper.ts": `export { deep as helper } from "./deep/mod.ts";`,
  "deep/mod.ts": `import * as deepest from "../deepest.ts"; export const deep = deepest.default;`,
  "deepest.ts": `export default function (...args) { return args.map((x) => x * 2); }`,
  "other.ts": `import "./a_cycle.ts"; export const other = 'one';`,
  "a_cycle.ts": `import "./other.ts";`,
  "lib/x.ts": "export const x = 1;",
  "shape.ts": "export interface Shape { a: number }",
  "kernel.wasm": "\0asm",
};

/** Which of the stages a and b change when files do. */
function changedBy(files: Record<string, string>): Promise<string[]> {
  let changed: string[] = [];
  return withFolder(async (root) => {
    const write = async (files: Record<string, string>) => {
      for (const [name, content] of Object.entries(files)) {
        await Deno.mkdir(`${root}/${name.split("/").slice(0, -1).join("/")}`, { recursive: true });
        await Deno.writeTextFile(`${root}/${name}`, content);
      }
    };
    await write(project);
    const before = digests(root);
    await write(files);
    const after = digests(root);
    changed = ["a", "b"].filter((id) => before[id].digest !== after[id].digest);
  }).then(() => changed);
}

function digests(root: string): Record<string, CodeDigest> {
  const digester = codeDigester(root);
  const module = (id: string) => pathToFileURL(`${root}/${id}.ts`).href;
  return Object.fromEntries(["a", "b"].map((id) => [id, digester.digest({ id, module: module(id) })]));
}

const source = (name: string) => project[name];
const edits: [name: string, files: Record<string, string>, changed: string[]][] = [
  ["nothing", {}, []],
  ["a comment", { "deepest.ts": "// why\n" + source("deepest.ts").replace("{", "{ /* and\nhow */") }, []],
  [
    "what deno fmt does",
    {
      "deepest.ts":
        "export default function (\n  ...args\n) {\n  return args.map(\n    (x) => x * 2,\n  );\n}\n",
    },
    [],
  ],
  ["quotes", { "other.ts": source("other.ts").replace("'one'", '"one"') }, []],
  ["a helper three imports deep", { "deepest.ts": source("deepest.ts").replace("2", "3") }, ["a"]],
  ["a re-exported module", { "other.ts": source("other.ts").replace("one", "two") }, ["b"]],
  ["a module in a cycle", { "a_cycle.ts": `import "./other.ts"; globalThis.x = 1;` }, ["b"]],
  ["a dynamic import through the import map", { "lib/x.ts": "export const x = 2;" }, ["b"]],
  ["a module that is only a type", { "shape.ts": "export interface Shape { b: string }" }, []],
  ["one byte of a kernel", { "kernel.wasm": "\0asn" }, ["a"]],
  ["a package's dependency", { "deno.lock": lock("sha512-c") }, ["a"]],
  ["an import map target", {
    "deno.json": project["deno.json"].replace("./lib/x.ts", "./lib/y.ts"),
    "lib/y.ts": "export const x = 1;",
  }, ["b"]],
  ["an unrelated file", { "unrelated.ts": "export const z = 1;" }, []],
];
for (const [name, files, changed] of edits) {
  Deno.test(`codeDigester() on an edit of ${name}: ${changed.join() || "nothing"} changes`, async () => {
    assert.deepEqual(await changedBy(files), changed);
  });
}

Deno.test("codeDigester() lists ingredients and the way to them", () =>
  withFolder(async (root) => {
    for (const [name, content] of Object.entries(project)) {
      await Deno.mkdir(`${root}/${name.split("/").slice(0, -1).join("/")}`, { recursive: true });
      await Deno.writeTextFile(`${root}/${name}`, content);
    }
    const { ingredients, reaches } = digests(root).a;
    assert.deepEqual(Object.keys(ingredients), [
      "a.ts",
      "deep/mod.ts",
      "deepest.ts",
      "helper.ts",
      "kernel.wasm",
      "node:fs",
      "npm:tool@1.2.3",
    ]);
    assert.deepEqual(reaches["deep/mod.ts"], ["deepest.ts"]);
  }));

Deno.test("codeDigester() counts under which role a module is used", () =>
  withFolder(async (root) => {
    for (const name of ["m", "x", "y"]) {
      await Deno.writeTextFile(`${root}/${name}.ts`, `export const ${name} = 1;`);
    }
    const url = (name: string) => pathToFileURL(`${root}/${name}.ts`).href;
    const digest = (uses: Record<string, string>) =>
      codeDigester(root).digest({ id: "s", module: url("m"), uses }).digest;
    assert.notEqual(digest({ a: url("x"), b: url("y") }), digest({ a: url("y"), b: url("x") }));
  }));

const refused: [source: string, message: RegExp][] = [
  [`import "./missing.ts";`, /s\.ts:1 needs "\.\/missing\.ts", but missing\.ts cannot be read/],
  [`\nimport x from "unknown";`, /s\.ts:2 needs "unknown", but .* must be in the imports of deno\.json/],
  [`import "npm:nowhere@1";`, /must be in deno\.lock/],
  [`import "https://deno.land/x/y.ts";`, /use npm: or jsr:/],
  [`const m = await import(name);`, /in s\.ts, import\(\) on line 1 must name its module by a literal/],
  [`const u = new URL("./", import.meta.url);`, /is a folder/],
  [`const u = new URL("gone.wasm", import.meta.url);`, /needs "gone\.wasm", but gone\.wasm cannot be read/],
  [`import "../outside.ts";`, /must be inside the project root/],
];
for (const [code, message] of refused) {
  Deno.test(`codeDigester() refuses ${JSON.stringify(code)}`, () =>
    withFolder(async (root) => {
      await Deno.writeTextFile(`${root}/s.ts`, code);
      const stage = { id: "s", module: pathToFileURL(`${root}/s.ts`).href };
      assert.throws(() => codeDigester(root).digest(stage), message);
      assert.throws(() => codeDigester(root).digest(stage), /^TypeError: Cannot digest the code of "s": /);
    }));
}

Deno.test("codeDigester() reads a module of this project in well under a second", () => {
  const begun = performance.now();
  const module = new URL("../../pipeline/progress.ts", import.meta.url).href;
  codeDigester(root).digest({ id: "progress", module });
  assert.ok(performance.now() - begun < 1000);
});
