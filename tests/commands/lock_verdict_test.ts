import { assertEquals, assertMatch } from "@std/assert";
import { judge, verdictText } from "../../commands/lock_verdict.ts";

const digest = (letter: string) => letter.repeat(64);
const stage = (id: string, letter: string) => ({
  stage: { id, module: "file:///toy.ts", params: {} },
  state: "done",
  executed: 1,
  reused: 0,
  keys: [],
  artifacts: [{ name: "made", digest: digest(letter), size: 1 }],
} as const);

const ran = { stages: [stage("a/cache", "1"), stage("a/train", "2")] };
const locked = {
  "a/cache": { made: `sha256:${digest("1")}` },
  "a/train": { made: `sha256:${digest("2")}` },
};
const everything = { isDefault: () => true, isWhole: true };
const words = { lock: "lock.json", profile: "paper" };

Deno.test("judge(): a run like the lock", () => {
  const verdict = judge(ran, locked, everything);
  assertEquals([verdict.identical, verdict.total, verdict.firstStage], [2, 2, undefined]);
  assertEquals(verdictText(verdict, words), "2 of 2 artifacts identical to lock.json (profile paper).");
});

Deno.test("judge(): names what differs and from which stage on", () => {
  const other = { ...locked, "a/train": { made: `sha256:${digest("3")}`, more: `sha256:${digest("4")}` } };
  const verdict = judge(ran, other, everything);
  assertEquals([verdict.identical, verdict.total, verdict.firstStage], [1, 3, "a/train"]);
  assertEquals(verdictText(verdict, words).split("\n"), [
    "1 of 3 artifacts identical to lock.json (profile paper).",
    "They differ from stage a/train on:",
    "  a/train made: is sha256:222222222222…, locked as sha256:333333333333…",
    "  a/train more: is locked, but was not made",
  ]);
});

Deno.test("judge(): leaves out what ran under changed settings, and says so", () => {
  const other = { ...locked, "a/train": { made: `sha256:${digest("3")}` } };
  const verdict = judge(ran, other, { isDefault: (id) => id === "a/cache", isWhole: false });
  assertEquals([verdict.identical, verdict.total], [1, 1]);
  assertMatch(verdictText(verdict, words), /\nNot compared, as settings or inputs changed: a\/train\.$/);
  const none = judge(ran, other, { isDefault: () => false, isWhole: false });
  assertEquals(verdictText(none, words).split("\n"), [
    "Nothing to compare with lock.json (profile paper).",
    "Not compared, as settings or inputs changed: a/cache, a/train.",
  ]);
});

Deno.test("judge(): a stage that the lock does not know is told of, and differs from nothing", () => {
  const less = { "a/cache": locked["a/cache"] };
  for (const isWhole of [true, false]) {
    const verdict = judge(ran, less, { isDefault: () => true, isWhole });
    assertEquals([verdict.identical, verdict.total, verdict.notLocked], [1, 1, ["a/train"]]);
    assertMatch(verdictText(verdict, words), /\nNot locked yet: a\/train; run --update-lock locks them\./);
  }
});

Deno.test("judge(): a locked stage that is gone differs in a run of everything alone", () => {
  const more = { ...locked, "b/train": { made: `sha256:${digest("5")}` } };
  assertEquals(judge(ran, more, everything).differences, [
    { stage: "b/train", entry: "made", expected: `sha256:${digest("5")}` },
  ]);
  assertEquals(judge(ran, more, { isDefault: () => true, isWhole: false }).differences, []);
});

Deno.test("judge(): a profile without digests is not compared", () => {
  const verdict = judge(ran, undefined, everything);
  assertEquals(verdict.differences, []);
  assertMatch(verdictText(verdict, words), /^Not compared: lock\.json has no digests of profile paper/);
});
