/**
 * Processes on one store, at once and one after the other, and kills among them. `FAULT_KILLS=200` and
 * `FAULT_PROCESSES=100` try more.
 */
import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { outputs, run, withFolder } from "../pipeline/toy/mod.ts";
import { uniform } from "./kill_moments.ts";
import { type Logged, runLogs, unfinished, unitsWith } from "./run_logs.ts";
import { assertIntact, files } from "./store_state.ts";
import { UNITS, walks } from "./toy_process.ts";

/** Kills of a process that is alone on its store. */
const KILLS = Number(Deno.env.get("FAULT_KILLS") ?? 8);
/** Rounds in which one of several processes on a store is killed. */
const ROUNDS = Number(Deno.env.get("FAULT_PROCESSES") ?? 4);

/** Long units, that a kill may land in, and places for all of them: none waits for a place while another runs. */
const ROOMY = { pause: 40, workers: 6 };

const start = (artifacts: string, { pause = 10, workers = 2 } = {}) => {
  const script = fileURLToPath(import.meta.resolve("./toy_process.ts"));
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, artifacts, `${pause}`, `${workers}`],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
};

async function finished(child: Deno.ChildProcess): Promise<{ outputs: unknown; ok: boolean }> {
  const { stdout, stderr } = await child.output();
  const line = new TextDecoder().decode(stdout);
  assert(line !== "", new TextDecoder().decode(stderr));
  return JSON.parse(line);
}

const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It was through already.
  }
}

/** Nothing is left of a run but what it made. */
function assertTidy(artifacts: string): void {
  assertEquals(assertIntact(artifacts), UNITS);
  assertEquals([...files(`${artifacts}/scratch`)], []);
}

Deno.test(`killed at ${KILLS} moments, a run goes on each time and ends in the same bytes`, () =>
  withFolder(async (folder) => {
    const whole = await run(walks(10), { artifacts: `${folder}/whole` });
    const artifacts = `${folder}/killed`;
    const draw = uniform(1);
    for (let kills = 0; kills < KILLS;) {
      const child = start(artifacts);
      await sleep(120 + draw() * 350);
      kill(child);
      await child.output();
      if ((await child.status).signal === "SIGKILL") kills++;
      // Nothing is left to kill: begin anew.
      if (count(`${artifacts}/records`, /^[0-9a-f]+\.json$/) >= UNITS.length) {
        await Deno.remove(artifacts, { recursive: true });
      }
    }
    const last = await finished(start(artifacts));
    assert(last.ok);
    assertEquals(last.outputs, outputs(whole));
    assertTidy(artifacts);
    assertEquals((await run(walks(10), { artifacts })).executed, 0);
  }));

for (const processes of [2, 4]) {
  Deno.test(`${processes} processes on one store share the work and do none of it twice`, () =>
    withFolder(async (folder) => {
      const whole = await run(walks(10), { artifacts: `${folder}/whole` });
      const artifacts = `${folder}/shared`;
      const children = Array.from({ length: processes }, () => start(artifacts));
      for (const result of await Promise.all(children.map(finished))) {
        assert(result.ok);
        assertEquals(result.outputs, outputs(whole));
      }
      const logs = [...runLogs(artifacts).values()];
      assertEquals(logs.length, processes);
      for (const type of ["unit-start", "unit-done"]) {
        assertEquals(logs.flatMap((log) => unitsWith(type, log)).sort(), UNITS);
      }
      assertTidy(artifacts);
    }));
}

Deno.test(`when one of several processes dies with its locks, the others go on within a second, ${ROUNDS} times`, () =>
  withFolder(async (folder) => {
    const whole = await run(walks(ROOMY.pause), { artifacts: `${folder}/whole` });
    const draw = uniform(2);
    const waits: number[] = [];
    for (let round = 0; waits.length < ROUNDS; round++) {
      const artifacts = `${folder}/${round}`;
      const processes = round % 2 === 0 ? 2 : 4;
      const children = Array.from({ length: processes }, () => start(artifacts, ROOMY));
      const isWorking = (child: Deno.ChildProcess) => unfinished(logOf(child, artifacts)).length > 0;
      for (let waits = 0; !children.some(isWorking); waits++) {
        assert(waits < 6000, "nobody began a unit");
        await sleep(5);
      }
      await sleep(draw() * 400);
      const victim = children.find(isWorking) ?? children[0];
      const killed = Date.now();
      kill(victim);
      await victim.output();
      for (const result of await Promise.all(children.filter((child) => child !== victim).map(finished))) {
        assert(result.ok);
        assertEquals(result.outputs, outputs(whole));
      }
      const wait = longestWait(runLogs(artifacts), { victim: victim.pid, killed });
      if (wait !== undefined) waits.push(wait);
      // Another process tidies up after the dead one, and has nothing to do beside.
      assertEquals((await run(walks(ROOMY.pause), { artifacts })).executed, 0);
      assertTidy(artifacts);
      await Deno.remove(artifacts, { recursive: true });
    }
    waits.sort((a, b) => a - b);
    console.log(`milliseconds from a kill to the next start of its units: ${waits.join(" ")}`);
    assert(waits[waits.length >> 1] <= 1000, `${waits}`);
    // A machine that does much else may let a process wait now and then. One that waits for a lock never ends.
    assert(waits.at(-1)! <= 3000, `${waits}`);
  }));

/**
 * Milliseconds from a kill until another process had begun the last of the units that it orphaned, by its log;
 * `undefined` when it orphaned none. Fails when others did any unit twice, or began one while it lived.
 */
function longestWait(
  logs: ReadonlyMap<number, readonly Logged[]>,
  { victim, killed }: { victim: number; killed: number },
): number | undefined {
  const dead = logs.get(victim) ?? [];
  const others = [...logs].filter(([process]) => process !== victim).flatMap(([, log]) => log);
  const begun = unitsWith("unit-start", others);
  assertEquals(begun.length, new Set(begun).size, "no unit twice");
  const before = unitsWith("unit-done", dead);
  assertEquals(begun.filter((unit) => before.includes(unit)), [], "nothing that was done again");
  // Of those unfinished in the log, one may have its record already: killed before it said so.
  const orphans = unfinished(dead).filter((unit) => begun.includes(unit));
  const starts = others.filter(({ type, unit }) => type === "unit-start" && orphans.includes(unit));
  for (const { at, unit } of starts) assert(at >= killed, `${unit} began while another process was at it`);
  assertEquals([...new Set([...begun, ...unitsWith("unit-start", dead)])].sort(), UNITS);
  return starts.length === 0 ? undefined : Math.max(...starts.map(({ at }) => at - killed));
}

function logOf({ pid }: Deno.ChildProcess, artifacts: string): readonly Logged[] {
  if (count(`${artifacts}/runs`, new RegExp(`Z-${pid}-`)) === 0) return [];
  return runLogs(artifacts).get(pid) ?? [];
}

function count(folder: string, name: RegExp): number {
  try {
    return [...Deno.readDirSync(folder)].filter((entry) => entry.isFile && name.test(entry.name)).length;
  } catch {
    return 0;
  }
}
