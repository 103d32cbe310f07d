/**
 * What is kept because somebody said so: `pins/<output digest>.json` names the units of a stage that garbage
 * collection spares.
 *
 * @module
 */
import { dirname } from "node:path";
import { listIfThere } from "./files.ts";
import { pastKeys, type PastStage, type StageIdentity } from "./history.ts";
import { outputDigest } from "./key.ts";
import { type Layout, layout } from "./layout.ts";
import { readRecord } from "./record.ts";
import { openSession } from "./session.ts";

/** A stage as it was when it was pinned. */
export type PinnedStage = StageIdentity & Pick<PastStage, "output">;

const TYPE = "pin/1";
/** More is no pin but a mistake. */
const MOST_SHARDS = 10_000_000;

/**
 * Pins finished stages.
 *
 * @throws {Error} when the store cannot be written.
 */
export function pinStages(stages: readonly PinnedStage[], artifacts: string): void {
  const places = layout(artifacts);
  const session = openSession(places);
  try {
    for (const { stage, params, shards, inputs, code, output } of stages) {
      const pinned = { stage, params, shards, inputs, code, output };
      session.writeText(places.pin(output), JSON.stringify({ type: TYPE, pinned }, null, 2) + "\n");
    }
  } finally {
    session.close();
  }
}

/** Takes pins off. Nothing else is removed by that. */
export function unpinStages(stages: Iterable<Pick<PinnedStage, "output">>, artifacts: string): void {
  const { pin } = layout(artifacts);
  for (const { output } of stages) Deno.removeSync(pin(output));
}

/**
 * All pins of a store, by stage and output digest.
 *
 * @throws {Error} when one cannot be read: what it keeps would be lost without a word.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(listPins(await Deno.makeTempDir()), []);
 * ```
 */
export function listPins(artifacts: string): PinnedStage[] {
  const places = layout(artifacts);
  const names = listIfThere(dirname(places.pin(""))).map(({ name }) => name).filter((name) =>
    name.endsWith(".json")
  );
  const pins = names.map((name) => readPin(places.pin(name.slice(0, -".json".length)), places));
  const order = ({ stage, output }: PinnedStage) => `${stage} ${output}`;
  return pins.sort((a, b) => order(a) < order(b) ? -1 : 1);
}

function isStage({ stage, params, shards, inputs, code, output }: PinnedStage): boolean {
  const isCount = shards === null || (Number.isSafeInteger(shards) && shards >= 1 && shards <= MOST_SHARDS);
  const areTexts = [stage, code, output].every((text) => typeof text === "string");
  const areObjects = [params, inputs].every((value) => typeof value === "object" && value !== null);
  return isCount && areTexts && areObjects;
}

function readPin(path: string, layout: Layout): PinnedStage {
  try {
    const { type, pinned } = JSON.parse(Deno.readTextFileSync(path));
    if (type !== TYPE) throw new TypeError(`it is of ${type}`);
    if (!isStage(pinned)) throw new TypeError("it names no stage");
    const keys = pastKeys(pinned);
    const records = keys.map((key) => readRecord(key, layout));
    const artifacts = records.flatMap((record) => typeof record === "object" ? record.artifacts : []);
    const isWhole = records.every((record) => typeof record === "object");
    if (isWhole && outputDigest(artifacts) !== pinned.output) throw new TypeError("its digest is another's");
    return pinned;
  } catch (cause) {
    throw new Error(
      `Cannot read the pin ${path}: it must be a ${TYPE} as pin writes it, but ${
        (cause as Error).message
      }; ` +
        "remove the file and pin again",
      { cause },
    );
  }
}
