/**
 * The restart point of a training in turns: of a later one, it holds what those before it have found as well.
 *
 * @module
 */
import type { Checkpoints } from "../macronet/fit.ts";
import type { LossRecord } from "../macronet/training_record.ts";
import { readSafetensors, writeSafetensors } from "../macronet/weights.ts";

/** Names in the file of a later turn. */
const FOUND = "found", OWN = "own", HISTORIES = "histories";

/** The turns that are over. */
export interface Over {
  /** All parameters, flat, as far as they are learned. */
  readonly parameters: Float32Array;
  /** The records of each turn. */
  readonly histories: readonly (readonly LossRecord[])[];
}

/** What an interrupted training left. */
export interface Resumed {
  /** The turns that were over, if any was. */
  readonly over?: Over;
  /** Where a turn keeps its restart point; a later one says what those before it have found. */
  checkpoints(over?: Over): Checkpoints;
}

/**
 * Reads a restart point.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { resumed } from "./train_checkpoint.ts";
 *
 * let stored: Uint8Array | undefined;
 * const file = { load: () => Promise.resolve(stored), save: async (bytes: Uint8Array) => void (stored = bytes) };
 * const over = { parameters: Float32Array.of(1, 2), histories: [[]] };
 * await (await resumed(file)).checkpoints(over).save(Uint8Array.of(7));
 * const again = await resumed(file);
 * assertEquals(again.over, over);
 * assertEquals(await again.checkpoints(over).load(), Uint8Array.of(7));
 * // Of the turn after that, there is none yet.
 * assertEquals(await again.checkpoints({ ...over, histories: [[], []] }).load(), undefined);
 * ```
 */
export async function resumed(file: Checkpoints): Promise<Resumed> {
  const bytes = await file.load();
  const later = bytes && laterTurn(bytes);
  const turnsOver = later?.over.histories.length;
  return {
    ...(later && { over: later.over }),
    checkpoints: (over) =>
      over === undefined ? file : {
        load: () => Promise.resolve(over.histories.length === turnsOver ? later?.own : undefined),
        save: (own) => file.save(together(over, own)),
      },
  };
}

function together({ parameters, histories }: Over, own: Uint8Array): Uint8Array {
  return writeSafetensors({
    [FOUND]: { shape: [parameters.length], data: parameters },
    [OWN]: { shape: [own.length], data: own },
  }, { [HISTORIES]: JSON.stringify(histories) });
}

/** The parts of a restart point of a later turn; of the first, nothing. */
function laterTurn(bytes: Uint8Array): { over: Over; own: Uint8Array } | undefined {
  const { tensors, metadata } = readSafetensors(bytes);
  const parameters = tensors[FOUND]?.data, own = tensors[OWN]?.data;
  if (!(parameters instanceof Float32Array && own instanceof Uint8Array)) return undefined;
  return {
    over: { parameters: parameters.slice(), histories: JSON.parse(metadata[HISTORIES]) },
    own: own.slice(),
  };
}
