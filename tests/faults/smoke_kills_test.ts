/**
 * The real science, killed at random moments: whatever was written by then, the run after it ends in the
 * locked bytes. `FAULT_SMOKE_KILLS=20` sets how often.
 */
import { assert, assertEquals } from "@std/assert";
import { ended, jsonLines, macronet, type Outcome, start, withFolder } from "../commands/cli.ts";

const KILLS = Number(Deno.env.get("FAULT_SMOKE_KILLS") ?? 3);

/** A kill comes at latest after so many milliseconds: several land before a run is through. */
const LATEST = 4000;

Deno.test("a smoke run killed at random moments ends in the locked bytes", async () => {
  await withFolder(async (folder) => {
    const run = ["run", "--profile", "smoke", "--artifacts", "store", "--json"];
    for (let landed = 0; landed < KILLS;) {
      const process = start(run, { folder });
      const timer = setTimeout(() => process.kill("SIGKILL"), 200 + Math.random() * LATEST);
      const outcome = await ended(process);
      clearTimeout(timer);
      if ((await process.status).signal === "SIGKILL") {
        landed++;
        continue;
      }
      assertLocked(outcome);
      await Deno.remove(`${folder}/store`, { recursive: true });
    }
    assertLocked(await macronet(run, { folder }));
  });
});

function assertLocked({ code, out }: Outcome): void {
  const { lock } = jsonLines(out).at(-1);
  assertEquals(lock.differences, []);
  assert(lock.isLocked && lock.identical === lock.total);
  assertEquals(code, 0);
}
