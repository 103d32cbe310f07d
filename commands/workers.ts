/**
 * How many units run at the same time.
 *
 * @module
 */
import { brief } from "../pipeline/mod.ts";
import { CallError, type Flag } from "./call.ts";

/** More would be a typing error. */
const MOST_WORKERS = 1024;

/** The flag of commands that run units. */
export const WORKERS_FLAG: Flag = {
  name: "workers",
  value: "n",
  help: "units at the same time; the number of processors by default",
};

/**
 * The value of the flag.
 *
 * @throws {CallError} When it is no such number.
 */
export function workersOf(text: string | undefined): number {
  if (text === undefined) return Math.max(1, navigator.hardwareConcurrency);
  const workers = Number(text);
  if (Number.isInteger(workers) && workers >= 1 && workers <= MOST_WORKERS) return workers;
  throw new CallError(
    `Cannot use --workers ${brief(text)}: it must be a whole number from 1 to ${MOST_WORKERS}, but is not`,
  );
}
