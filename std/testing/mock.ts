/**
 * The part of `@std/testing/mock` that this project uses: spies, stubs and their assertions.
 *
 * @example
 * ```ts
 * import { assertSpyCall, assertSpyCalls, spy } from "@std/testing/mock";
 *
 * const add = spy((a: number, b: number) => a + b);
 * add(1, 2);
 * assertSpyCalls(add, 1);
 * assertSpyCall(add, 0, { args: [1, 2], returned: 3 });
 * ```
 *
 * @module
 */
// deno-lint-ignore-file no-explicit-any
import { assertEquals, AssertionError, assertStrictEquals } from "@std/assert";

/** Wrong use of a spy or stub. */
export class MockError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MockError";
  }
}

/** One call that a spy recorded. */
export interface SpyCall<Self = any, Args extends unknown[] = any[], Return = any> {
  args: Args;
  returned?: Return;
  error?: Error;
  self?: Self;
}

/** A function that records its calls. */
export interface Spy<Self = any, Args extends unknown[] = any[], Return = any> {
  (this: Self, ...args: Args): Return;
  original: (this: Self, ...args: Args) => Return;
  calls: SpyCall<Self, Args, Return>[];
  restored: boolean;
  restore(): void;
}

/** A spy in place of a method; `using` puts the method back. */
export interface MethodSpy<Self = any, Args extends unknown[] = any[], Return = any>
  extends Spy<Self, Args, Return>, Disposable {}

/** A method spy that replaces what the method does. */
export interface Stub<Self = any, Args extends unknown[] = any[], Return = any>
  extends MethodSpy<Self, Args, Return> {
  fake: (this: Self, ...args: Args) => Return;
}

type Method<Self, Name extends keyof Self> = Self[Name] extends (...args: infer Args) => infer Return
  ? { args: Args; returned: Return }
  : { args: any[]; returned: any };

/** A spy that does nothing. */
export function spy<Self = any, Args extends unknown[] = any[]>(): Spy<Self, Args, undefined>;
/** A spy around a function. */
export function spy<Self, Args extends unknown[], Return>(
  original: (this: Self, ...args: Args) => Return,
): Spy<Self, Args, Return>;
/** A spy in place of a method that still does what it did. */
export function spy<Self, Name extends keyof Self>(
  self: Self,
  name: Name,
): MethodSpy<Self, Method<Self, Name>["args"], Method<Self, Name>["returned"]>;
export function spy(target?: any, name?: PropertyKey): Spy {
  if (name !== undefined) return replace(target, name, target?.[name]);
  return record(target ?? (() => undefined), {
    isRestored: () => false,
    restore() {
      throw new MockError("Cannot restore: function cannot be restored");
    },
  });
}

/** Replaces a method until restored; without `fake` by one that does nothing. */
export function stub<Self, Name extends keyof Self>(
  self: Self,
  name: Name,
  fake: (
    this: Self,
    ...args: Method<Self, Name>["args"]
  ) => Method<Self, Name>["returned"] = () => undefined,
): Stub<Self, Method<Self, Name>["args"], Method<Self, Name>["returned"]> {
  return replace(self, name, fake) as any;
}

/** A function that gives one of `values` per call and throws when there are no more; errors are thrown. */
export function returnsNext<Return, Self = any, Args extends unknown[] = any[]>(
  values: Iterable<Return | Error>,
): (this: Self, ...args: Args) => Return {
  const iterator = values[Symbol.iterator]();
  return () => {
    const { value, done } = iterator.next();
    if (done) throw new MockError("Not expected to be called more times");
    if (value instanceof Error) throw value;
    return value;
  };
}

/** Fails unless the spy was called `expected` times. */
export function assertSpyCalls(spy: Spy, expected: number): void {
  if (spy.calls.length === expected) return;
  throw new AssertionError(`Expected ${expected} calls of the spy, but it got ${spy.calls.length}`);
}

/** Fails unless call number `index` exists and matches what is given of it. */
export function assertSpyCall(
  spy: Spy,
  index: number,
  expected: { args?: unknown[]; self?: unknown; returned?: unknown } = {},
): void {
  const call = spy.calls[index];
  if (call === undefined) {
    throw new AssertionError(`Expected a call number ${index} of the spy, but it got ${spy.calls.length}`);
  }
  if ("args" in expected) assertEquals(call.args as unknown, expected.args);
  if ("self" in expected) assertStrictEquals(call.self, expected.self);
  if ("returned" in expected) assertEquals(call.returned as unknown, expected.returned);
}

function replace(self: any, name: PropertyKey, fake: any): Stub {
  const original = self?.[name];
  if (typeof original !== "function") {
    throw new MockError(`Cannot spy: property "${String(name)}" is not an instance method`);
  }
  if (isSpy(original)) throw new MockError("Cannot spy: already spying on instance method");
  const own = Object.getOwnPropertyDescriptor(self, name);
  let restored = false;
  const restore = () => {
    if (restored) throw new MockError("Cannot restore: instance method already restored");
    if (own) Object.defineProperty(self, name, own);
    else delete self[name];
    restored = true;
  };
  const wrapped = record(fake, { isRestored: () => restored, restore });
  Object.defineProperties(wrapped, {
    original: { value: original, enumerable: true },
    fake: { value: fake, enumerable: true },
    [Symbol.dispose]: { value: () => restored || restore() },
  });
  Object.defineProperty(self, name, { value: wrapped, configurable: true, writable: true, enumerable: true });
  return wrapped as Stub;
}

function record(does: any, { isRestored, restore }: { isRestored(): boolean; restore(): void }): Spy {
  const calls: SpyCall[] = [];
  function wrapped(this: unknown, ...args: unknown[]): unknown {
    const call: SpyCall = this === undefined ? { args } : { args, self: this };
    calls.push(call);
    try {
      return call.returned = does.apply(this, args);
    } catch (error) {
      call.error = error as Error;
      throw error;
    }
  }
  return Object.defineProperties(wrapped, {
    original: { value: does, enumerable: true, configurable: true },
    calls: { value: calls, enumerable: true },
    restored: { get: isRestored, enumerable: true },
    restore: { value: restore, enumerable: true },
  }) as unknown as Spy;
}

function isSpy(f: any): boolean {
  return Array.isArray(f.calls) && typeof f.restore === "function" && typeof f.original === "function";
}
