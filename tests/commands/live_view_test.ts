import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { macronet, withFolder } from "./cli.ts";
import { isWithoutTerminal, onTerminal, Screen, type TerminalOptions } from "./terminal.ts";

const ignore = await isWithoutTerminal();

const TRAINING = ["run", "linear/train", "--profile", "smoke", "--artifacts", "store"];
const LONGER = [...TRAINING, "--set", "linear.train.steps=400", "--set", "linear.train.logEvery=10"];

/** Runs on a terminal, and keeps what its screen showed whenever it was drawn. */
async function watch(args: readonly string[], options: TerminalOptions) {
  const { code, written } = await onTerminal(args, options);
  const screen = new Screen(options);
  const views: string[][] = [];
  screen.write(written, () => views.push(screen.lines));
  return { code, written, views, last: screen.lines, wrapped: screen.wrapped };
}

// deno-lint-ignore no-control-regex
const COLOUR = /\u001b\[\d*m/;

const isLive = (line: string) =>
  /^linear\/train (\[|\d+ %)|^ {2}(loss|validation loss) |^\[#*-*\]/.test(line);

Deno.test({
  name: "macronet run on a terminal: a training is drawn in place, and leaves nothing but what came of it",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { code, views, last, wrapped } = await watch(LONGER, { folder, columns: 100, rows: 24 });
      assertEquals([code, wrapped], [0, 0]);
      const whole = views.filter((lines) => lines.filter(isLive).length === 4);
      assert(whole.length > 3, `${whole.length} views`);
      for (const lines of views) {
        assert(lines.filter(isLive).length <= 4, `nothing is left of an older view:\n${lines.join("\n")}`);
      }
      const [, pace, numbers, curve] = whole.at(-1)!;
      assertMatch(pace, /^linear\/train \[#+-*\] \d+\/400 · [\d.]+ steps\/s · \d+:\d\d left$/);
      const terms = ["loss", "L_P", "L_Du", "L_Dv", "L_R", "Var α", "round trip"];
      assertMatch(numbers, new RegExp(`^  ${terms.map((name) => `${name} [-\\d.e]+`).join("  ")}$`));
      assertMatch(curve, /^ {2}validation loss [-\d.e]+ [▁▂▃▄▅▆▇█]{3,}$/);
      assertEquals(last.filter(isLive), []);
      assertMatch(last[0], /^Ran \d units, reused 0, in /);
    }),
});

Deno.test({
  name: "macronet run on a terminal of 20 columns and 3 rows: never wider, never higher",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const size = { columns: 20, rows: 3 };
      const { code, written, views } = await watch(LONGER, { folder, ...size });
      assertEquals(code, 0);
      assert(views.length > 3);
      // What comes after the run may be as long as it likes.
      const screen = new Screen(size);
      screen.write(written.slice(0, written.indexOf("Ran ")));
      assertEquals(screen.wrapped, 0);
      for (const lines of views) assert(lines.length <= 2, lines.join("\n"));
    }),
});

Deno.test({
  name: "macronet run on a terminal, Ctrl-C amid a training: the view goes away",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const args = [...TRAINING, "--set", "linear.train.steps=100000"];
      const options = { folder, columns: 100, rows: 24, stopAt: "validation loss" };
      const { code, last } = await watch(args, options);
      assertEquals(code, 130);
      assertEquals(last.filter(isLive), []);
      assertStringIncludes(last.join("\n"), "Stopped. What is finished is kept");
    }),
});

Deno.test({
  name:
    "macronet run on a terminal, a training that fails: the view goes away, the error stays, NO_COLOR is kept",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const args = [...TRAINING, "--set", "linear.train.learningRate=1e30", "--set", "linear.train.warmup=0"];
      const plain = await watch(args, { folder, columns: 100, rows: 24, env: { NO_COLOR: "1" } });
      assertEquals(plain.code, 1);
      assertEquals(plain.last.filter(isLive), []);
      // The terminal breaks lines anywhere.
      assertMatch(plain.last.join(""), /Cannot train on: loss and gradient must be\s*finite/);
      assert(!COLOUR.test(plain.written));
      const coloured = await watch(args, { folder, columns: 100, rows: 24 });
      assert(COLOUR.test(coloured.written));
    }),
});

Deno.test("macronet run, piped: a training is plain lines with the same numbers", () =>
  withFolder(async (folder) => {
    const { code, err } = await macronet(LONGER, { folder });
    assertEquals(code, 0);
    assert(!err.includes("\u001b") && !err.includes("\r"), err);
    const lines = err.split("\n").filter((line) => / L_P /.test(line));
    assert(lines.length >= 10 && lines.length <= 12, err);
    const numbers = ["loss", "L_P", "L_Du", "L_Dv", "L_R", "Var α", "round trip", "validation loss"];
    const pace = "linear/train 400/400, [\\d.]+ steps/s, \\d+:\\d\\d left";
    assertMatch(
      lines.at(-1)!,
      new RegExp(`^${[pace, ...numbers.map((name) => `${name} [-\\d.e]+`)].join(", ")}$`),
    );
  }));
