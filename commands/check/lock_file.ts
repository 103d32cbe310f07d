/**
 * Whether a value is what `macrostates.lock.json` may hold: it is edited by hand, and merged by git.
 *
 * @module
 */
import { MOST_COORDINATES } from "../../systems/metrics/alignment.ts";

/** What is wrong with a value, or `undefined`. */
type Rule = (value: unknown, at: string) => string | undefined;

const SYSTEM = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/;
const METRIC = /^[A-Za-z][A-Za-z0-9_-]{0,99}\.[^\p{C}\p{Z}]{1,100}$/u;
const TOLERANCE = /^[^\p{C}\p{Z}]{1,201}$/u;
const PROFILE = /^(smoke|paper)$/;

/**
 * The first place of a value that keeps it from being a lock, and why, or `undefined` when it is one.
 *
 * @example
 * ```ts
 * import { checkLockFile } from "./lock_file.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const tolerances = { metrics: { default: { atol: 0.1, rtol: -1 } }, macrostates: {} };
 * assertEquals(
 *   checkLockFile({ about: "", tolerances, profiles: {} }),
 *   "tolerances.metrics.default.rtol must be a number of at least 0, but is -1",
 * );
 * ```
 */
export function checkLockFile(value: unknown): string | undefined {
  return lock(value, "");
}

/** An object of exactly these fields. */
function object(fields: Readonly<Record<string, Rule>>): Rule {
  return (value, at) => {
    if (!isObject(value)) return must(at, "hold " + Object.keys(fields).join(", "), value);
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(fields, key)) return `${join(at, key)} must not be there, but is`;
    }
    for (const [key, rule] of Object.entries(fields)) {
      if (!Object.hasOwn(value, key)) return `${join(at, key)} must be there, but is not`;
      const wrong = rule(value[key], join(at, key));
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}

/** An object whose keys match a pattern, of values that obey one rule. */
function map(key: RegExp, rule: Rule): Rule {
  return (value, at) => {
    if (!isObject(value)) return must(at, "be an object", value);
    for (const [name, item] of Object.entries(value)) {
      if (!key.test(name)) return `${join(at, name)} must be named as ${key.source}, but is not`;
      const wrong = rule(item, join(at, name));
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}

/** Tolerances by name, the default among them. */
function tolerances(key: RegExp): Rule {
  const tolerance = object({ atol: atLeast0, rtol: atLeast0 });
  return (value, at) => {
    if (isObject(value) && !Object.hasOwn(value, "default")) {
      return `${join(at, "default")} must be there, but is not`;
    }
    return map(key, tolerance)(value, at);
  };
}

/** Macrostates of both sides, rows and coordinates of equal number. */
const probe: Rule = (value, at) => {
  const wrong = object({ probes: digest, u: rows, v: rows })(value, at);
  if (wrong !== undefined) return wrong;
  const { u, v } = value as { u: number[][]; v: number[][] };
  const width = u[0].length;
  if (u.length !== v.length) {
    return `${at}.v must have as many rows as ${at}.u, ${u.length}, but has ${v.length}`;
  }
  for (const [name, side] of Object.entries({ u, v })) {
    const odd = side.findIndex((row) => row.length !== width);
    if (odd !== -1) return `${at}.${name}[${odd}] must have ${width} numbers, but has ${side[odd].length}`;
  }
  return undefined;
};

const text: Rule = (value, at) => typeof value === "string" ? undefined : must(at, "be a text", value);

const number: Rule = (value, at) =>
  Number.isFinite(value) ? undefined : must(at, "be a finite number", value);

const digest: Rule = (value, at) =>
  typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value)
    ? undefined
    : must(at, "be sha256: and 64 digits", value);

function atLeast0(value: unknown, at: string): string | undefined {
  return Number.isFinite(value) && (value as number) >= 0
    ? undefined
    : must(at, "be a number of at least 0", value);
}

function rows(value: unknown, at: string): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return must(at, "be a list of rows", value);
  for (const [i, row] of value.entries()) {
    if (!Array.isArray(row) || row.length === 0 || row.length > MOST_COORDINATES) {
      return must(`${at}[${i}]`, `be a list of 1 to ${MOST_COORDINATES} numbers`, row);
    }
    for (const [j, item] of row.entries()) {
      const wrong = number(item, `${at}[${i}][${j}]`);
      if (wrong !== undefined) return wrong;
    }
  }
  return undefined;
}

const lock = object({
  about: text,
  tolerances: object({ metrics: tolerances(TOLERANCE), macrostates: tolerances(SYSTEM) }),
  profiles: map(PROFILE, object({ metrics: map(METRIC, number), macrostates: map(SYSTEM, probe) })),
});

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function must(at: string, what: string, value: unknown): string {
  return `${at === "" ? "the file" : at} must ${what}, but is ${shown(value)}`;
}

function join(at: string, key: string): string {
  const name = /^[\w.-]{1,100}$/.test(key) ? key : shown(key);
  return at === "" ? name : `${at}.${name}`;
}

/** A value as JSON, cut short. */
function shown(value: unknown): string {
  const json = typeof value === "number" ? String(value) : JSON.stringify(value);
  return json.length > 40 ? `${json.slice(0, 40)}…` : json;
}
