/**
 * A box and a time step that pass every limit known beforehand, and a reaction that overshoots all the same: the
 * sample is named with its u, nothing of its shard is stored, and the other shards are.
 */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { NonFiniteFieldError } from "../../kernels/gray_scott/mod.ts";
import { matrix, rowRange } from "../../macronet/matrix.ts";
import { system } from "../../systems/turing.ts";
import { macronet, withFolder } from "../commands/cli.ts";
import { changed } from "../systems/refusals.ts";
import { assertIntact, files } from "./store_state.ts";

const settings = {
  "physics.size": 16,
  "physics.steps": 200,
  "physics.timeStep": 3.6,
  "physics.box.Da": [0.02, 0.025],
  "physics.box.F": [0.01, 0.012],
  "physics.box.k": [0.008, 0.01],
};
const { physics, simulate } = changed(system, settings);

const set = Object.entries(settings).flatMap((
  [key, value],
) => ["--set", `turing.${key}=${JSON.stringify(value)}`]);
const RUN = ["run", "turing/cache", "--profile", "smoke", "--artifacts", "store", ...set];

Deno.test("a simulation that overflows names its sample, its u and the way out, and stores nothing of its shard", () =>
  withFolder(async (folder) => {
    const { code, out, err } = await macronet(RUN, { folder });
    assertEquals(code, 1);
    const said = err.trimEnd().split("\n").filter((line) => line.startsWith("Cannot"));
    assertMatch(out, /\nFailed: turing\/simulate\. What is finished is kept; .*\n$/);
    const kept = assertIntact(`${folder}/store`);
    assertEquals(said.length + kept.length, simulate.shards, err);
    assert(said.length > 0);
    for (const line of said) {
      const [, shard, sample, u] =
        /^Cannot run turing\/simulate, shard (\d), with \{.*\}: Cannot simulate sample (\d+), u = \[(.*?)\]: /
          .exec(line)!;
      assertMatch(
        line,
        /: the fields must stay finite, but they overflowed within 200 steps of 3\.6 at Da = .*\. Lower physics\.timeStep: the limit of 3\.\d+ there .*; or narrow physics\.box$/,
      );
      assertEquals(Math.floor(Number(sample) / simulate.samples), Number(shard));
      assert(!kept.includes(`turing/simulate ${shard}`));
      assertFirst(Number(sample), u.split(", ").map(Number));
    }
    // Objects are what records speak of, and nothing is published of a stage that is not whole.
    assertEquals([...Deno.readDirSync(`${folder}/store`)].some(({ name }) => name === "turing"), false);
    const objects = [...files(`${folder}/store/objects`)];
    assertEquals(objects.length, kept.length);
  }));

/** Fails unless the sample has this u and overflows, and those before it in its shard do not. */
function assertFirst(sample: number, u: number[]): void {
  const from = sample - sample % simulate.samples;
  const randomness = { seed: simulate.seed, purpose: "simulate", from };
  const drawn = system.prior(physics, sample - from + 1, randomness);
  assertEquals(rowRange(drawn, sample - from, sample - from + 1).data, Float32Array.from(u));
  if (sample > from) system.grow(physics, rowRange(drawn, 0, sample - from), randomness);
  const alone = matrix(Float32Array.from(u), u.length);
  assertThrows(() => system.grow(physics, alone, { ...randomness, from: sample }), NonFiniteFieldError);
}
