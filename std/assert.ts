/**
 * The part of `@std/assert` that this project uses, over `node:assert/strict`.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals({ a: [1, 2] }, { a: [1, 2] });
 * assertThrows(() => JSON.parse("{"), SyntaxError);
 * ```
 *
 * @module
 */
import node from "node:assert/strict";

/** What every failed assertion throws. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Fails unless `expression` is truthy, and narrows its type. */
export function assert(expression: unknown, message = ""): asserts expression {
  if (!expression) throw new AssertionError(message);
}

/** Fails always. */
export function fail(message?: string): never {
  throw new AssertionError(withMessage("Failed assertion", message));
}

/** Fails unless both are deeply equal, in type and value. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  translate(() => node.deepStrictEqual(actual, expected), message);
}

/** Fails if both are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  translate(() => node.notDeepStrictEqual(actual, expected), message);
}

/** Fails unless both are the same by `Object.is`. */
export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T {
  translate(() => node.strictEqual(actual, expected), message);
}

/** Fails unless both lie within `tolerance` of each other; by default 1e-7 of the expected magnitude. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  message?: string,
): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  if (Math.abs(expected - actual) <= allowed) return;
  throw new AssertionError(
    withMessage(`Expected actual ${actual} to be within ${allowed} of ${expected}`, message),
  );
}

/** Fails unless `fn` throws; returns the error. Class and part of the message are checked where given. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass?: ErrorClass<E>,
  messageIncludes?: string,
  message?: string,
): E {
  try {
    fn();
  } catch (error) {
    return expectError(error, ErrorClass, messageIncludes, message);
  }
  throw new AssertionError(withMessage("Expected function to throw", message));
}

/** As {@link assertThrows}, for a function that returns a promise. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass?: ErrorClass<E>,
  messageIncludes?: string,
  message?: string,
): Promise<E> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (cause) {
    throw new AssertionError(withMessage("Function throws when expected to reject", message), { cause });
  }
  try {
    await promise;
  } catch (error) {
    return expectError(error, ErrorClass, messageIncludes, message);
  }
  throw new AssertionError(withMessage("Expected function to reject", message));
}

/** Fails unless `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  if (actual.includes(expected)) return;
  throw new AssertionError(withMessage(`Expected actual: "${actual}" to contain: "${expected}"`, message));
}

/** Fails unless `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  if (expected.test(actual)) return;
  throw new AssertionError(withMessage(`Expected actual: "${actual}" to match: "${expected}"`, message));
}

/** Fails if `actual` is `null` or `undefined`. */
export function assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T> {
  if (actual !== undefined && actual !== null) return;
  throw new AssertionError(withMessage(`Expected actual: "${actual}" to not be null or undefined`, message));
}

/** Fails unless `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, message?: string): void {
  if (actual > expected) return;
  throw new AssertionError(withMessage(`Expect ${actual} > ${expected}`, message));
}

/** Fails unless `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, message?: string): void {
  if (actual >= expected) return;
  throw new AssertionError(withMessage(`Expect ${actual} >= ${expected}`, message));
}

/** Fails unless `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, message?: string): void {
  if (actual < expected) return;
  throw new AssertionError(withMessage(`Expect ${actual} < ${expected}`, message));
}

/** Fails unless `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, message?: string): void {
  if (actual <= expected) return;
  throw new AssertionError(withMessage(`Expect ${actual} <= ${expected}`, message));
}

function withMessage(what: string, message: string | undefined): string {
  return message === undefined ? what : `${what}: ${message}`;
}

function translate(check: () => void, message: string | undefined): void {
  try {
    check();
  } catch (error) {
    throw new AssertionError(withMessage((error as Error).message, message), { cause: error });
  }
}

function expectError<E extends Error>(
  error: unknown,
  ErrorClass: ErrorClass<E> | undefined,
  messageIncludes: string | undefined,
  message: string | undefined,
): E {
  if (!(error instanceof Error)) {
    throw new AssertionError(withMessage("A non-Error object was thrown or rejected", message));
  }
  if (ErrorClass !== undefined && !(error instanceof ErrorClass)) {
    throw new AssertionError(
      withMessage(`Expected error to be instance of "${ErrorClass.name}", but was "${error.name}"`, message),
      { cause: error },
    );
  }
  if (messageIncludes !== undefined && !error.message.includes(messageIncludes)) {
    throw new AssertionError(
      withMessage(
        `Expected error message to include "${messageIncludes}", but got "${error.message}"`,
        message,
      ),
      { cause: error },
    );
  }
  return error as E;
}
