import { assertEquals, AssertionError, assertStrictEquals, assertThrows } from "@std/assert";
import { assertSpyCall, assertSpyCalls, MockError, returnsNext, spy, stub } from "@std/testing/mock";

class Counter {
  count = 0;
  add(step: number): number {
    return this.count += step;
  }
}

Deno.test("spy records arguments, results and errors of a function", () => {
  const root = spy((x: number) => {
    if (x < 0) throw new RangeError("negative");
    return Math.sqrt(x);
  });
  assertEquals(root(4), 2);
  assertThrows(() => root(-1), RangeError);
  assertSpyCalls(root, 2);
  assertSpyCall(root, 0, { args: [4], returned: 2 });
  assertEquals(root.calls[1].error?.message, "negative");
  assertThrows(() => root.restore(), MockError);
});

Deno.test("spy without a function does nothing and records", () => {
  const callback = spy();
  callback("a");
  assertSpyCall(callback, 0, { args: ["a"], returned: undefined });
});

Deno.test("spy on a method keeps what it does until it is restored", () => {
  const counter = new Counter();
  const { add } = counter;
  {
    using watched = spy(counter, "add");
    assertEquals(counter.add(2), 2);
    assertSpyCall(watched, 0, { args: [2], self: counter, returned: 2 });
    assertThrows(() => spy(counter, "add"), MockError);
  }
  assertStrictEquals(counter.add, add);
  assertEquals(Object.hasOwn(counter, "add"), false);
});

Deno.test("stub replaces a method and returnsNext runs out", () => {
  const counter = new Counter();
  using replaced = stub(counter, "add", returnsNext([7, new Error("boom")]));
  assertEquals(counter.add(1), 7);
  assertThrows(() => counter.add(1), Error, "boom");
  assertThrows(() => counter.add(1), MockError);
  assertEquals(counter.count, 0);
  assertSpyCalls(replaced, 3);
  replaced.restore();
  assertEquals(replaced.restored, true);
  assertThrows(() => replaced.restore(), MockError);
});

Deno.test("assertSpyCall and assertSpyCalls fail on what did not happen", () => {
  const callback = spy();
  callback(1);
  assertThrows(() => assertSpyCalls(callback, 2), AssertionError);
  assertThrows(() => assertSpyCall(callback, 1), AssertionError);
  assertThrows(() => assertSpyCall(callback, 0, { args: [2] }), AssertionError);
});

Deno.test("spy refuses what is no method", () => {
  assertThrows(() => spy(new Counter(), "count"), MockError, "not an instance method");
});
