/** The clock is set back or forth between runs, and files bear dates of another age: nothing is made twice for it. */
import { assert, assertEquals } from "@std/assert";
import { graph } from "../../pipeline/mod.ts";
import { listRuns } from "../../pipeline/history.ts";
import { counting, outputs, run, toy, withFolder } from "../pipeline/toy/mod.ts";
import { assertIntact, files } from "./store_state.ts";

const toyGraph = graph(counting());
const DAY = 24 * 60 * 60 * 1000;
const TODAY = Date.UTC(2026, 0, 1);

Deno.test("a run whose clock goes back, also amid the run, reuses everything; logs stay in the order of the runs", () =>
  withFolder(async (artifacts) => {
    const first = await run(toyGraph, { artifacts, now: () => TODAY });
    const ids = [first.id];
    // A minute back with each look, a day back with each run, then years forth and back to the first day.
    for (const begun of [TODAY - DAY, TODAY - 2 * DAY, TODAY + 1000 * DAY, TODAY, 0]) {
      let clock = begun;
      const again = await run(toyGraph, { artifacts, now: () => clock = Math.max(0, clock - 60_000) });
      assert(again.ok);
      assertEquals(again.executed, 0);
      assertEquals(outputs(again), outputs(first));
      ids.push(again.id);
    }
    assertEquals(listRuns(artifacts).reverse(), ids);
    const more = await run(graph(counting({ from: 9 })), { artifacts, now: () => 0 });
    assertEquals([more.ok, more.executed], [true, 4]);
    assertIntact(artifacts);
  }));

for (const year of [1970, 2100]) {
  Deno.test(`files that bear a date of ${year} are as good as any`, () =>
    withFolder(async (artifacts) => {
      const first = await run(toyGraph, { artifacts });
      const date = new Date(Date.UTC(year, 0, 2));
      for (const path of files(artifacts)) await Deno.utime(path, date, date);
      const second = await run(toyGraph, { artifacts });
      assertEquals([second.executed, second.events.some(({ type }) => type === "broken")], [0, false]);
      assertEquals(outputs(second), outputs(first));
    }));

  Deno.test(`a restart point that bears a date of ${year} is gone on from`, () =>
    withFolder(async (artifacts) => {
      const walk = graph([{ id: "walk", module: toy("walk"), params: { steps: 20, pause: 10 } }]);
      const stop = new AbortController();
      await run(walk, {
        artifacts,
        signal: stop.signal,
        onEvent: (event) => event.type === "progress" && event.done === 10 && stop.abort(),
      });
      const date = new Date(Date.UTC(year, 0, 2));
      const [checkpoint, ...more] = files(`${artifacts}/scratch`);
      assertEquals(more, []);
      await Deno.utime(checkpoint, date, date);
      const { ok, events } = await run(walk, { artifacts });
      const begun = events.find((event) => event.type === "progress");
      assert(ok && begun !== undefined && begun.done >= 10);
    }));
}
