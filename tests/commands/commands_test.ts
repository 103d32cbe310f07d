import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import config from "../../deno.json" with { type: "json" };
import { jsonLines, macronet, withFolder } from "./cli.ts";

Deno.test("macronet --help: lists every command", () =>
  withFolder(async (folder) => {
    const { code, out } = await macronet(["--help"], { folder });
    assertEquals(code, 0);
    for (const { name, summary } of COMMANDS) assertMatch(out, new RegExp(`\\n  ${name} +${summary}\\n`));
  }));

Deno.test("macronet without a command: shows the help as an error", () =>
  withFolder(async (folder) => {
    const { code, out, err } = await macronet([], { folder });
    assertEquals([code, out], [2, ""]);
    assertStringIncludes(err, "Usage: ");
  }));

Deno.test("macronet --version: says its version and Deno's", () =>
  withFolder(async (folder) => {
    const { code, out } = await macronet(["--version"], { folder });
    assertEquals([code, out], [0, `macronet ${config.version} (deno ${Deno.version.deno})\n`]);
  }));

/** What commands say that need something of a store. */
const EMPTY_STORE =
  /must (be in the store .* makes? (it|them)|hold profile paper, .*|be pinned, but is not; pin lists all|name one of the 0 in the store, .*)\n$/;

for (const { name, flags, examples } of COMMANDS) {
  Deno.test(`macronet ${name} --help: says every flag, with examples that are right`, () =>
    withFolder(async (folder) => {
      const { code, out } = await macronet([name, "--help"], { folder });
      assertEquals(code, 0);
      for (const flag of flags) assertStringIncludes(out, `--${flag.name}`);
      assert(examples.length > 0);
      for (const [args] of examples) {
        assertStringIncludes(out, `deno task macronet ${name} ${args}`.trimEnd());
        const words = args.replace(/ > .*/, "").split(" ").filter((word) => word !== "");
        const dry = name === "run" ? ["--dry-run"] : [];
        const { code, err } = await macronet([name, ...words, ...dry, "--artifacts", "store"], { folder });
        // An empty store has nothing to tell of: that may be a failure, but it is no wrong call.
        if (code !== 0) assertMatch(err, EMPTY_STORE);
      }
    }));
}

Deno.test("macronet run --dry-run: says what would run, and touches nothing", () =>
  withFolder(async (folder) => {
    const args = ["run", "linear/train", "--profile", "smoke", "--artifacts", "store", "--dry-run"];
    const { code, out } = await macronet(args, { folder });
    assertEquals(code, 0);
    assertMatch(out, /linear\/simulate +stale +0 of 2 stored +2 to run\nlinear\/cache +waiting/);
    assertMatch(out, /\n0 of 3 stages done; 2 units to run, 2 waiting for what is made before\.\n$/);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("macronet status --json: a line a stage, a summary last", () =>
  withFolder(async (folder) => {
    const args = ["status", "train", "--profile", "smoke", "--artifacts", "store", "--json"];
    const { code, out } = await macronet(args, { folder });
    assertEquals(code, 0);
    const lines = jsonLines(out);
    assertEquals(lines[0], {
      type: "stage",
      stage: "linear/simulate",
      state: "stale",
      reuse: 0,
      run: 2,
      wait: 0,
    });
    assert(lines.some(({ stage }) => stage === "turing/train"), "a stage's name means that of every system");
    assertEquals(lines.at(-1).type, "summary");
    assertEquals(lines.at(-1).stages.done, 0);
  }));

Deno.test("macronet graph: the whole graph as Mermaid text, on request with states", () =>
  withFolder(async (folder) => {
    const plain = await macronet(["graph", "--system", "turing", "--profile", "smoke"], { folder });
    assertMatch(plain.out, /^flowchart TD\n {2}s0\["turing\/simulate × \d+"\]\n/);
    assertMatch(plain.out, / -- cache --> /);
    const states = await macronet(["graph", "linear/cache", "--state", "--artifacts", "store"], { folder });
    assertMatch(states.out, /"linear\/cache<br>waiting"\]:::waiting/);
  }));
