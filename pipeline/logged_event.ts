/**
 * A line of a run's log, read again: an event of the shape that the engine writes, or nothing.
 *
 * @module
 */
import type { RunEvent } from "./events.ts";
import { isStageId, MOST_SHARDS } from "./graph.ts";

/** An event and when it was. */
export type LoggedEvent = RunEvent & {
  /** ISO 8601. */
  readonly at: string;
};

type Check = (value: unknown) => boolean;

/**
 * The event in a line, or `undefined` when the line was cut short or is no event's. Of events that nobody reads back,
 * only the type and the time are looked at.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const line = '{"at":"1970-01-01T00:00:00.000Z","type":"reused","stage":"train","units":1}';
 * assert.equal(parseLoggedEvent(line)?.type, "reused");
 * assert.equal(parseLoggedEvent(line.slice(0, -1)), undefined);
 * assert.equal(parseLoggedEvent(line.replace('"units":1', '"units":-1')), undefined);
 * ```
 */
export function parseLoggedEvent(line: string): LoggedEvent | undefined {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(event) || typeof event.type !== "string" || !isTime(event.at)) return undefined;
  const fields = Object.hasOwn(FIELDS, event.type) ? FIELDS[event.type] : {};
  const isRight = Object.entries(fields).every(([name, isField]) =>
    isField(Object.hasOwn(event, name) ? event[name] : undefined)
  );
  return isRight ? event as unknown as LoggedEvent : undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === "string";
const isTime: Check = (value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isAmount: Check = (value) => Number.isFinite(value) && (value as number) >= 0;
const isShard: Check = (value) => value === null || isCount(value);
const isShards: Check = (value) =>
  value === undefined || value === null ||
  (isCount(value) && value !== 0 && (value as number) <= MOST_SHARDS);
const isPlanned: Check = (value) =>
  isRecord(value) && isStageId(value.stage) && isAmount(value.cost) &&
  [value.units, value.reuse, value.run].every(isCount);

/** What is read back, by the type of the event. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  plan: {
    about: (value) => value === undefined || isRecord(value),
    stages: (value) => Array.isArray(value) && value.every(isPlanned),
  },
  "stage-done": {
    stage: isStageId,
    params: isRecord,
    shards: isShards,
    inputs: (value) => isRecord(value) && Object.values(value).every(isText),
    code: isText,
    output: isText,
    executed: isCount,
    reused: isCount,
  },
  "unit-done": { stage: isStageId, shard: isShard, key: isText, milliseconds: isAmount },
  reused: { stage: isStageId, units: isCount },
  failed: { stage: isStageId, shard: isShard, message: isText },
  "run-done": {
    executed: isCount,
    reused: isCount,
    failed: isCount,
    aborted: (value) => typeof value === "boolean",
    milliseconds: isAmount,
  },
};
