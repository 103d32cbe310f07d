import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { checkLockFile } from "../../../commands/check/lock_file.ts";
import {
  lockText,
  type MacrostatesLock,
  parseMacrostatesLock,
  readMacrostatesLock,
  withValues,
} from "../../../commands/check/lock.ts";
import { NEW_LOCK } from "../../../commands/check/new_lock.ts";
import { withFolder } from "../cli.ts";

const probes = `sha256:${"0".repeat(64)}`;
const rows = [[1, -2.5], [0.123456789, 1e-9]];
const lock: MacrostatesLock = withValues(NEW_LOCK, {
  profile: "smoke",
  values: {
    metrics: { "toy.b": 1, "toy.a": 0.25, "other.a": 2 },
    macrostates: { toy: { probes, u: rows, v: rows } },
  },
});
const text = lockText(lock);

/** The lock with something else in one place. */
// deno-lint-ignore no-explicit-any
function spoilt(change: (lock: any) => void): string {
  const copy = JSON.parse(text);
  change(copy);
  return JSON.stringify(copy);
}

Deno.test("lockText() is read back as it was, sorted, a row of macrostates a line", () => {
  assertEquals(parseMacrostatesLock(text, "lock"), lock);
  assert(text.includes("\n            [0.123456789, 1e-9]\n"), text);
  assert(text.indexOf('"toy.a"') < text.indexOf('"toy.b"'));
  const { about, tolerances, profiles } = lock;
  assertEquals(lockText({ profiles, tolerances, about }), text);
});

Deno.test("withValues() replaces a profile, or the chosen systems of it, and keeps the rest", () => {
  const values = { metrics: { "toy.c": 3 }, macrostates: {} };
  const whole = withValues(lock, { profile: "smoke", values });
  assertEquals(whole.profiles, { smoke: values });
  const part = withValues(lock, { profile: "smoke", values, systems: ["toy"] });
  assertEquals(part.profiles.smoke.metrics, { "other.a": 2, "toy.c": 3 });
  assertEquals(part.profiles.smoke.macrostates, {});
  const paper = withValues(lock, { profile: "paper", values });
  assertEquals(paper.profiles, { ...lock.profiles, paper: values });
});

Deno.test("withValues() keeps tolerances that someone set, and drops those of what is locked no longer", () => {
  const own = { atol: 0.5, rtol: 0 };
  const { tolerances } = lock;
  const edited = {
    ...lock,
    tolerances: {
      ...tolerances,
      metrics: { ...tolerances.metrics, "toy.a": own, b: own, test_samples: own },
    },
  };
  const metrics = (values: Record<string, number>) =>
    withValues(edited, { profile: "smoke", values: { metrics: values, macrostates: {} } }).tolerances.metrics;
  assertEquals(metrics({ "toy.a": 1, "toy.b": 1 }), edited.tolerances.metrics);
  assertEquals(metrics({ "toy.c": 1 }), { ...tolerances.metrics, test_samples: own });
});

const bad: readonly (readonly [what: string, text: string, says: string])[] = [
  ["no JSON", text.slice(0, 99), "it must be JSON, but "],
  ["merge marks", `<<<<<<< HEAD\n${text}`, "it must be JSON, but "],
  ["a list", "[]", "the file must hold about, tolerances, profiles, but is []"],
  ["null", "null", "the file must hold"],
  ["no profiles", spoilt((lock) => delete lock.profiles), "profiles must be there, but is not"],
  ["another field", spoilt((lock) => lock.extra = 1), "extra must not be there, but is"],
  ["a profile that there is not", spoilt((lock) => lock.profiles.big = {}), "profiles.big must be named as"],
  ["a prototype", text.replace('"smoke": {', '"__proto__": {'), "profiles.__proto__ must be named as"],
  [
    "a metric that is a text",
    spoilt((lock) => lock.profiles.smoke.metrics["toy.a"] = "0.25"),
    'profiles.smoke.metrics.toy.a must be a finite number, but is "0.25"',
  ],
  ["a metric without end", text.replace("0.25", "1e999"), "toy.a must be a finite number, but is Infinity"],
  [
    "a metric without a system",
    spoilt((lock) => lock.profiles.smoke.metrics.a = 1),
    "metrics.a must be named as",
  ],
  [
    "a metric with a line break",
    spoilt((lock) => lock.profiles.smoke.metrics["toy.a\n::error::"] = 1),
    'profiles.smoke.metrics."toy.a\\n::error::" must be named as',
  ],
  [
    "a negative tolerance",
    spoilt((lock) => lock.tolerances.metrics.default.rtol = -1),
    "tolerances.metrics.default.rtol must be a number of at least 0, but is -1",
  ],
  [
    "half a tolerance",
    spoilt((lock) => lock.tolerances.metrics.default = { atol: 1 }),
    "tolerances.metrics.default.rtol must be there, but is not",
  ],
  [
    "no default",
    spoilt((lock) => lock.tolerances.macrostates = {}),
    "tolerances.macrostates.default must be there, but is not",
  ],
  [
    "a tolerance of nothing",
    spoilt((lock) => lock.tolerances.metrics["toy.aa"] = { atol: 1, rtol: 1 }),
    'tolerances.metrics.toy.aa must name something that is locked, but nothing has that name (did you mean "toy.a"?)',
  ],
  [
    "no rows",
    spoilt((lock) => lock.profiles.smoke.macrostates.toy.u = []),
    "profiles.smoke.macrostates.toy.u must be a list of rows, but is []",
  ],
  [
    "rows of different lengths",
    spoilt((lock) => lock.profiles.smoke.macrostates.toy.v[1] = [1]),
    "profiles.smoke.macrostates.toy.v[1] must have 2 numbers, but has 1",
  ],
  [
    "sides of different heights",
    spoilt((lock) => lock.profiles.smoke.macrostates.toy.v.pop()),
    "toy.v must have as many rows as profiles.smoke.macrostates.toy.u, 2, but has 1",
  ],
  [
    "a number that is null",
    spoilt((lock) => lock.profiles.smoke.macrostates.toy.u[0][1] = null),
    "profiles.smoke.macrostates.toy.u[0][1] must be a finite number, but is null",
  ],
  [
    "a digest that is none",
    spoilt((lock) => lock.profiles.smoke.macrostates.toy.probes = "sha256:0"),
    "toy.probes must be sha256: and 64 digits",
  ],
];

for (const [what, text, says] of bad) {
  Deno.test(`parseMacrostatesLock() refuses ${what}, and says where`, () => {
    assertThrows(() => parseMacrostatesLock(text, "a.lock"), TypeError, "Cannot read a.lock: ");
    assertThrows(() => parseMacrostatesLock(text, "a.lock"), TypeError, says);
  });
}

Deno.test("parseMacrostatesLock() refuses any JSON that is no lock by a TypeError, and by nothing else", () =>
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assertThrows(
      () => parseMacrostatesLock(JSON.stringify(value), "a.lock"),
      TypeError,
      "Cannot read a.lock: ",
    );
  })));

Deno.test("checkLockFile(): a lock with any one value replaced is refused, or still a lock", () => {
  const paths: string[][] = [];
  const collect = (value: unknown, path: string[]) => {
    paths.push(path);
    if (typeof value !== "object" || value === null) return;
    for (const [key, item] of Object.entries(value)) collect(item, [...path, key]);
  };
  collect(lock, []);
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...paths.slice(1)), fc.jsonValue(), (path, value) => {
      const text = spoilt((lock) => {
        // deno-lint-ignore no-explicit-any
        const parent = path.slice(0, -1).reduce((level: any, key) => level[key], lock);
        parent[path.at(-1)!] = value;
      });
      try {
        assertEquals(lockText(parseMacrostatesLock(text, "a.lock")).length > 0, true);
      } catch (error) {
        assert(error instanceof TypeError && error.message.startsWith("Cannot read a.lock: "), String(error));
        refused++;
      }
    }),
    { numRuns: 500 },
  );
  assert(refused > 100, `${refused} of 500 refused`);
  assertEquals(checkLockFile(lock), undefined);
});

Deno.test("readMacrostatesLock(): no file is no lock; a folder is an error", () =>
  withFolder(async (folder) => {
    assertEquals(await readMacrostatesLock(`${folder}/none.json`), undefined);
    await assertRejects(
      () => readMacrostatesLock(folder),
      TypeError,
      `Cannot read ${folder}: it must be a file, but`,
    );
  }));
