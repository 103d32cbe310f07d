/**
 * What a run simulates again when a data set grows or is cut otherwise, by the run's own record: nothing that is
 * there already.
 */
import { assert, assertEquals } from "@std/assert";
import { sha256 } from "../../pipeline/canonical.ts";
import { files } from "../faults/store_state.ts";
import { jsonLines, macronet, withFolder } from "./cli.ts";

/** Three shards of small, young patterns. */
const BASE = [
  "physics.size=16",
  "physics.steps=100",
  "simulate.samples=40",
  "simulate.shards=3",
];

/** Every unit that the run of a data set executed, as its log tells. */
async function executed(folder: string, store: string, settings: readonly string[]): Promise<string[]> {
  const set = [...BASE, ...settings].flatMap((setting) => ["--set", `turing.${setting}`]);
  const args = ["run", "turing/cache", "--profile", "smoke", "--artifacts", store, "--json", ...set];
  const { code, out, err } = await macronet(args, { folder });
  assertEquals(code, 0, out + err);
  const { run } = jsonLines(out).find(({ type }) => type === "plan");
  const log = jsonLines(await Deno.readTextFile(`${folder}/${store}/runs/${run}.jsonl`));
  const units = log.filter(({ type }) => type === "unit-done")
    .map(({ stage, shard }) => shard === null ? stage : `${stage} ${shard}`).sort();
  assertEquals(jsonLines(out).at(-1).executed, units.length);
  return units;
}

/** What stands under the names of the two stages: path → SHA-256. */
function published(store: string): Record<string, string> {
  const digests: Record<string, string> = {};
  for (const path of files(`${store}/turing`)) {
    digests[path.slice(store.length + 1)] = sha256(Deno.readFileSync(path));
  }
  return digests;
}

const shards = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `turing/simulate ${from + i}`);

/** What is set otherwise, and what must run for that in a store that holds the data set of {@link BASE}. */
const changes: readonly (readonly [settings: readonly string[], runs: readonly string[]])[] = [
  [[], []],
  [["simulate.shards=5"], ["turing/cache", ...shards(3, 5)]],
  [["simulate.shards=2"], ["turing/cache"]],
  [["cache.testShare=0.3"], ["turing/cache"]],
  [["cache.dataType=float16"], ["turing/cache"]],
  [["cache.compression=zstd"], ["turing/cache"]],
  [["simulate.seed=2"], ["turing/cache", ...shards(0, 3)]],
  [["simulate.samples=41"], ["turing/cache", ...shards(0, 3)]],
  [["physics.steps=101"], ["turing/cache", ...shards(0, 3)]],
];

Deno.test("a data set that grows or is cut otherwise simulates what is new, and nothing else", async (t) => {
  await withFolder(async (folder) => {
    assertEquals(await executed(folder, "base", []), ["turing/cache", ...shards(0, 3)]);
    for (const [settings, runs] of changes) {
      await t.step(`${settings.join() || "the same settings"}: ${runs.join(", ") || "nothing"}`, async () => {
        await new Deno.Command("cp", { args: ["-a", "base", "copy"], cwd: folder }).output();
        assertEquals(await executed(folder, "copy", settings), runs);
        await Deno.remove(`${folder}/copy`, { recursive: true });
      });
    }
  });
});

Deno.test("a data set that grew is the one made at once, byte for byte, and its first shards are as they were", () =>
  withFolder(async (folder) => {
    await executed(folder, "grown", []);
    const before = published(`${folder}/grown`);
    await executed(folder, "grown", ["simulate.shards=5"]);
    await executed(folder, "at_once", ["simulate.shards=5"]);
    const grown = published(`${folder}/grown`);
    assertEquals(grown, published(`${folder}/at_once`));

    const first = Object.entries(before).filter(([path]) => path.startsWith("turing/simulate/"));
    assertEquals(first.length, 3);
    for (const [path, digest] of first) assertEquals(grown[path], digest);
    const metadata = "turing/cache/dataset.zarr/zarr.json";
    assert(grown[metadata] !== before[metadata], "the data set holds more");
  }));
