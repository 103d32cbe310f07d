/** `gc`, `pin` and `unpin` as a user calls them. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { jsonLines, macronet, withFolder } from "./cli.ts";

Deno.test("gc, pin and unpin on a store of two settings: what is said is what happens", () =>
  withFolder(async (folder) => {
    const store = ["--artifacts", "store"];
    const call = async (...args: string[]) => await macronet([...args, ...store], { folder });
    const stage = ["linear/simulate", "--profile", "smoke"];
    const other = ["--set", "linear.simulate.seed=7"];
    assertEquals((await call("run", ...stage, ...other)).code, 0);
    assertEquals((await call("run", ...stage)).code, 0);

    // The newest run and the lock have the default seed alone.
    const dry = await call("gc", "--dry-run", "--keep-runs", "1");
    assertMatch(dry.out, /linear\/simulate +2 +\S+ [KM]iB +20\d\d-\d\d-\d\d/);
    assertMatch(
      dry.out,
      /\nWould remove 2 units and 2 objects, which would free \S+ \S+\.\nWould keep 2 units/,
    );

    assertMatch((await call("pin", ...stage, ...other)).out, /^Pinned linear\/simulate@[0-9a-f]{12}\.\n/);
    assertEquals((await call("gc", "--keep-runs", "0")).out.split("\n")[0], "Nothing to remove.");
    const [pin] = jsonLines((await call("pin", "--json")).out);
    assertEquals([pin.stage, pin.shards], ["linear/simulate", 2]);
    assertEquals((await call("unpin", `linear/simulate@${pin.output.slice(0, 6)}`)).code, 0);
    assertMatch(
      (await call("unpin", "linear/simulate")).err,
      /it must be pinned, but is not; pin lists all\n$/,
    );

    const lines = jsonLines((await call("gc", "--keep-runs", "0", "--json")).out);
    assertEquals(lines.map(({ type }) => type), ["collected", "collected", "summary"]);
    assertEquals(lines.at(-1).kept.units, 2, "the lock keeps the default");
    assert(lines.at(-1).freed > 0);
    assertMatch((await call("status", ...stage)).out, /1 of 1 stage done/);

    const small = await call("gc", "--max-size", "1K");
    assertEquals(small.code, 1);
    assertMatch(small.out, /That is more than 1 KiB: the lock, pins, the last runs/);
  }));

for (
  const [args, message] of [
    [["gc", "--max-size", "many"], /must be a size such as 500M or 20G/],
    [["gc", "--keep-runs=-1"], /must be a whole number, 0 or more/],
    [["pin", "linear/trian"], /did you mean "linear\/train"/],
    [["unpin"], /takes a pin, as pin lists them/],
  ] as const
) {
  Deno.test(`${args.join(" ")} is a wrong call`, () =>
    withFolder(async (folder) => {
      const { code, err } = await macronet([...args, "--artifacts", "store"], { folder });
      assertEquals(code, 2);
      assertMatch(err, message);
    }));
}
