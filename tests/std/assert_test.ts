import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertExists,
  assertGreater,
  assertGreaterOrEqual,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
} from "@std/assert";

const same = [1];

// One passing and one failing call of each: a stand-in that never fails would pass every other test.
const cases: Record<string, { passes: () => void; fails: () => void }> = {
  assert: { passes: () => assert(1), fails: () => assert(0, "no") },
  assertEquals: {
    passes: () => assertEquals({ a: new Set([1]), b: NaN }, { a: new Set([1]), b: NaN }),
    fails: () => assertEquals<unknown>(1, "1"),
  },
  assertNotEquals: { passes: () => assertNotEquals([1], [2]), fails: () => assertNotEquals([1], [1]) },
  assertStrictEquals: {
    passes: () => assertStrictEquals(same, same),
    fails: () => assertStrictEquals([1], same),
  },
  assertAlmostEquals: {
    passes: () => assertAlmostEquals(0.1 + 0.2, 0.3),
    fails: () => assertAlmostEquals(1, 1.1, 0.01),
  },
  assertStringIncludes: {
    passes: () => assertStringIncludes("macrostate", "state"),
    fails: () => assertStringIncludes("macrostate", "micro"),
  },
  assertMatch: { passes: () => assertMatch("a1", /\d/), fails: () => assertMatch("a", /\d/) },
  assertExists: { passes: () => assertExists(0), fails: () => assertExists(null) },
  assertGreater: { passes: () => assertGreater(2, 1), fails: () => assertGreater(1, 1) },
  assertGreaterOrEqual: {
    passes: () => assertGreaterOrEqual(1, 1),
    fails: () => assertGreaterOrEqual(0, 1),
  },
  assertLess: { passes: () => assertLess(1, 2), fails: () => assertLess(1, 1) },
  assertLessOrEqual: { passes: () => assertLessOrEqual(1, 1), fails: () => assertLessOrEqual(2, 1) },
  assertThrows: {
    passes: () => void assertThrows(() => JSON.parse("{"), SyntaxError, "JSON"),
    fails: () => void assertThrows(() => {}),
  },
  fail: { passes: () => {}, fails: () => fail("reason") },
};

for (const [name, { passes, fails }] of Object.entries(cases)) {
  Deno.test(`${name} passes what holds and throws AssertionError otherwise`, () => {
    passes();
    assertThrows(fails, AssertionError);
  });
}

Deno.test("assertThrows returns the error and checks class and message", () => {
  const error = assertThrows(() => {
    throw new RangeError("too far");
  }, RangeError);
  assertEquals(error.message, "too far");
  const raise = () => {
    throw new RangeError("too far");
  };
  assertThrows(() => assertThrows(raise, TypeError), AssertionError);
  assertThrows(() => assertThrows(raise, RangeError, "too near"), AssertionError);
});

Deno.test("assertRejects returns the error and fails on a promise that resolves", async () => {
  const error = await assertRejects(() => Promise.reject(new TypeError("no")), TypeError, "no");
  assertEquals(error.message, "no");
  await assertRejects(() => assertRejects(() => Promise.resolve()), AssertionError);
});

Deno.test("AssertionError carries its message", () => {
  const error = new AssertionError("why");
  assert(error instanceof Error);
  assertEquals(error.name, "AssertionError");
  assertEquals(error.message, "why");
});
