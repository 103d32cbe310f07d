/** `log` as a user calls it, on the store of toy runs. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { graph, type Stage } from "../../pipeline/mod.ts";
import { counting, misbehaving, run } from "../pipeline/toy/mod.ts";
import { jsonLines, macronet, withFolder } from "./cli.ts";

const STORE = ["--artifacts", "store"];

/** Runs of a store, a second apart, in the order given. */
async function runs(folder: string, graphs: readonly (readonly Stage[])[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [i, stages] of graphs.entries()) {
    const now = () => Date.UTC(2026, 0, 1, 0, 0, i);
    const about = { command: `run ${i}` };
    ids.push((await run(graph(stages), { artifacts: `${folder}/store`, now, about })).id);
  }
  return ids;
}

Deno.test("macronet log: a line a run, the newest first, of an empty store a sentence", () =>
  withFolder(async (folder) => {
    const empty = await macronet(["log", ...STORE], { folder });
    assertEquals([empty.code, empty.out], [0, "There are no runs yet.\n"]);
    assertEquals([...Deno.readDirSync(folder)], [], "reading makes no store");

    await runs(folder, [counting(), counting(), [misbehaving("throw")]]);
    const { code, out, err } = await macronet(["log", ...STORE], { folder });
    assertEquals([code, err], [0, ""]);
    const [heads, ...lines] = out.trimEnd().split("\n").map((line) => line.split(/ {2,}/));
    assertEquals(heads, ["run", "when", "state", "ran", "reused", "took", "command"]);
    assertEquals(lines.map(([id, , state, ran, reused, , command]) => [id, state, ran, reused, command]), [
      ["2026-01-01T00-00-02", "failed", "0", "0", "run 2"],
      ["2026-01-01T00-00-01", "done", "0", "4", "run 1"],
      ["2026-01-01T00-00-00", "done", "4", "0", "run 0"],
    ]);
    for (const [, when] of lines) assertMatch(when, /^\d+ (s|min|h|d) ago$/);
  }));

Deno.test("macronet log -n: so many, and how to see the rest; --json: a line a run for programs", () =>
  withFolder(async (folder) => {
    const ids = await runs(folder, [counting(), counting(), counting()]);
    const two = await macronet(["log", "-n", "2", ...STORE], { folder });
    assertMatch(two.out, /\n\n2 of 3 runs; --last 3 shows all\.\n$/);
    assertEquals(two.out.trimEnd().split("\n").length, 5);
    const { out } = await macronet(["log", "--last", "2", "--json", ...STORE], { folder });
    const lines = jsonLines(out);
    assertEquals(
      lines.map((
        { id, state, executed, reused, failed, about },
      ) => [id, state, executed, reused, failed, about]),
      [
        [ids[2], "done", 0, 4, 0, { command: "run 2" }],
        [ids[1], "done", 0, 4, 0, { command: "run 1" }],
      ],
    );
    for (const wrong of ["0", "-1", "2.5", "all"]) {
      const { code, err } = await macronet(["log", `--last=${wrong}`, ...STORE], { folder });
      assertEquals(code, 2);
      assertMatch(err, /^error: Cannot use --last .*: it must be a whole number from 1 on, but is not\n$/);
    }
  }));

Deno.test("macronet log RUN: its stages, what failed and what was broken", () =>
  withFolder(async (folder) => {
    const [first] = await runs(folder, [counting()]);
    const sum = await Deno.realPath(`${folder}/store/sum/sum.txt`);
    await Deno.chmod(sum, 0o644);
    await Deno.writeTextFile(sum, "other");
    await runs(folder, [counting()]);
    const { code, out } = await macronet(["log", "last", ...STORE], { folder });
    assertEquals(code, 0);
    assertMatch(
      out,
      /\nstage +state +ran +reused +work +output\ncount +done +0 +3 +[0-9a-f]{12}\nsum +done +1 +0 +[\d.]+ s +[0-9a-f]{12}\n/,
    );
    assertMatch(out, /\nbroken: sum.txt of sum \(.+\); it was made again\n/);
    assertMatch(out, /\n\nRan 1 unit, reused 3, in [\d.]+ s\.\n$/);

    await runs(folder, [[...counting(), misbehaving("throw")]]);
    const failed = await macronet(["log", "last", ...STORE], { folder });
    assertMatch(failed.out, /^run +2026.*\nbegun +2026.*\ncommand +run 0\nstate +failed\n/);
    assertMatch(failed.out, /\nthrow +failed +0\n/);
    assertMatch(failed.out, /\nfailed: .*throw/);
    const [json] = jsonLines((await macronet(["log", "last", "--json", ...STORE], { folder })).out);
    assertEquals(json.stages.map(({ stage, state }: { stage: string; state: string }) => [stage, state]), [
      ["count", "done"],
      ["sum", "done"],
      ["throw", "failed"],
    ]);
    assertEquals(json.failures.length, 1);

    const path = `${folder}/store/runs/${first}.jsonl`;
    const log = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, log.slice(0, log.indexOf('"stage-done"')));
    const cut = await macronet(["log", first, ...STORE], { folder });
    assertMatch(cut.out, /\nstate +cut off\n[^]*\ncount +not finished +3 +[\d.]+ s\nsum +not finished +0\n/);
  }));

Deno.test("macronet log: a run whose process lives is running, one whose process died was cut off; nothing is changed", () =>
  withFolder(async (folder) => {
    const [id] = await runs(folder, [counting()]);
    const path = `${folder}/store/runs/${id}.jsonl`;
    const log = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, log.slice(0, log.indexOf('"run-done"')));
    await Deno.mkdir(`${folder}/store/sessions`, { recursive: true });
    const session = `${folder}/store/sessions/${id.slice(id.indexOf("Z-") + 2)}`;
    using file = await Deno.open(session, { write: true, create: true });
    const states: string[] = [];
    for (const isLive of [true, false]) {
      if (isLive) await file.lock(true);
      else await file.unlock();
      const { out } = await macronet(["log", "--json", ...STORE], { folder });
      states.push(jsonLines(out)[0].state);
      const exported = await macronet(["export", "--format", "ro-crate", "--to", `${isLive}`, ...STORE], {
        folder,
      });
      assertEquals(exported.code, isLive ? 1 : 0);
      if (isLive) assertMatch(exported.err, /it must be over, but is running\n$/);
    }
    assertEquals(states, ["running", "cut off"]);
    assert((await Deno.stat(session)).isFile, "what the dead has left is still found by its session");
  }));

Deno.test("macronet log of a run that there is not: a wrong call, with the way out", () =>
  withFolder(async (folder) => {
    await runs(folder, [counting(), counting()]);
    for (
      const [name, found] of [["2027", "there is none"], ["2026", "2 begin so"], ["last~2", "there is none"]]
    ) {
      const { code, err } = await macronet(["log", name, ...STORE], { folder });
      assertEquals(code, 2);
      assert(
        err.startsWith(
          `error: Cannot find run "${name}": it must name one of the 2 in the store, but ${found}`,
        ),
        err,
      );
      assertMatch(err, /; deno task macronet log lists them\n$/);
    }
    const { code, err } = await macronet(["log", "last", "last~1", ...STORE], { folder });
    assertEquals([code, err], [2, "error: Cannot log: it takes one run, but found 2\n"]);
  }));
