import assert from "node:assert/strict";
import fc from "fast-check";
import { didYouMean, graph, GraphError, nearest, select, type Stage, toMermaid } from "../../pipeline/mod.ts";

const module = "file:///toy.ts";
const stage = (id: string, ...inputs: string[]): Stage => ({
  id,
  module,
  params: {},
  inputs: Object.fromEntries(inputs.map((input) => [input.replace("/", "_"), input])),
});
const ids = (stages: readonly Stage[]) => stages.map(({ id }) => id);

const refused: [name: string, stages: Stage[], message: RegExp][] = [
  ["a cycle, named", [stage("a", "c"), stage("b", "a"), stage("c", "b")], /the cycle a → c → b → a/],
  ["a stage that needs itself", [stage("a", "a")], /the cycle a → a/],
  [
    "a missing input",
    [stage("train", "simlate"), stage("simulate")],
    /no "simlate" \(did you mean "simulate"\?\)/,
  ],
  ["a duplicate id", [stage("a"), stage("a")], /"a" is declared twice/],
  ["a stage inside another's folder", [stage("a/b"), stage("a")], /"a\/b" is inside "a"/],
  ["a folder of the store", [stage("objects/x")], /folder of the store/],
  [
    "no shards",
    [{ ...stage("a"), shards: 0 }],
    /shards of "a" must be a positive integer of at most 10000000, but found 0/,
  ],
  ["more shards than can be planned", [{ ...stage("a"), shards: 1e12 }], /found 1000000000000/],
  ["half a shard", [{ ...stage("a"), shards: 1.5 }], /found 1.5/],
  ["params that are not JSON", [{ ...stage("a"), params: { dt: NaN } }], /params of "a".*dt is NaN/],
];
for (const [name, stages, message] of refused) {
  Deno.test(`graph() refuses ${name}`, () => {
    assert.throws(() => graph(stages), (error) => error instanceof GraphError && message.test(error.message));
  });
}

const badIds = [
  "",
  "/",
  "/a",
  "a/",
  "a//b",
  "../a",
  "a/..",
  "A",
  "a b",
  "a\0",
  "ä",
  "a\\b",
  "-a",
  "a".repeat(101),
];
Deno.test("graph() refuses ids that are no safe folders", () => {
  for (const id of badIds) assert.throws(() => graph([stage(id)]), GraphError, JSON.stringify(id));
});

Deno.test("graph() puts every stage after its inputs, whatever the order of declaration", () => {
  const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 20 });
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 10 });
  fc.assert(fc.property(edges, order, (edges, order) => {
    const inputs = (n: number) => edges.filter(([a, b]) => b === n && a < n).map(([a]) => `s${a}`);
    const sorted = ids(graph(order.map((n) => stage(`s${n}`, ...inputs(n)))).stages);
    return sorted.every((id, at) => inputs(Number(id[1])).every((input) => sorted.indexOf(input) < at));
  }));
});

Deno.test("select() takes ancestors, folders, and suggests the nearest", () => {
  const whole = graph([
    stage("a/make"),
    stage("a/use", "a/make"),
    stage("b/make"),
    stage("all", "a/use", "b/make"),
  ]);
  assert.deepEqual(ids(select(whole, ["a/use"]).stages), ["a/make", "a/use"]);
  assert.deepEqual(ids(select(whole, ["b", "a"]).stages), ["a/make", "a/use", "b/make"]);
  assert.equal(select(whole, ["all"]).stages.length, 4);
  assert.throws(() => select(whole, ["a/ues"]), /did you mean "a\/use"/);
  assert.deepEqual(whole.dependents("a/make"), ["a/use"]);
});

Deno.test("nearest() finds every single typo, and nothing far", () => {
  const known = ["simulate", "cache", "train", "sample", "evaluate", "render", "report"];
  for (const name of known) {
    for (let i = 0; i < name.length; i++) {
      assert.equal(nearest(name.slice(0, i) + name.slice(i + 1), known), name);
      assert.equal(nearest(name.slice(0, i) + "q" + name.slice(i), known), name);
    }
  }
  assert.equal(didYouMean("xyzzy", known), "");
});

Deno.test("toMermaid() shows states", () => {
  const text = toMermaid(graph([stage("a"), stage("b", "a")]), { a: "done", b: "stale" });
  assert.match(text, /s0\["a<br>done"\]:::done\n/);
  assert.match(text, /s0 -- a --> s1\n/);
});
