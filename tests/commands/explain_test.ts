import { assertEquals, assertMatch } from "@std/assert";
import { jsonLines, macronet, withFolder } from "./cli.ts";

const WHICH = ["linear/cache", "--profile", "smoke", "--artifacts", "store"];
const CHANGED = [...WHICH, "--set", "linear.simulate.seed=7"];

Deno.test("macronet explain: why stages are stale, before a run and after", () =>
  withFolder(async (folder) => {
    const call = (...args: string[]) => macronet(args, { folder });
    assertEquals((await call("run", ...WHICH)).code, 0);
    const fresh = await call("explain", ...WHICH);
    assertEquals(fresh.code, 0);
    assertMatch(fresh.out, /^linear\/cache is fresh, by: run linear\/cache --profile smoke .*, \d{4}-\S+\n$/);

    const stale = await call("explain", "simulate", ...CHANGED.slice(1), "--system", "linear");
    assertMatch(
      stale.out,
      /^linear\/simulate is stale, compared with: run linear\/cache .*\n {2}param \S*seed: \d+ → 7\n$/,
    );
    const waiting = await call("explain", ...CHANGED);
    assertMatch(
      waiting.out,
      /^linear\/cache is waiting, .*\n {2}param .*seed: 1 → 7\n {2}waits for linear\/simulate, which is stale\n$/,
    );
    const dry = await call("run", ...CHANGED, "--dry-run", "--json");
    assertEquals(jsonLines(dry.out)[0].reasons[0].after, 7);
    assertMatch((await call("run", ...CHANGED, "--dry-run")).out, /\nWhy:\nlinear\/simulate is stale/);

    assertEquals((await call("run", ...CHANGED)).code, 0);
    const after = await call("explain", "--run", "last", "--artifacts", "store");
    assertMatch(after.out, /^linear\/simulate was executed, compared with: .*\n {2}param \S*seed: \d+ → 7\n/);
    assertMatch(
      after.out,
      /linear\/cache was executed, .*\n {2}param .*\n {2}input \w+ \(linear\/simulate\) changed: /,
    );
    const [line] = jsonLines((await call("explain", "--run", "last", "--artifacts", "store", "--json")).out);
    assertEquals([line.stage, line.state, line.reasons[0].kind], ["linear/simulate", "executed", "param"]);

    const wrong = await call("explain", "--run", "nowhere", "--artifacts", "store");
    assertEquals([wrong.code, wrong.out], [2, ""]);
    assertMatch(wrong.err, /Cannot find run "nowhere"/);
  }));
