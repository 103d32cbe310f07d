/** Names: of stages, roles, artifacts, settings, flags and folders. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { CallError, parseCall } from "../../commands/call.ts";
import { runCommand } from "../../commands/run.ts";
import { parseSize } from "../../commands/size.ts";
import { selectStages } from "../../commands/selection.ts";
import { checkArtifactName, nameClash } from "../../pipeline/artifact_name.ts";
import { graph, select, type Stage } from "../../pipeline/mod.ts";
import { nearest } from "../../pipeline/nearest.ts";
import { assign, parseAssignment } from "../../stages/settings.ts";
import { macronet, withFolder } from "../commands/cli.ts";
import { testReader } from "./hostile.ts";
import { edited, jsonTexts, names } from "./hostile_inputs.ts";

const refused = [
  ...[
    "",
    ".",
    "..",
    "../x",
    "a/../b",
    "a/..",
    "/etc/passwd",
    "//",
    "a//b",
    "a/",
    "C:\\x",
    "C:x",
    "a\\..\\b",
    "~\\x",
  ],
  ...[
    "a\0",
    "a\nb",
    "\x1b[2J",
    "a\x7f",
    "\u009b",
    "CON",
    "nul",
    "NUL.txt",
    "a/aux/b",
    "com1.tar",
    "lpt9",
    "prn .x",
  ],
  ...["a.", "a ", " a", "a./b", "...", "a?", "*", "a|b", '"a"', "<a>", "a:b"],
  ...[
    "a\uff0fb",
    "\u2024\u2024/x",
    "a\u2044b",
    "\u202egnp.x",
    "\u200b",
    "\ufeffa",
    "\u00e9",
    "e\u0301",
    "\u0430",
    "\ud800",
  ],
  ...["a".repeat(201), "a/".repeat(150) + "a", "../".repeat(100)],
];
for (const name of refused) {
  const shown = JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
  Deno.test(`checkArtifactName: ${shown} is refused`, () => {
    const error = assertThrows(() => checkArtifactName(name), RangeError) as Error;
    assertMatch(error.message, /^Cannot write the artifact "[\x20-\x7e…\u0080-\uffff]*"…?: its name must be/);
  });
}

const allowed = [
  "a",
  "A.b-c_d+e=f@g~h,i (1)!.txt",
  "data.zarr/c/0/0",
  "u",
  ".gitignore",
  "constructor",
  "console",
  "com",
  "__proto__",
];
Deno.test("checkArtifactName: plain names are let through, also those that objects inherit", () => {
  for (const name of allowed) checkArtifactName(name);
});

testReader("artifact names", {
  inputs: names,
  read: (name) => {
    checkArtifactName(name);
    return name;
  },
  check: (name) => {
    assert(join("/store/stage", name).startsWith("/store/stage/"), name);
    assertEquals(join("/store/stage", name), `/store/stage/${name}`);
    assertEquals(new TextEncoder().encode(name).length, name.length);
    assertEquals([name.normalize("NFD"), name.normalize("NFKC")], [name, name]);
  },
});

Deno.test("hostile names: of any that are let through, two are one file nowhere unless they clash", () => {
  const plain = fc.stringMatching(/^[aAbB]{1,2}(\/[aAbB]{1,2}){0,2}$/);
  fc.assert(
    fc.property(fc.array(plain, { maxLength: 5 }), (list) => {
      // A file system without capitals: every path that there is, as it was first written.
      const there = new Map<string, string>();
      let isClash = false;
      const put = (path: string, kind: string) => {
        const folded = `${path.toLowerCase()}`;
        const written = `${kind} ${path}`;
        const before = there.get(folded);
        if (before !== undefined && (before !== written || kind === "file")) isClash = true;
        there.set(folded, before ?? written);
      };
      for (const name of list) {
        const parts = name.split("/");
        parts.slice(1).forEach((_, i) => put(parts.slice(0, i + 1).join("/"), "folder"));
        put(name, "file");
      }
      assertEquals(nameClash(list) !== undefined, isClash, list.join());
    }),
    { numRuns: 3000 },
  );
});

const module = "file:///toy.ts";
const toy: Stage[] = [
  { id: "a/make", module, params: { seed: 1 }, shards: 3 },
  { id: "b", module, params: {}, inputs: { made: "a/make" } },
  { id: "c", module, params: { of: ["x"] }, inputs: { made: "a/make", used: "b" }, uses: { system: module } },
];
const ids = (stages: readonly Stage[]) => graph(stages).stages.map(({ id }) => id);

testReader("stage ids", {
  inputs: names,
  read: (id) => ids([{ id, module, params: {} }]),
  check: ([id]) => {
    assertEquals(join("/store", id), `/store/${id}`);
    assertMatch(id, /^[a-z0-9_/-]{1,100}$/);
    assert(!id.split("/").some((part) => /^(con|nul|aux|prn|com\d|lpt\d)$/.test(part)), id);
  },
});

testReader("graphs", {
  inputs: jsonTexts(toy).filter((text) => declared(text) !== undefined),
  read: (text) => graph(declared(text)!).stages,
  again: (stages) => graph(stages).stages,
  check: (stages, text) => assertEquals(stages.length, declared(text)!.length),
});

/** The stages that a text declares, of the types that TypeScript holds everybody to, whatever they say. */
function declared(text: string): Stage[] | undefined {
  try {
    const value = JSON.parse(text);
    const isList = Array.isArray(value) &&
      value.every((stage) => isRecord(stage) && isMap(stage.inputs) && isMap(stage.uses));
    return isList ? value as unknown as Stage[] : undefined;
  } catch {
    return undefined;
  }
}

testReader("names of stages on the command line", {
  inputs: fc.oneof(names, fc.constantFrom("a", "a/make", "b", "c")),
  read: (name) => select(graph(toy), [name]).stages.map(({ id }) => id),
});

const settings = {
  train: { steps: 3000, rate: 0.1, shuffle: true },
  box: { Da: [0.1, 0.2] },
  frame: "known",
  none: null,
};
const paths = fc.constantFrom(
  "train.steps",
  "train.rate",
  "train.shuffle",
  "box.Da",
  "frame",
  "none",
  "train",
  "box.Da.0",
);

testReader("--set", {
  inputs: fc.oneof(
    names,
    fc.tuple(fc.oneof(paths, names), fc.oneof(jsonTexts(5, [0.2, 0.3], true, "known"), names)).map((
      [path, value],
    ) => `${path}=${value}`),
    fc.tuple(paths, fc.nat(9), names).map(([path, at, name]) =>
      `${path.split(".").with(at % path.split(".").length, name).join(".")}=1`
    ),
  ),
  read: (text) => {
    const assignment = parseAssignment(text);
    return assign(settings, assignment);
  },
  check: (changed) => {
    assertEquals(shape(changed), shape(settings));
    assertEquals(Object.getPrototypeOf(changed), Object.prototype);
  },
});

/** What is kept of settings whatever their values are. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (!isRecord(value)) return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item)]));
}

const flags = fc.constantFrom(
  "--set",
  "--system",
  "--artifacts",
  "--workers",
  "--json",
  "--dry-run",
  "--",
  "-h",
  "--no-json",
);
testReader("the command line", {
  inputs: fc.array(
    fc.oneof(
      flags,
      names,
      fc.tuple(flags, names).map((both) => both.join("=")),
      names.map((name) => `--${name}`),
    ),
    { maxLength: 5 },
  ),
  read: (args) => {
    const call = parseCall(runCommand, args);
    return {
      names: call.names,
      set: call.texts("set"),
      workers: call.text("workers"),
      isJson: call.has("json"),
    };
  },
  check: ({ names, set, workers, isJson }, args) => {
    for (const text of [...names, ...set, ...workers === undefined ? [] : [workers]]) {
      assert(args.some((arg) => arg.endsWith(text)), text);
    }
    assertEquals(typeof isJson, "boolean");
  },
});

testReader("sizes of memory and disk", {
  inputs: fc.oneof(
    names,
    fc.tuple(
      fc.constantFrom("0", "1", "1.5", "-1", "1e9", "9".repeat(16), "", "٣"),
      fc.constantFrom("", "M", " GiB", "g", "X"),
    )
      .map((both) => both.join("")),
  ),
  read: (text) => parseSize("memory", text),
  again: (bytes) => parseSize("memory", String(bytes)),
  check: (bytes) => assert(Number.isInteger(bytes) && bytes >= 0),
});

testReader("calls and the stages that they choose", {
  inputs: fc.record({
    names: fc.array(fc.oneof(fc.constantFrom("linear", "train", "linear/train"), names), { maxLength: 2 }),
    system: fc.array(fc.oneof(fc.constant("linear"), names), { maxLength: 1 }),
    set: fc.array(
      fc.tuple(
        fc.constantFrom(
          "linear.train.steps",
          "evaluate.resamples",
          "linear.physics.noise",
          "linear.network.macroDimension",
        ),
        fc.oneof(fc.constantFrom("1", "2", "100", "1e999", "-1", "1e15", "NaN", "2.5"), names),
      ).map((both) => both.join("=")),
      { maxLength: 1 },
    ),
    profile: fc.oneof({ weight: 5, arbitrary: fc.constant("smoke") }, { weight: 1, arbitrary: names }),
  }),
  read: async ({ names, system, set, profile }) => {
    const lists: Record<string, readonly string[]> = { system, set };
    const { graph } = await selectStages({
      names,
      words: [],
      has: () => false,
      text: (flag) => flag === "profile" ? profile : undefined,
      texts: (flag) => lists[flag] ?? [],
    });
    return graph.stages.map(({ id }) => id);
  },
  check: (ids) => assert(ids.length > 0),
  share: 10,
});

Deno.test("graph: roles that objects inherit, a device as an id and a chain beyond the stack", () => {
  const two = (role: string): Stage[] => [
    { id: "a", module, params: {} },
    { id: "b", module, params: {}, inputs: { [role]: "a" } },
  ];
  assertThrows(() => graph(two("__proto__")), Error, 'a role of "b" must be');
  assertThrows(() => graph(two("../a")), Error, 'a role of "b" must be');
  assertEquals(ids(two("constructor")), ["a", "b"]);
  assertThrows(() => graph([{ id: "linear/aux", module, params: {} }]), Error, "no device of Windows");

  const chain = Array.from({ length: 20_000 }, (_, i): Stage => ({
    id: `s${i}`,
    module,
    params: {},
    inputs: i === 19_999 ? {} : { next: `s${i + 1}` },
  }));
  assertEquals(ids(chain)[0], "s19999");
  const ring = chain.with(-1, { ...chain.at(-1)!, inputs: { next: "s0" } });
  assertThrows(() => graph(ring), Error, "the cycle s0 → s1 → s2 → s3 → s4 → s5 → … → s19996 →");
  const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  assertThrows(() => graph([{ id: "a", module, params: { deep } }]), Error, "nested deeper than 1000");
});

Deno.test("nearest: a name of 100,000 letters takes no time", () => {
  const begun = performance.now();
  assertEquals(nearest("x".repeat(100_000), Array.from({ length: 50 }, (_, i) => `name${i}`)), undefined);
  assert(performance.now() - begun < 200);
});

const long = "a".repeat(300);
const folders: [flag: string, folder: string, says: RegExp][] = [
  ["artifacts", long, /--artifacts a+…: it must be a folder, but File name too long/],
  ["artifacts", "file/below", /--artifacts file\/below: it must be a folder, but Not a directory/],
  ["artifacts", "a\nb", /--artifacts a\\u000ab: it must be a folder, but has characters that cannot be seen/],
  ["artifacts", "\u202egnp", /--artifacts \\u202egnp: it must be a folder, but has characters/],
  ["artifacts", "file", /--artifacts file: it must be a folder, but is a file/],
  ["artifacts", "../../../../../../etc", /Cannot write \/etc: only the project/],
  ["to", long, /--to a+…: it must be a folder, but File name too long/],
  ["to", "file", /--to file: it must be a folder, but is a file/],
  ["to", "\x1b[2J", /--to \\u001b\[2J: it must be a folder, but has characters/],
  ["to", "../../../../../../etc", /Cannot write \/etc: only the project/],
];
for (const [flag, folder, says] of folders) {
  Deno.test(`macronet --${flag} ${JSON.stringify(folder.slice(0, 30))}: exit code 2, and nothing is written`, () =>
    withFolder(async (root) => {
      await Deno.writeTextFile(`${root}/file`, "precious");
      const command = flag === "to" ? ["export", "linear/cache"] : ["run", "linear/simulate"];
      const { code, out, err } = await macronet([...command, "--profile", "smoke", `--${flag}`, folder], {
        folder: root,
      });
      assertMatch(err, /^error: Cannot [\x20-\x7e…]+\n$/);
      assertMatch(err, says);
      assertEquals([code, out], [2, ""]);
      assertEquals([...Deno.readDirSync(root)].map(({ name }) => name), ["file"]);
      assertEquals(await Deno.readTextFile(`${root}/file`), "precious");
    }));
}

Deno.test("macronet: what a terminal would obey is spelled out, in any word of a call", () =>
  withFolder(async (folder) => {
    const evil = "\x1b]0;owned\x07\u009b2J\u202e";
    const calls = [[evil], ["run", evil], ["run", `--${evil}`], ["run", "--set", `${evil}=1`], [
      "run",
      "--system",
      evil,
    ]];
    for (
      const args of [...calls, ["run", "--profile", evil], ["run", "--workers", evil], [
        "run",
        `--json=${evil}`,
      ]]
    ) {
      const { code, err } = await macronet(args, { folder });
      assertMatch(err, /^error: Cannot [\x20-\x7e…]+\n$/);
      assertEquals(code, 2);
    }
  }));

Deno.test("parseCall: flags that objects inherit are unknown flags", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "_"]) {
    assertThrows(() => parseCall(runCommand, [`--${name}=1`]), CallError, "there is no flag");
  }
  assertEquals(
    edited({ a: 1 }, { kind: "rename", at: 0, name: "__proto__", snippet: "" }),
    '{"__proto__":1}',
  );
});

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isMap(value: unknown): boolean {
  return value === undefined || isRecord(value);
}
