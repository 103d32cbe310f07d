/**
 * The real science, killed at random moments of all its phases: whatever was written by then is whole, and the
 * run after it ends in the locked bytes and leaves nothing behind. `FAULT_SMOKE_KILLS=200` kills runs of
 * everything so often; by default a few, of one system.
 */
import { assert, assertEquals } from "@std/assert";
import { ended, jsonLines, macronet, type Outcome, start, withFolder } from "../commands/cli.ts";
import { aim, killAt, leftIn, phaseOf, uniform } from "./kill_moments.ts";
import { assertIntact, assertObjectsWhole, files } from "./store_state.ts";

const KILLS = Number(Deno.env.get("FAULT_SMOKE_KILLS") ?? 4);
const IS_FULL = KILLS >= 50;
const SELECTION = IS_FULL ? [] : ["--system", "linear"];

/** A kill comes at latest after so many milliseconds: several land before a run is through. */
const LATEST = IS_FULL ? 8000 : 4000;

Deno.test("a smoke run killed at random moments ends in the locked bytes", () =>
  withFolder(async (folder) => {
    const store = `${folder}/store`;
    const run = ["run", "--profile", "smoke", ...SELECTION, "--artifacts", "store", "--json"];
    const draw = uniform(1);
    const landed: Record<string, number> = {};
    const left: Record<string, number> = {};
    let ends = 0;
    for (let kills = 0; kills < KILLS;) {
      const process = start(run, { folder });
      const [outcome] = await Promise.all([ended(process), killAt(process, aim(draw, LATEST), store)]);
      if ((await process.status).signal === "SIGKILL") {
        kills++;
        tally(landed, phaseOf(outcome.out));
        for (const what of leftIn(store)) tally(left, what);
        assertObjectsWhole(store);
      } else {
        ends++;
        assertLocked(outcome, store);
        await Deno.remove(store, { recursive: true });
      }
    }
    assertLocked(await macronet(run, { folder }), store);
    console.log(`${KILLS} kills, ${ends + 1} runs to the end`, landed, left);
    if (IS_FULL) { for (const phase of PHASES) assert(landed[phase] > 0, `no kill in ${phase}`); }
  }));

const PHASES = [
  "start and plan",
  "simulate",
  "cache",
  "train",
  "sample",
  "evaluate",
  "render",
  "report",
  "publish",
];

function tally(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function assertLocked({ code, out }: Outcome, store: string): void {
  const { lock } = jsonLines(out).at(-1);
  assertEquals(lock.differences, []);
  assert(lock.isLocked && lock.identical === lock.total && lock.total > 0);
  assertEquals(code, 0);
  assertIntact(store);
  assertEquals([...files(`${store}/scratch`)], []);
}
