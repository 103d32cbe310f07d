/**
 * The main job at toy size, driven as a user would: simulated, learned, sampled, evaluated and drawn, with the
 * digests of `reproduce.lock.json`; again in no time; and stopped on the way.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { decodePng } from "../stages/formats/png.ts";
import { interrupted, jsonLines, macronet, start, withFolder } from "./commands/cli.ts";

const SMOKE = ["run", "--profile", "smoke", "--artifacts"];

Deno.test("the smoke profile runs from end to end", async (t) => {
  await withFolder(async (folder) => {
    const outputs = new Map<string, string>();

    await t.step("gives the locked digests, all figures and all metrics", async () => {
      const { code, out, err } = await macronet([...SMOKE, "store", "--json"], { folder });
      assertEquals(err, "");
      const lines = jsonLines(out);
      const summary = lines.at(-1);
      assertEquals(summary.type, "summary");
      assertEquals(summary.lock.differences, []);
      assertEquals([code, summary.exitCode, summary.ok], [0, 0, true]);
      assert(
        summary.lock.isLocked && summary.lock.identical === summary.lock.total && summary.lock.total > 50,
      );
      for (const event of lines) if (event.type === "stage-done") outputs.set(event.stage, event.output);

      const report = `${folder}/store/report`;
      const metrics = JSON.parse(await Deno.readTextFile(`${report}/metrics.json`));
      for (const system of ["linear", "oscillator", "turing"]) {
        for (const metric of COMMON_METRICS) assert(Number.isFinite(metrics[`${system}.${metric}`]), metric);
      }
      const page = await Deno.readTextFile(`${report}/index.html`);
      const pictures = [...page.matchAll(/<img src="([^"]+)"/g)].map(([, source]) => source);
      assert(pictures.length >= 10, `${pictures.length} pictures`);
      for (const picture of pictures) {
        const { width, height } = decodePng(await Deno.readFile(`${report}/${picture}`));
        assert(width > 100 && height > 100, picture);
        assertMatch(await Deno.readTextFile(`${report}/${picture.replace(/png$/, "svg")}`), /^<svg/);
      }
      assertMatch(await Deno.readTextFile(`${report}/run.js`), /^window\.macronetRun = \{/);
    });

    await t.step("executes nothing the second time, and says so", async () => {
      const { code, out } = await macronet([...SMOKE, "store"], { folder });
      assertEquals(code, 0);
      assertMatch(out, /\nRan 0 units, reused \d+, in /);
      assertMatch(out, /\nReport: store\/report\/index\.html\n/);
      assertMatch(out, /\n(\d+) of \1 artifacts identical to reproduce\.lock\.json \(profile smoke\)\.\n$/);
      const status = await macronet(["status", ...SMOKE.slice(1), "store"], { folder });
      assertMatch(status.out, /\n(\d+) of \1 stages done; nothing to run\.\n$/);
    });

    await t.step("compares what a changed setting does not touch", async () => {
      const changed = ["linear/evaluate", "--set", "linear.evaluate.resamples=25"];
      const { code, out } = await macronet([...SMOKE, "store", ...changed], { folder });
      assertEquals(code, 0);
      assertMatch(
        out,
        /\n(\d+) of \1 artifacts identical .*\nNot compared, as settings or inputs changed: linear\/evaluate\.\n$/,
      );
    });

    await t.step("makes an edited object again, and says so", async () => {
      const object = await Deno.realPath(`${folder}/store/linear/cache/dataset.zarr/zarr.json`);
      await Deno.chmod(object, 0o644);
      await Deno.writeTextFile(object, "{}");
      const { code, out, err } = await macronet([...SMOKE, "store", "linear"], { folder });
      assertMatch(err, /linear\/cache: dataset\.zarr\/zarr\.json is broken/);
      assertMatch(out, /^Ran 1 unit, reused \d+, in .*\n(\d+) of \1 artifacts identical/);
      assertEquals(code, 0);
    });

    await t.step("says which stage failed and why, in one line, and keeps what was made before", async () => {
      const tiny = ["linear/train", "--set", "linear.simulate.samples=1"];
      const { code, out, err } = await macronet([...SMOKE, "store", ...tiny], { folder });
      assertEquals(code, 1);
      assertMatch(
        err,
        /\nCannot run linear\/cache with \{.*\}: Cannot build a data set: .*Raise simulate\.samples.*\n$/,
      );
      assertMatch(out, /^Ran 2 units, reused 0, .*\nFailed: linear\/cache\. What is finished is kept/);
      const again = await macronet([...SMOKE, "store", ...tiny], { folder });
      assertEquals(again.code, 1);
      assertMatch(again.out, /^Ran 0 units, reused 2, /);
    });

    await t.step(
      "stops on Ctrl-C, and the same command goes on to the same digests with one worker",
      async () => {
        const args = [...SMOKE, "other", "--workers", "1", "--json", "linear/train"];
        const { code, out } = await interrupted(
          start(args, { folder }),
          /"type":"progress","stage":"linear\/train"/,
        );
        assertEquals(code, 130);
        assertEquals(jsonLines(out).at(-1).aborted, true);

        const { code: again, out: rest } = await macronet(args, { folder });
        assertEquals(again, 0);
        const lines = jsonLines(rest);
        const done = lines.filter(({ type }) => type === "stage-done");
        assertEquals(done.map(({ stage }) => stage), ["linear/simulate", "linear/cache", "linear/train"]);
        for (const { stage, output } of done) assertEquals(output, outputs.get(stage));
        assertEquals(lines.filter(({ type }) => type === "unit-start").map(({ stage }) => stage), [
          "linear/train",
        ]);
      },
    );
  });
});

const COMMON_METRICS = [
  "mutual_information_nats",
  "macro_variance",
  "round_trip_error_max",
  "nonfinite_share",
  "macro_error_normalised",
];
