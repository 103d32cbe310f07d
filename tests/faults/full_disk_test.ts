/**
 * The disk is full at some moment of a run: the command line says so in one line, what is stored stays whole, and
 * the same command goes on once there is room. `FAULT_DISKS=20` tries more moments.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { graph } from "../../pipeline/mod.ts";
import { jsonLines, macronet, type Outcome } from "../commands/cli.ts";
import { only, outputs, run, toy, withFolder } from "../pipeline/toy/mod.ts";
import { type Amount, ROOMY, withoutDisks as ignore, withSmallDisk } from "./small_disk.ts";
import { assertIntact, files } from "./store_state.ts";

const DISKS = Number(Deno.env.get("FAULT_DISKS") ?? 4);

/** Two shards, their data set, and a training that saves its state every ten steps. Of another seed: not locked. */
const RUN = [
  ["run", "linear/train", "--profile", "smoke", "--workers", "2", "--artifacts", "store"],
  ["simulate.seed=2", "train.steps=40", "train.checkpointEvery=10"].flatMap((
    set,
  ) => ["--set", `linear.${set}`]),
].flat();
const UNITS = ["linear/cache null", "linear/simulate 0", "linear/simulate 1", "linear/train null"];

const unitsOf = ({ out }: Outcome): string[] =>
  jsonLines(out).filter(({ type }) => type === "unit-start").map(({ stage, shard }) => `${stage} ${shard}`)
    .sort();

const outputsOf = ({ out }: Outcome): Record<string, string> =>
  Object.fromEntries(
    jsonLines(out).filter(({ type }) => type === "stage-done").map(({ stage, output }) => [stage, output]),
  );

/** Fails unless one line told what could not be stored, why, and the way out. Returns what could not. */
function assertSaidOnce({ code, out, err }: Outcome, store: string): string {
  const news = /^linear\/\w+(: (\d+ units? to run|reused \d|done in)| \d+\/\d+, )/;
  const said = err.trimEnd().split("\n").filter((line) => !news.test(line));
  assertEquals(said.length, 1, err);
  assertMatch(
    said[0],
    /^Cannot store .+: .+ must be writable and have room, but No space left on device \(os error 28\)\. Make room there, or choose another --artifacts folder$/,
  );
  const [, what, where] = /^Cannot store (.+?): (\S+) /.exec(said[0])!;
  assertEquals(where, store);
  assertMatch(
    out,
    /^Ran \d units?, reused \d, in .*\nFailed: linear\/\w+\. What is finished is kept; the same command tries the rest again\.\n$/,
  );
  assertEquals(code, 1);
  return what;
}

Deno.test({
  name: "a full disk: said in one line, the store whole, and the same command goes on when there is room",
  ignore,
  async fn(t) {
    let needed: Amount = ROOMY;
    let whole: Record<string, string> = {};
    await withSmallDisk(ROOMY, async ({ folder, used }) => {
      whole = outputsOf(await macronet([...RUN, "--json"], { folder }));
      assertEquals(assertIntact(`${folder}/store`), UNITS);
      needed = await used();
    });
    const shares = Array.from({ length: DISKS }, (_, i) => 0.05 + 0.92 * i / (DISKS - 1));
    const limits = shares.map((share, i): Partial<Amount> =>
      i % 2 === 0
        ? { kilobytes: Math.floor(share * needed.kilobytes) }
        : { files: Math.floor(share * needed.files) }
    );
    const unstored: string[] = [];
    for (const limit of limits) {
      await t.step(
        `room for ${Object.entries(limit).join().replace(",", ": ")}`,
        () =>
          withSmallDisk(limit, async ({ folder, grow }) => {
            const store = `${folder}/store`;
            unstored.push(assertSaidOnce(await macronet(RUN, { folder }), store));
            const kept = assertIntact(store);
            await grow();
            const roomy = await macronet([...RUN, "--json"], { folder });
            assertEquals(roomy.code, 0, roomy.out);
            assertEquals(unitsOf(roomy), UNITS.filter((unit) => !kept.includes(unit)));
            assertEquals(outputsOf(roomy), whole);
            assertEquals(assertIntact(store), UNITS);
          }),
      );
    }
    for (const stage of ["simulate", "cache", "train"]) {
      assert(unstored.some((what) => what.startsWith(`linear/${stage}`)), `${stage} is not in ${unstored}`);
    }
  },
});

Deno.test({
  name: "a full disk: no room for a file at all is refused in one line",
  ignore,
  fn: () =>
    withSmallDisk({ files: 2 }, async ({ folder }) => {
      const { code, out, err } = await macronet(RUN, { folder });
      assertMatch(
        err,
        /^error: Cannot use the store [^\n]+: it must be writable and have room, but No space left on device \(os error 28\); choose another --artifacts folder, or only look at this one\n$/,
      );
      assertEquals([code, out], [1, ""]);
      assertEquals(assertIntact(`${folder}/store`), []);
    }),
});

Deno.test({
  name: "a full disk: an export names the file that has no room, and leaves those that are whole",
  ignore,
  fn: () =>
    withSmallDisk({ kilobytes: 4096 }, async ({ folder, used }) => {
      const stage = ["linear/cache", "--profile", "smoke", "--artifacts", "store"];
      await macronet(["run", ...stage], { folder });
      const { kilobytes } = await used();
      await Deno.writeFile(`${folder}/filler`, new Uint8Array((4096 - kilobytes - 64) << 10));
      const { code, out, err } = await macronet(["export", ...stage, "--to", "out"], { folder });
      assertEquals(
        err,
        `error: Cannot store ${folder}/out/train/v.npy: No space left on device (os error 28). ` +
          "Make room there, or choose another --to folder\n",
      );
      assertMatch(out, /^out\/train\/u\.npy .*\n$/);
      assertEquals(code, 1);
      assertEquals([...files(`${folder}/out`)], [`${folder}/out/train/u.npy`]);
    }),
});

Deno.test({
  name: "a full disk: two processes that share it both say so, harm nothing, and go on together",
  ignore,
  fn: () =>
    withSmallDisk({ kilobytes: 300 }, async ({ folder, grow }) => {
      const store = `${folder}/store`;
      const both = (args: string[]) => Promise.all([macronet(args, { folder }), macronet(args, { folder })]);
      for (const outcome of await both(RUN)) assertSaidOnce(outcome, store);
      const kept = assertIntact(store);
      await grow();
      const roomy = await both([...RUN, "--json"]);
      assertEquals(roomy.flatMap(unitsOf).sort(), UNITS.filter((unit) => !kept.includes(unit)));
      assertEquals(outputsOf(roomy[0]), outputsOf(roomy[1]));
      assertEquals(assertIntact(store), UNITS);
    }),
});

Deno.test({
  name: "a full disk: what else runs is ended at once, and goes on from its checkpoint",
  ignore,
  fn: () =>
    withFolder((elsewhere) =>
      withSmallDisk({ kilobytes: 96 }, async ({ folder: artifacts, grow }) => {
        const walks = graph([
          { id: "short", module: toy("walk"), params: { steps: 40, pause: 20 } }, // so that "long" has begun, on any machine
          { id: "big", module: toy("big"), params: { bytes: 200_000 }, inputs: { after: "short" } },
          { id: "long", module: toy("walk"), params: { steps: 100, pause: 20 } },
        ]);
        const full = await run(walks, { artifacts });
        assertEquals(full.failures.map(({ stage }) => stage), ["big"]);
        assertEquals(full.stages.map(({ state }) => state), ["done", "failed", "skipped"]);
        await grow();
        const roomy = await run(walks, { artifacts });
        assert(only(roomy.events, "progress").find(({ stage }) => stage === "long")!.done > 1);
        assertEquals(outputs(roomy), outputs(await run(walks, { artifacts: `${elsewhere}/whole` })));
        assertEquals(assertIntact(artifacts), ["big null", "long null", "short null"]);
      })
    ),
});
