import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { explanationText } from "../../commands/reason_text.ts";
import { execute, explain, explainRun, graph, plan, type Reason, type Stage } from "../../pipeline/mod.ts";
import { counting, root, run, withFolder } from "./toy/mod.ts";

/** make → use; other stands alone. make: helper → mod (re-export) → deep; other: namespace, dynamic, a cycle. */
const FILES: Readonly<Record<string, string>> = {
  "deno.json": "{}",
  "make.ts": `import { helper } from "./helper.ts";
    export async function run({ params, shard, write }) {
      await write("part-" + (shard ?? 0), new Uint8Array([helper(params.a.b) > 0 ? 1 : 2]));
    }`,
  "helper.ts": `import { deep } from "./mod.ts";
    import { cycle } from "./cycle.ts";
    export function helper(x) { return deep(x) + cycle; }
    export function idle() { return 0; }`,
  "mod.ts": `export * from "./deep.ts";`,
  "deep.ts": `function inner(x) { const y = x; return y * 2; }
    export function deep(x) { return inner(x); }
    export function aside() { return 1; }`,
  "cycle.ts":
    `import { helper } from "./helper.ts"; export const cycle = 0; export const back = () => helper(1);`,
  "use.ts": `export async function run({ input, write }) {
    const made = input("made");
    let sum = 0;
    for (const name of made.names) sum += (await made.read(name))[0];
    await write("sum", new Uint8Array([sum]));
  }`,
  "other.ts": `import * as space from "./space.ts";
    const kernel = new URL("./kernel.wasm", import.meta.url);
    export async function run({ write, load }) {
      const { late } = await import("./late.ts");
      await write("other", new Uint8Array([space.one() + late + (await load("system")).value, kernel ? 1 : 0]));
    }`,
  "space.ts": "export const one = () => 1; export const two = () => 2;",
  "late.ts": "export const late = 3;",
  "x.ts": "export const value = 1;",
  "y.ts": "export const value = 1;",
  "kernel.wasm": "\0asm",
};

interface Change {
  readonly files?: Readonly<Record<string, string>>;
  readonly b?: unknown;
  readonly shards?: number;
  readonly system?: string;
}

function stages(root: string, { b = 1, shards = 2, system = "x" }: Change = {}): Stage[] {
  const module = (name: string) => pathToFileURL(`${root}/${name}.ts`).href;
  return [
    { id: "make", module: module("make"), params: { a: { b, c: [1] } } as Stage["params"], shards },
    { id: "use", module: module("use"), params: {}, inputs: { made: "make" } },
    { id: "other", module: module("other"), uses: { system: module(system) }, params: {} },
  ];
}

/** Runs the project, changes it, and asks; then runs again and asks what that run did. */
async function asked(
  change: Change,
): Promise<
  { before: Record<string, readonly Reason[]>; texts: string; after: Record<string, readonly Reason[]> }
> {
  let answer;
  await withFolder(async (folder) => {
    const root = await Deno.realPath(folder);
    const artifacts = `${root}/artifacts`;
    for (const [name, text] of Object.entries(FILES)) await Deno.writeTextFile(`${root}/${name}`, text);
    const first = await execute(graph(stages(root)), { root, workers: 1 });
    assert.ok(first.ok, first.failures[0]?.message);
    for (const [name, text] of Object.entries(change.files ?? {})) {
      await Deno.writeTextFile(`${root}/${name}`, text);
    }
    const changed = graph(stages(root, change));
    const now = explain(plan(changed, { root }), { artifacts });
    const again = await execute(changed, { root, workers: 1 });
    assert.ok(again.ok, again.failures[0]?.message);
    const reasons = (list: typeof now) =>
      Object.fromEntries(
        list.filter(({ state }) => state !== "done").map(({ stage, reasons }) => [stage, reasons]),
      );
    answer = {
      before: reasons(now),
      texts: now.map(explanationText).join("\n"),
      after: reasons(explainRun(again.id, { artifacts })),
    };
  });
  return answer!;
}

const edit = (name: string, from: string, to: string) => {
  assert.ok(FILES[name].includes(from));
  return { files: { [name]: FILES[name].replace(from, to) } };
};

const nothing: [what: string, change: Change][] = [
  ["nothing", {}],
  ["a comment", edit("deep.ts", "function inner", "// why\nfunction inner")],
  ["the layout", edit("deep.ts", "{ const y = x;", "{\n\n  const y =\n    x;\n")],
  ["a local variable of a file that no stage reaches", { files: { "unrelated.ts": "const renamed = 1;" } }],
];
for (const [what, change] of nothing) {
  Deno.test(`explain(): an edit of ${what} makes nothing stale`, async () => {
    const { before, after, texts } = await asked(change);
    assert.deepEqual([before, after], [{}, {}]);
    assert.match(texts, /^make is fresh, by: a run, \d{4}-/);
  });
}

const waits = { use: [{ kind: "waits", stage: "make" }] };
const edits: [what: string, change: Change, stale: string[], text: RegExp][] = [
  [
    "a helper three imports deep",
    edit("deep.ts", "y * 2", "y * 4"),
    ["make", "use"],
    /code deep\.ts changed: inner\n +make\.ts run → helper\.ts helper → mod\.ts deep → deep\.ts deep › inner\n/,
  ],
  [
    "the name of a local variable in a reached file",
    edit("deep.ts", "const y = x; return y * 2;", "const z = x; return z * 2;"),
    ["make", "use"],
    /code deep\.ts changed: inner\n/,
  ],
  [
    "a function that nothing calls",
    edit("helper.ts", "return 0", "return 1"),
    ["make", "use"],
    /code helper\.ts changed: idle\n +make\.ts → helper\.ts\n/,
  ],
  [
    "a module in a cycle",
    edit("cycle.ts", "cycle = 0", "cycle = 1"),
    ["make", "use"],
    /code cycle\.ts changed: cycle\n +make\.ts run → helper\.ts helper → cycle\.ts cycle\n/,
  ],
  [
    "a member of a namespace",
    edit("space.ts", "() => 1", "() => 4"),
    ["other"],
    /code space\.ts changed: one\n +other\.ts run → space\.ts one$/,
  ],
  [
    "a dynamic import",
    edit("late.ts", "3", "4"),
    ["other"],
    /code late\.ts changed: late\n +other\.ts run → late\.ts late$/,
  ],
  [
    "a kernel",
    { files: { "kernel.wasm": "\0asn" } },
    ["other"],
    /code kernel\.wasm changed\n +other\.ts run › kernel → kernel\.wasm$/,
  ],
  ["a used module", { system: "y" }, ["other"], /code used as system: x\.ts → y\.ts\n/],
  ["a nested parameter", { b: { d: 5 } }, ["make", "use"], /param a\.b: 1 → \{"d":5\}\n/],
  ["the number of shards", { shards: 3 }, ["make", "use"], /shards: 2 → 3\n/],
];
for (const [what, change, stale, text] of edits) {
  Deno.test(`explain() on an edit of ${what}: ${stale.join(" and ")}`, async () => {
    const { before, texts, after } = await asked(change);
    assert.deepEqual(Object.keys(before), stale);
    assert.match(texts, text);
    if (stale.includes("use")) {
      assert.deepEqual({ use: before.use }, waits);
      assert.match(
        texts,
        /waits for make, which is stale\n {2}nothing of its own changed: when its inputs/,
      );
    }
    assert.deepEqual(after[stale[0]], before[stale[0]], "the run says the same of itself");
  });
}

Deno.test("explainRun() says which artifacts of an input changed", async () => {
  const { after } = await asked(edit("make.ts", "> 0 ? 1", "> 0 ? 7"));
  assert.deepEqual(after.use, [{
    kind: "input",
    role: "made",
    stage: "make",
    artifacts: ["part-0", "part-1"],
  }]);
  const cut = await asked(edit("deep.ts", "y * 2", "y * 4"));
  assert.equal(cut.after.use, undefined, "an input that comes out the same reruns nothing");
});

Deno.test("explain() and explainRun() name what is broken, lost, new or changed in its package", () =>
  withFolder(async (folder) => {
    const root = await Deno.realPath(folder);
    const artifacts = `${root}/artifacts`;
    for (const [name, text] of Object.entries(FILES)) await Deno.writeTextFile(`${root}/${name}`, text);
    const all = graph(stages(root));
    const ask = () => explain(plan(all, { root }), { artifacts });
    assert.deepEqual(ask()[0].reasons, [{ kind: "new", stored: 0 }]);

    const first = await execute(all, { root, workers: 1 });
    const { record, object } = (await import("../../pipeline/layout.ts")).layout(artifacts);
    await Deno.remove(record(first.stages[0].keys[1]));
    assert.deepEqual(ask()[0].reasons, [{ kind: "lost", shards: [1] }]);
    await execute(all, { root, workers: 1 });

    const sum = first.stages[1].artifacts![0];
    await Deno.remove(object(sum.digest));
    const broken = { kind: "broken", shard: null, what: "sum", found: "it is missing" };
    assert.deepEqual(ask()[1].reasons, [broken]);
    const { id } = await execute(all, { root, workers: 1 });
    assert.deepEqual(explainRun(id, { artifacts }).map(({ stage, reasons }) => [stage, reasons]), [["use", [
      broken,
    ]]]);
  }));

Deno.test("what failed is told, of the newest run and of one that is asked about", () =>
  withFolder(async (artifacts) => {
    const failing = graph(counting({ failAt: 2 }));
    const { id, failures } = await run(failing, { artifacts });
    const failed = { kind: "failed", shard: 1, message: failures[0].message };
    const [count] = explain(plan(failing, { root, artifacts }), { artifacts });
    assert.deepEqual(count.reasons, [{ kind: "new", stored: 2 }, failed]);
    assert.deepEqual(explainRun(id, { artifacts }), [{ stage: "count", state: "failed", reasons: [failed] }]);
    assert.match(explanationText(count), /failed in the run: Cannot run count, shard 1, with/);
  }));

Deno.test("names that every object has are names like others", async () => {
  const own = (value: number) => `export const toString = () => ${value}; export const constructor = 1;`;
  const star = `export * from "./deep.ts"; export const deep = (x) => x; export const idle = 0;`;
  const helper =
    `import * as space from "./mod.ts"; export const helper = () => space.toString() + (space.hasOwnProperty ? 1 : 0);`;
  const base = { "helper.ts": helper, "mod.ts": star };
  await withFolder(async (folder) => {
    const project = await Deno.realPath(folder);
    const write = (files: Readonly<Record<string, string>>) =>
      Object.entries(files).forEach(([name, text]) => Deno.writeTextFileSync(`${project}/${name}`, text));
    write({ ...FILES, ...base, "deep.ts": own(1) });
    const toy = graph(stages(project));
    assert.ok((await execute(toy, { root: project, workers: 1 })).ok);
    write({ "deep.ts": own(2) });
    const [make] = explain(plan(toy, { root: project }), { artifacts: `${project}/artifacts` });
    assert.match(
      explanationText(make),
      /code deep\.ts changed: toString\n +make\.ts run → .* → deep\.ts toString/,
    );
  });
});
