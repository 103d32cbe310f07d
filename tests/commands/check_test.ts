/** `check` as a user calls it, on a run of the smoke profile. */
import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { jsonLines, macronet, type Outcome, withFolder } from "./cli.ts";

const SYSTEMS = ["--system", "linear", "--system", "oscillator"];
const STORED = ["--profile", "smoke", "--artifacts", "store", "--lock", "lock.json"];

Deno.test("macronet check: holds a run against the lock, and locks what is meant", (test) =>
  withFolder(async (folder) => {
    const check = (...args: string[]) => macronet(["check", ...STORED, ...SYSTEMS, ...args], { folder });
    const read = () => Deno.readTextFile(`${folder}/lock.json`);
    /** Checks against a lock that was edited, and puts the lock back. */
    // deno-lint-ignore no-explicit-any
    const against = async (edit: (smoke: any, lock: any) => void, ...args: string[]): Promise<Outcome> => {
      const text = await read();
      const lock = JSON.parse(text);
      edit(lock.profiles.smoke, lock);
      await Deno.writeTextFile(`${folder}/lock.json`, JSON.stringify(lock));
      try {
        return await check(...args);
      } finally {
        await Deno.writeTextFile(`${folder}/lock.json`, text);
      }
    };

    await test.step("before there is a lock, or a run: says what makes them", async () => {
      const update = (args: string) => `deno task macronet check ${args} --lock lock.json --update writes it`;
      const args = "--system linear --system oscillator --profile smoke --artifacts store";
      assertEquals(await check(), {
        code: 1,
        out: "",
        err: "error: Cannot check: lock.json must hold profile smoke, but there is no such file; " +
          update(args) + "\n",
      });
      const early = await check("--update");
      assertEquals([early.code, early.out], [1, ""]);
      assertStringIncludes(
        early.err,
        "Cannot check: linear, oscillator must be in the store under these settings, but are not; " +
          `deno task macronet run repeats ${args} makes them\n`,
      );
      assertEquals([...Deno.readDirSync(folder)], []);
    });

    const made = await macronet(
      ["run", "repeats", "--profile", "smoke", "--artifacts", "store", ...SYSTEMS],
      { folder },
    );
    assertEquals(made.code, 0, made.err);

    await test.step("--update makes the lock; the same run passes in one line", async () => {
      const made = await check("--update");
      assertEquals([made.code, made.err], [0, ""]);
      assertMatch(
        made.out,
        /^Wrote lock\.json: \d+ metrics and 2 macrostates of profile smoke, all new\.\n$/,
      );
      const same = await check();
      assertEquals([same.code, same.err], [0, ""]);
      assertMatch(
        same.out,
        /^Nothing moved: (\d+) of \1 metrics and 2 of 2 macrostates are as in lock\.json \(profile smoke\), to the last bit\.\n$/,
      );
      const { profiles: { smoke } } = JSON.parse(await read());
      for (const system of ["linear", "oscillator"]) {
        const metrics = JSON.parse(
          await Deno.readTextFile(`${folder}/store/${system}/repeats/metrics.json`),
        );
        for (const [name, { value }] of Object.entries<{ value: number }>(metrics)) {
          assertEquals(smoke.metrics[`${system}.${name}`], value);
        }
      }
      assertEquals(smoke.macrostates.linear.u.length, 32);
      assertEquals(smoke.macrostates.linear.v[0].length, 2);
    });

    await test.step("a metric beyond its tolerance fails, with a table; within it passes, told as well", async () => {
      const moved = await against(({ metrics }) => {
        metrics["linear.trace_r2"] += 0.1;
        metrics["linear.rotation_r2"] += 0.001;
      });
      assertEquals([moved.code, moved.err], [1, ""]);
      assertMatch(moved.out, /^ +locked +now +difference +tolerance\n/);
      assertMatch(
        moved.out,
        /\nlinear\.trace_r2 +0\.\d+ +0\.\d+ +-0\.1 +0\.01\d* +moved\nlinear\.rotation_r2 .* -0\.001 .* within\n/,
      );
      assertMatch(
        moved.out,
        /\nFailed: 1 of \d+ metrics and 0 of 2 macrostates are not what lock\.json allows \(profile smoke\)\. If that is meant, deno task macronet check .* --update locks what is there now\.\n$/,
      );
      const within = await against(({ metrics }) => metrics["linear.trace_r2"] += 0.001);
      assertEquals(within.code, 0);
      assertMatch(
        within.out,
        /\nPassed: 1 of \d+ metrics and 0 of 2 macrostates moved, within the tolerance of /,
      );
      const wider = await against(({ metrics }, { tolerances }) => {
        metrics["linear.trace_r2"] += 0.1;
        tolerances.metrics["linear.trace_r2"] = { atol: 0.2, rtol: 0 };
      });
      assertEquals(wider.code, 0);
    });

    await test.step("a metric that is gone fails, one that is new does not; both are said", async () => {
      const { code, out } = await against(({ metrics }) => {
        metrics["linear.gone"] = 1;
        delete metrics["linear.trace_r2"];
      });
      assertEquals(code, 1);
      assertMatch(out, /\nlinear\.gone +1 +missing\n/);
      assertMatch(out, /\nlinear\.trace_r2 +0\.\d+ +new\n/);
      assertMatch(out, /Not locked yet: 1 of \d+ metrics and 0 of 2 macrostates; /);
      assertEquals((await against(({ metrics }) => delete metrics["linear.trace_r2"])).code, 0);
    });

    await test.step("macrostates are compared up to order and signs, and up to nothing else", async () => {
      // deno-lint-ignore no-explicit-any
      const mapped = (change: (row: number[]) => number[]) => ({ macrostates: { linear } }: any) => {
        linear.u = linear.u.map(change);
        linear.v = linear.v.map(change);
      };
      const permuted = await against(mapped(([x, y]) => [-y, x]));
      assertEquals(permuted.code, 0);
      assertMatch(permuted.out, /^Nothing moved: /);
      const rotated = await against(mapped(([x, y]) => [0.6 * x - 0.8 * y, 0.8 * x + 0.6 * y]));
      assertEquals(rotated.code, 1);
      assertMatch(rotated.out, /\nlinear\.α1 +α1 +−?α[12] .* moved +correlation 0\.\d+, R² 1\n/);
      const perturbed = await against(({ macrostates: { oscillator } }) => oscillator.v[31][0] += 0.1);
      assertEquals(perturbed.code, 1);
      assertMatch(
        perturbed.out,
        /\noscillator\.α1 +α1 +α1 +0\.1 +0\.05 +moved +correlation 0\.\d+, R² 0\.\d+\n/,
      );
      const others = await against(({ macrostates: { linear } }) =>
        linear.probes = `sha256:${"0".repeat(64)}`
      );
      assertEquals(others.code, 1);
      assertMatch(others.out, /\nlinear\.α .* incomparable +it must be of the locked probes/);
    });

    await test.step("--json: a line a finding, and all metrics at last", async () => {
      const { code, out } = await against(({ metrics }) => metrics["linear.trace_r2"] += 0.1, "--json");
      assertEquals(code, 1);
      const lines = jsonLines(out);
      const found = lines.find(({ name }) => name === "linear.trace_r2");
      assertEquals([found.type, found.verdict], ["metric", "moved"]);
      assertAlmostEquals(found.difference, -0.1, 1e-9);
      const alpha = lines.filter(({ type }) => type === "macrostate");
      assertEquals(alpha.map(({ name, verdict }) => [name, verdict]), [
        ["linear.α1", "same"],
        ["linear.α2", "same"],
        ["oscillator.α1", "same"],
      ]);
      const { type, ok, exitCode, profile, updated, checked, metrics } = lines.at(-1);
      assertEquals([type, ok, exitCode, profile, updated], ["summary", false, 1, "smoke", false]);
      assertEquals([checked.metrics.failed, checked.macrostates], [1, {
        total: 2,
        same: 2,
        within: 0,
        new: 0,
        failed: 0,
      }]);
      assertEquals(metrics["linear.trace_r2"], found.found);
    });

    await test.step("--format github: annotations, and a summary of the job after what is there", async () => {
      await Deno.writeTextFile(`${folder}/summary.md`, "before\n");
      const env = { GITHUB_STEP_SUMMARY: `${folder}/summary.md` };
      const args = ["check", ...STORED, "--system", "linear", "--format", "github"];
      const passed = await macronet(args, { folder, env });
      assertEquals([passed.code, passed.err], [0, ""]);
      assertMatch(passed.out, /^::notice title=check::Nothing moved: [^\n]+\n$/);
      const summary = await Deno.readTextFile(`${folder}/summary.md`);
      assertMatch(summary, /^before\n### Metrics and macrostates: passed\n\nNothing moved: /);
      const failed = await against(({ metrics }) => metrics["linear.trace_r2"] += 0.1, "--format", "github");
      assertEquals(failed.code, 1);
      assertMatch(
        failed.out,
        /^::error file=lock\.json,title=linear\.trace_r2 moved::linear\.trace_r2 is 0\.\d+, locked as /,
      );
      const elsewhere = await macronet(args, { folder, env: { GITHUB_STEP_SUMMARY: "/nowhere/summary.md" } });
      assertEquals([elsewhere.code, elsewhere.out], [0, passed.out]);
      assertMatch(
        elsewhere.err,
        /^No job summary: [^\n]*; to allow it, call deno run -P=run --allow-write=\/nowhere\/summary\.md main\.ts check\n$/,
      );
    });

    await test.step("--format junit: XML on standard output", async () => {
      const { code, out } = await against(
        ({ metrics }) => metrics["linear.trace_r2"] += 0.1,
        "--format",
        "junit",
      );
      assertEquals(code, 1);
      assertMatch(
        out,
        /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="check" tests="\d+" failures="1" errors="0">\n/,
      );
      assertMatch(out, /name="linear\.trace_r2">\n +<failure type="moved" message="linear\.trace_r2 is /);
    });

    await test.step("--update says what changed, keeps tolerances and the systems that are not chosen", async () => {
      const before = await read();
      const lock = JSON.parse(before);
      lock.profiles.smoke.metrics["linear.trace_r2"] += 0.1;
      lock.profiles.smoke.metrics["oscillator.macro_variance"] += 0.1;
      lock.tolerances.metrics["linear.trace_r2"] = { atol: 0.3, rtol: 0 };
      await Deno.writeTextFile(`${folder}/lock.json`, JSON.stringify(lock));
      const { code, out } = await macronet(["check", ...STORED, "--system", "linear", "--update"], {
        folder,
      });
      assertEquals(code, 0);
      assertMatch(
        out,
        /\nlinear\.trace_r2 .* -0\.1 +0\.3 +within\n\nWrote lock\.json: \d+ metrics and 1 macrostate of profile smoke, 1 changed\.\n$/,
      );
      const after = JSON.parse(await read());
      const { trace, variance } = { trace: "linear.trace_r2", variance: "oscillator.macro_variance" };
      assertEquals(after.profiles.smoke.metrics[trace], JSON.parse(before).profiles.smoke.metrics[trace]);
      assertEquals(after.profiles.smoke.metrics[variance], lock.profiles.smoke.metrics[variance]);
      assertEquals(after.tolerances, lock.tolerances);
      const all = await check("--update", "--json");
      assertEquals([all.code, jsonLines(all.out).at(-1).updated], [0, true]);
      delete after.tolerances.metrics["linear.trace_r2"];
      assertEquals(JSON.parse(await read()).profiles, JSON.parse(before).profiles);
    });

    await test.step("other settings are compared, and never locked", async () => {
      const seed = ["--set", "linear.train.seed=2"];
      await macronet(["run", "repeats", "--profile", "smoke", "--artifacts", "store", ...SYSTEMS, ...seed], {
        folder,
      });
      const other = await check(...seed);
      assertEquals(other.code, 1);
      assertMatch(other.out, /\nlinear\.α1 .* moved /);
      assert(!other.out.includes("oscillator"), "the other system is as it was");
      assert(!other.out.includes("--update"), "what cannot be locked is not proposed");
      const before = await read();
      const refused = await check(...seed, "--update");
      assertEquals([refused.code, refused.out], [2, ""]);
      assertMatch(
        refused.err,
        /^error: Cannot update the lock: it must hold results of default settings, but /,
      );
      assertEquals(await read(), before);
    });

    await test.step("a lock that is none is an error, and stays as it is", async () => {
      await Deno.writeTextFile(`${folder}/lock.json`, "<<<<<<< HEAD\n{}");
      for (const args of [[], ["--update"]]) {
        const { code, out, err } = await check(...args);
        assertEquals([code, out], [1, ""]);
        assertMatch(err, /^error: Cannot read [^\n]*lock\.json: it must be JSON, but [^\n]*; [^\n]*\n$/);
      }
      assertEquals(await read(), "<<<<<<< HEAD\n{}");
    });
  }));
