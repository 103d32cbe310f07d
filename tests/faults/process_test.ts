import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { only, outputs, run, withFolder } from "../pipeline/toy/mod.ts";
import { assertIntact, files } from "./store_state.ts";
import { walks } from "./toy_process.ts";

/** Kills in one test run; more by the environment, for the long version. */
const KILLS = Number(Deno.env.get("FAULT_KILLS") ?? 12);

const start = (artifacts: string) =>
  new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", fileURLToPath(new URL("./toy_process.ts", import.meta.url)), artifacts],
    stdout: "piped",
    stderr: "piped",
  }).spawn();

async function finished(
  child: Deno.ChildProcess,
): Promise<{ executed: string[]; outputs: unknown; ok: boolean }> {
  const { stdout, stderr } = await child.output();
  const line = new TextDecoder().decode(stdout);
  assert.ok(line !== "", new TextDecoder().decode(stderr));
  return JSON.parse(line);
}

const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** Nothing is left of a run but what it made. */
function assertTidy(artifacts: string): void {
  assertIntact(artifacts);
  assert.deepEqual([...files(`${artifacts}/scratch`)], []);
}

Deno.test(`killed at ${KILLS} moments, a run goes on each time and ends in the same bytes`, () =>
  withFolder(async (folder) => {
    const whole = await run(walks, { artifacts: `${folder}/whole` });
    const artifacts = `${folder}/killed`;
    // A linear congruential generator: moments that look random, and are the same in every test run.
    let seed = 1;
    for (let kill = 0; kill < KILLS; kill++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const child = start(artifacts);
      await sleep(120 + seed % 350);
      try {
        child.kill("SIGKILL");
      } catch {
        // It was through already.
      }
      await child.output();
      // Nothing is left to kill: begin anew.
      if (count(`${artifacts}/records`) >= 8) await Deno.remove(artifacts, { recursive: true });
    }
    const last = await finished(start(artifacts));
    assert.ok(last.ok);
    assert.deepEqual(last.outputs, outputs(whole));
    assertTidy(artifacts);
    assert.deepEqual((await finished(start(artifacts))).executed, []);
  }));

Deno.test("three processes on one store share the work and do none of it twice", () =>
  withFolder(async (folder) => {
    const whole = await run(walks, { artifacts: `${folder}/whole` });
    const children = [1, 2, 3].map(() => start(`${folder}/shared`));
    const results = await Promise.all(children.map(finished));
    const executed = results.flatMap((result) => result.executed).sort();
    assert.deepEqual(executed, [...new Set(executed)], "nothing twice");
    assert.equal(executed.length, 8);
    for (const result of results) assert.deepEqual(result.outputs, outputs(whole));
    assertTidy(`${folder}/shared`);
  }));

Deno.test("when a process dies with its locks, another goes on within a second", () =>
  withFolder(async (artifacts) => {
    const dying = start(artifacts);
    while (count(`${artifacts}/locks`) < 2) await sleep(5);
    const other = run(walks, { artifacts });
    await sleep(50);
    dying.kill("SIGKILL");
    await dying.output();
    const died = performance.now();
    const result = await other;
    assert.ok(result.ok);
    // All of it takes 12 × 10 ms × 3 rounds and the start of workers; waiting for a stale lock never ends.
    assert.ok(performance.now() - died < 3000);
    assert.ok(only(result.events, "unit-start").length > 0);
    assert.deepEqual((await run(walks, { artifacts })).executed, 0);
    assertTidy(artifacts);
  }));

function count(folder: string): number {
  try {
    return [...Deno.readDirSync(folder)].filter(({ name, isFile }) => isFile && !name.includes(".t")).length;
  } catch {
    return 0;
  }
}
