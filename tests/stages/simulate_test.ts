import { assert, assertEquals, assertRejects } from "@std/assert";
import { rowRange } from "../../macronet/matrix.ts";
import { run, simulateParams } from "../../stages/simulate.ts";
import { readTables } from "../../stages/tables.ts";
import type { System } from "../../systems/system.ts";
import { assertSameArtifacts, runUnit } from "./in_memory.ts";
import { simulate, TINY, type Tiny } from "./tiny.ts";

for (const [name, tiny] of Object.entries(TINY)) {
  Deno.test(`simulate, ${name}: a shard is one file with the columns of the system`, async () => {
    const { artifacts, progress } = await simulate(tiny, 1);
    assertEquals([...artifacts.keys()], ["shard-00001.safetensors"]);
    const columns = readTables(artifacts.get("shard-00001.safetensors")!);
    const { samples } = tiny.settings.simulate;
    for (const [column, shape] of Object.entries(tiny.system.shapes(tiny.settings.physics))) {
      assertEquals(columns[column].rows, samples);
      assertEquals(columns[column].columns, shape.reduce((product, side) => product * side));
    }
    assertEquals(progress.at(-1), [samples, samples]);
  });
}

const { linear } = TINY;
const params = simulateParams(linear.settings);

const withParams = async (changes: object, shard: number) => {
  const { artifacts } = await runUnit(run, {
    params: { ...params, ...changes },
    shard,
    uses: { system: linear },
  });
  return readTables([...artifacts.values()][0]);
};

Deno.test("simulate: does not know how many shards there are, so more of them move none", () => {
  assert(!JSON.stringify(params).includes("shards"));
  const more = { ...linear.settings, simulate: { ...linear.settings.simulate, shards: 999 } };
  assertEquals(simulateParams(more), params);
});

Deno.test("simulate: the same shard has the same bytes, each shard its own", async () => {
  const [first, again, other] = [
    await simulate(linear, 0),
    await simulate(linear, 0),
    await simulate(linear, 1),
  ];
  assertSameArtifacts(first.artifacts, again.artifacts);
  const u = ({ artifacts }: typeof first) => readTables([...artifacts.values()][0]).u.data;
  assert(!u(first).some((value) => u(other).includes(value)), "no value twice");
});

Deno.test("simulate: shards of half the size are the halves of one, whatever the rows drawn at once", async () => {
  const whole = await withParams({ samples: 50 }, 0);
  for (const shard of [0, 1]) {
    const half = await withParams({ samples: 25 }, shard);
    for (const name in half) {
      assertEquals(half[name].data, rowRange(whole[name], 25 * shard, 25 * shard + 25).data);
    }
  }
});

Deno.test("simulate: another seed is another sample", async () => {
  assert((await withParams({ seed: 2 }, 0)).u.data[0] !== (await withParams({}, 0)).u.data[0]);
});

Deno.test("simulate: what is not finite is refused with the sample, its u and the column", async () => {
  const breaking: System = {
    ...linear.system,
    grow(physics, u, randomness) {
      const columns = linear.system.grow(physics, u, randomness);
      const at = 37 - randomness.from;
      if (at >= 0 && at < u.rows) columns.v.data[at * columns.v.columns + 3] = Infinity;
      return columns;
    },
  };
  const broken: Tiny = { ...linear, system: breaking };
  const { u } = await withParams({}, 0);
  const error = await assertRejects(() => simulate(broken, 0), Error);
  assertEquals(
    (error as Error).message,
    "Cannot store a simulation: every value must be finite, but sample 37, " +
      `u = [${rowRange(u, 37, 38).data.join(", ")}], has Infinity in its column v`,
  );
});

Deno.test("simulate: what a system throws is told with the sample and its u, whatever the rows grown at once", async () => {
  const throwing: System = {
    ...linear.system,
    grow(physics, u, randomness) {
      if (randomness.from <= 37 && 37 < randomness.from + u.rows) throw new Error("it burst");
      return linear.system.grow(physics, u, randomness);
    },
  };
  const { u } = await withParams({}, 0);
  const error = await assertRejects(() => simulate({ ...linear, system: throwing }, 0), Error);
  assertEquals(
    (error as Error).message,
    `Cannot simulate sample 37, u = [${rowRange(u, 37, 38).data.join(", ")}]: it burst`,
  );
});
