import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as zarrita from "zarrita";
import { column, type Matrix, rowRange } from "../../macronet/matrix.ts";
import {
  type DatasetSummary,
  normalisationOf,
  readSplit,
  readSummary,
  SPLITS,
} from "../../stages/dataset.ts";
import { readTables, writeTables } from "../../stages/tables.ts";
import { mean, variance } from "../../systems/metrics/statistics.ts";
import type { Columns } from "../../systems/system.ts";
import { changed } from "../systems/refusals.ts";
import { type Artifacts, assertSameArtifacts, inputOf, together } from "./in_memory.ts";
import { runStage, simulate, TINY } from "./tiny.ts";

const { linear, turing } = TINY;

const shardsOf = async (tiny: typeof linear, count: number) =>
  together(...await Promise.all(Array.from({ length: count }, (_, shard) => simulate(tiny, shard))));
const cache = async (tiny: typeof linear, shards: Artifacts) =>
  (await runStage("cache", tiny, { simulate: shards })).artifacts;

const storedAs = (tiny: typeof linear, storage: Partial<typeof linear.settings.cache>): typeof linear => ({
  ...tiny,
  settings: { ...tiny.settings, cache: { ...tiny.settings.cache, ...storage } },
});

const splitsOf = async (artifacts: Artifacts) => {
  const found: Record<string, Columns> = {};
  for (const split of SPLITS) found[split] = await readSplit(inputOf(artifacts), split);
  return found;
};
const rowsOf = ({ rows, columns, data }: Matrix) =>
  Array.from({ length: rows }, (_, i) => data.slice(i * columns, (i + 1) * columns).join());

const shards = await shardsOf(linear, 2);
const dataset = await cache(linear, shards);
const summary: DatasetSummary = await readSummary(inputOf(dataset));
const splits = await splitsOf(dataset);
const simulated = [...shards.values()].map(readTables);

Deno.test("cache: every sample is in exactly one split, with all of its columns, in order", () => {
  const all = simulated.flatMap(({ u }) => rowsOf(u));
  const found = SPLITS.flatMap((split) => rowsOf(splits[split].u));
  assertEquals(found.toSorted(), all.toSorted());
  assertEquals(new Set(found).size, found.length);
  for (const split of SPLITS) {
    const indices = rowsOf(splits[split].u).map((row) => all.indexOf(row));
    assertEquals(indices, indices.toSorted((a, b) => a - b));
    for (const name of summary.columns) {
      const whole = simulated.flatMap((columns) => rowsOf(columns[name]));
      assertEquals(rowsOf(splits[split][name]), indices.map((index) => whole[index]));
    }
    assertEquals(summary.counts[split], indices.length);
  }
  assertEquals(summary.rejected, 0);
});

Deno.test("cache: shares of the splits are near those that were asked for", () => {
  const { counts } = summary;
  const total = counts.train + counts.validation + counts.test;
  assertAlmostEquals(counts.test / total, 0.3, 0.1);
  assertAlmostEquals(counts.validation / total, 0.15, 0.08);
});

Deno.test("cache: a larger data set keeps every sample where it was", async () => {
  const larger = await splitsOf(await cache(linear, await shardsOf(linear, 3)));
  for (const split of SPLITS) {
    const before = splits[split].u;
    assert(larger[split].u.rows > before.rows);
    assertEquals(rowRange(larger[split].u, 0, before.rows).data, before.data);
  }
});

Deno.test("cache: normalisation is mean and standard deviation of the training split alone", () => {
  const normalisation = normalisationOf(summary);
  for (const name of ["u", "v"] as const) {
    const rows = splits.train[name];
    for (let j = 0; j < rows.columns; j++) {
      const values = column(rows, j);
      assertAlmostEquals(summary.normalisation[name].mean[j], mean(values), 1e-12);
      assertAlmostEquals(summary.normalisation[name].deviation[j], Math.sqrt(variance(values)), 1e-12);
      assertEquals(normalisation[name].data[j], Math.fround(summary.normalisation[name].mean[j]));
    }
    assertEquals([normalisation[name].rows, normalisation[name].columns], [2, rows.columns]);
  }
});

Deno.test("cache: a dimension that never varies has a deviation of 1", async () => {
  const flat = new Map([...shards].map(([name, bytes]) => {
    const columns = readTables(bytes.slice());
    for (let i = 0; i < columns.u.rows; i++) columns.u.data[4 * i + 2] = 7;
    return [name, writeTables(columns)];
  }));
  const { normalisation } = await readSummary(inputOf(await cache(linear, flat)));
  assertEquals([normalisation.u.mean[2], normalisation.u.deviation[2]], [7, 1]);
});

Deno.test("cache: zarrita reads each split in the shape of its events", async () => {
  const store = { get: (key: string) => Promise.resolve(dataset.get(key.slice(1))) };
  const root = await zarrita.open.v3(zarrita.root(store).resolve("dataset.zarr"), { kind: "group" });
  assertEquals(root.attrs as unknown, summary);
  for (const split of SPLITS) {
    for (const [name, shape] of Object.entries(linear.system.shapes(linear.settings.physics))) {
      const array = await zarrita.open.v3(root.resolve(`${split}/${name}`), { kind: "array" });
      const { data, shape: found } = await zarrita.get(array);
      assertEquals(found, [summary.counts[split], ...shape]);
      assertEquals(data as Float32Array, splits[split][name].data);
    }
  }
});

Deno.test("cache: trivial samples are left out and counted, and move no other between splits", async () => {
  const live = await shardsOf(turing, 3);
  const artifacts = await cache(turing, live);
  const { counts, rejected, columns } = await readSummary(inputOf(artifacts));
  const tables = [...live.values()].map(readTables);
  const accepted = tables.flatMap(({ accepted }) => Array.from(accepted.data));
  assertEquals(rejected, accepted.filter((value) => value === 0).length);
  assertEquals(counts.train + counts.validation + counts.test, accepted.length - rejected);
  assert(rejected > 0 && rejected < accepted.length, `${rejected} of ${accepted.length}`);
  assertEquals(columns, ["u", "v"]);
  // With every sample accepted, those that were before are in the same splits.
  const all = new Map([...live].map(([name, bytes]) => {
    const shard = readTables(bytes.slice());
    shard.accepted.data.fill(1);
    return [name, writeTables(shard)];
  }));
  const some = await splitsOf(artifacts), every = await splitsOf(await cache(turing, all));
  for (const split of SPLITS) {
    const wider = new Set(rowsOf(every[split].u));
    assert(rowsOf(some[split].u).every((row) => wider.has(row)));
  }
});

for (const dataType of ["float32", "float16"] as const) {
  for (const compression of ["none", "zstd"] as const) {
    Deno.test(`cache as ${dataType}, compression ${compression}: zarrita reads v as stored, readSplit as float32`, async () => {
      const artifacts = await cache(storedAs(linear, { dataType, compression }), shards);
      const store = { get: (key: string) => Promise.resolve(artifacts.get(key.slice(1))) };
      const root = zarrita.root(store).resolve("dataset.zarr");
      const found = await splitsOf(artifacts);
      for (const split of SPLITS) {
        const array = await zarrita.open.v3(root.resolve(`${split}/v`), { kind: "array" });
        assertEquals(array.dtype, dataType);
        const { data } = await zarrita.get(array);
        const expected = splits[split].v.data.map(dataType === "float16" ? Math.f16round : Number);
        assertEquals(new Float32Array(data as Float32Array), expected);
        assertEquals(found[split].v.data, expected);
        for (const name of ["u", "start"]) assertEquals(found[split][name].data, splits[split][name].data);
      }
    });
  }
}

Deno.test("cache as float16: normalisation is that of what is stored", async () => {
  const artifacts = await cache(storedAs(linear, { dataType: "float16" }), shards);
  const { normalisation } = await readSummary(inputOf(artifacts));
  const { v } = await readSplit(inputOf(artifacts), "train");
  for (let j = 0; j < v.columns; j++) {
    assertAlmostEquals(normalisation.v.mean[j], mean(column(v, j)), 1e-12);
  }
});

Deno.test("cache as float16: a value beyond its largest is refused with its sample, and the way out", async () => {
  const large = new Map([...shards].map(([name, bytes], i) => {
    const columns = readTables(bytes.slice());
    if (i === 1) columns.v.data[5 * columns.v.columns + 3] = 70000;
    return [name, writeTables(columns)];
  }));
  const sample = linear.settings.simulate.samples + 5;
  await assertRejects(
    () => cache(storedAs(linear, { dataType: "float16" }), large),
    RangeError,
    `Cannot store sample ${sample} as float16: its values must lie within ±65504, but its column v has 70000. ` +
      "Set cache.dataType to float32",
  );
});

Deno.test("cache: steps that the early exit saved are counted over all samples, the rejected too", async () => {
  const live = await shardsOf(turing, 2);
  const { steps } = await readSummary(inputOf(await cache(turing, live)));
  const taken = [...live.values()].flatMap((bytes) => Array.from(readTables(bytes).steps.data));
  const asked = turing.system.steps!(turing.settings.physics);
  assertEquals(steps, { computed: taken.reduce((a, b) => a + b), asked: asked * taken.length });
  assert(taken.some((count) => count < asked), "some settle before the end");
  assertEquals("steps" in summary, false, "the linear system counts none");
});

Deno.test("cache: a data set too small for its splits says which, how many there are, and the way out", async () => {
  const few = {
    ...linear,
    settings: { ...linear.settings, simulate: { ...linear.settings.simulate, samples: 2 } },
  };
  const one = await shardsOf(few, 1);
  const error = await assertRejects(() => cache(few, one), Error) as Error;
  assertStringIncludes(error.message, "each split needs a sample, but ");
  assertStringIncludes(
    error.message,
    "got none of 2 accepted (0 rejected). Raise simulate.samples or simulate.shards",
  );
});

Deno.test("cache: a data set without an accepted sample says so, and asks for no more of them", async () => {
  const settings = changed(turing.system, {
    "simulate.samples": 4,
    "physics.steps": 1500,
    "physics.box.F": [0.02, 0.021],
    "physics.box.k": [0.0655, 0.066],
  });
  const dead = { ...turing, settings };
  await assertRejects(
    async () => await cache(dead, await shardsOf(dead, 1)),
    Error,
    "but 0 of 4 were; the others were rejected as trivial. Change what is simulated, under physics",
  );
});

Deno.test("cache: the same shards give the same bytes", async () => {
  assertSameArtifacts(await cache(linear, shards), dataset);
});
