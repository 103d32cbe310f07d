/**
 * The real science, killed at random moments: whatever was written by then, the run after it ends in the
 * locked bytes. `FAULT_SMOKE_KILLS=20` sets how often.
 */
import { assert, assertEquals } from "@std/assert";
import { ended, jsonLines, macronet, start, withFolder } from "../commands/cli.ts";

const KILLS = Number(Deno.env.get("FAULT_SMOKE_KILLS") ?? 3);

/** A kill comes at latest after so many milliseconds: about as long as the longest stage takes. */
const LATEST = 6000;

Deno.test("a smoke run killed at random moments ends in the locked bytes", async () => {
  await withFolder(async (folder) => {
    const run = ["run", "--profile", "smoke", "--artifacts", "store", "--json"];
    const moments: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const moment = 300 + Math.random() * LATEST;
      moments.push(Math.round(moment));
      const process = start(run, { folder });
      const timer = setTimeout(() => process.kill("SIGKILL"), moment);
      await ended(process);
      clearTimeout(timer);
    }
    const { code, out } = await macronet(run, { folder });
    const { lock } = jsonLines(out).at(-1);
    const killed = `killed after ${moments.join(", ")} ms`;
    assertEquals(lock.differences, [], killed);
    assert(lock.isLocked && lock.identical === lock.total, killed);
    assertEquals(code, 0, killed);
  });
});
