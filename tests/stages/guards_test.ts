/** What is too poor to go on with, each driven through its stage: it fails with the figure and the way out. */
import { assertRejects, assertStringIncludes } from "@std/assert";
import { matrix } from "../../macronet/matrix.ts";
import { SAMPLES } from "../../stages/sample.ts";
import { readTables, writeTables } from "../../stages/tables.ts";
import type { Settings } from "../../systems/system.ts";
import { type Artifacts, together } from "./in_memory.ts";
import { type Pipeline, runPipeline, runStage, simulate, TINY, type Tiny } from "./tiny.ts";

/** A system with some parts of its settings replaced. */
function withSettings({ system, settings }: Tiny, parts: Partial<Settings>): Tiny {
  return { system, settings: { ...settings, ...parts } };
}

async function assertFails(stage: ReturnType<typeof runStage>, ...parts: readonly string[]): Promise<void> {
  const { message } = await assertRejects(() => stage, Error) as Error;
  for (const part of parts) assertStringIncludes(message, part);
}

const { settings } = TINY.linear;
const linear: Pipeline = await runPipeline(TINY.linear);

Deno.test("cache: a data set most of which is trivial fails with its share", async () => {
  const shards = together(await simulate(TINY.turing, 0));
  const nearlyDead = new Map([...shards].map(([name, bytes]) => {
    const columns = readTables(bytes.slice());
    columns.accepted.data.fill(0).fill(1, 0, 1);
    return [name, writeTables(columns)];
  }));
  await assertFails(
    runStage("cache", TINY.turing, { simulate: nearlyDead }),
    "Cannot build a data set: of every 100 samples, 5 at least must be accepted, but 1 of 40 was",
    "Change what is simulated, under physics",
  );
});

Deno.test("train: fewer samples than a batch fail with both numbers", async () => {
  const greedy = withSettings(TINY.linear, { train: { ...settings.train, batch: 4096 } });
  await assertFails(
    runStage("train", greedy, { cache: linear.cache }),
    "Cannot train: there must be as many training samples as a batch has rows, 4096, but there are ",
    "Raise simulate.shards or simulate.samples, or lower train.batch",
  );
});

Deno.test("train: a loss that diverges, and stays finite, fails with where it was and where it ended", async () => {
  const hasty = withSettings(TINY.linear, {
    train: { ...settings.train, learningRate: 1, warmup: 0, clipNorm: 1e3, steps: 12 },
  });
  await assertFails(
    runStage("train", hasty, { cache: linear.cache }),
    "Cannot store a training: its loss on held-out pairs, ",
    ": it diverged. Lower train.learningRate or train.clipNorm",
  );
});

Deno.test("evaluate: too few held-out pairs fail with their number", async () => {
  const { train, sample } = linear;
  const stingy = withSettings(TINY.linear, { cache: { ...settings.cache, testShare: 0.01 } });
  const cache = (await runStage("cache", stingy, { simulate: linear.simulate })).artifacts;
  await assertFails(
    runStage("evaluate", TINY.linear, { cache, train, sample }),
    "Cannot evaluate: there must be at least 8 held-out pairs, but there are ",
    "Raise simulate.shards, simulate.samples or cache.testShare",
  );
});

Deno.test("evaluate: a macrostate that collapsed fails with its variance, and no metrics are stored", async () => {
  const { cache, train, sample } = linear;
  await assertFails(
    runStage("evaluate", TINY.linear, { cache: allAlike(cache), train, sample }),
    "Cannot store metrics: a macro dimension must have a variance of at least 0.001 on average, but that of α_v " +
      "is 0: it collapsed. Raise train.gamma",
  );
});

/** The data set in whose test split each v is the same. */
function allAlike(dataset: Artifacts): Artifacts {
  return new Map([...dataset].map(([name, bytes]) => {
    if (!name.startsWith("dataset.zarr/test/v/c/")) return [name, bytes];
    const values = new Float32Array(bytes.slice().buffer);
    const { steps } = settings.physics as { steps: number };
    return [name, new Uint8Array(values.map((_, i) => values[i % (2 * steps)]).buffer)];
  }));
}

Deno.test("evaluate: designs most of which grow into nothing fail with their number", async () => {
  const { cache, train, sample } = linear;
  const tables = readTables(sample.get(SAMPLES)!);
  const { rows } = tables["design.u"];
  const accepted = (alive: number) =>
    matrix(Float32Array.from({ length: rows }, (_, i) => i < alive ? 1 : 0), 1);
  const evaluate = (alive: number) => {
    const spoilt = new Map([[SAMPLES, writeTables({ ...tables, "design.grown.accepted": accepted(alive) })]]);
    return runStage("evaluate", TINY.linear, { cache, train, sample: spoilt });
  };
  await assertFails(
    evaluate(5),
    `half of the designs at least must grow into what the data set would accept, but 5 of ${rows} do: the ` +
      "posterior is mostly dead. Raise train.steps",
  );
  await evaluate(rows / 2);
});
