/**
 * The restart point of a training that may have two turns: of the second, it holds what the first has found as well.
 *
 * @module
 */
import type { Checkpoints, Fitted } from "../macronet/fit.ts";
import { readSafetensors, writeSafetensors } from "../macronet/weights.ts";

/** Names in the file of a second turn. */
const FOUND = "first", OWN = "second", HISTORY = "history";

/** What an interrupted training left. */
export interface Resumed {
  /** What the first turn found, if it is over. */
  readonly first?: Fitted;
  /** Where a turn keeps its restart point; the second says what the first found. */
  checkpoints(first?: Fitted): Checkpoints;
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
 * const first = { parameters: Float32Array.of(1, 2), history: [] };
 * await (await resumed(file)).checkpoints(first).save(Uint8Array.of(7));
 * const again = await resumed(file);
 * assertEquals(again.first, first);
 * assertEquals(await again.checkpoints(first).load(), Uint8Array.of(7));
 * ```
 */
export async function resumed(file: Checkpoints): Promise<Resumed> {
  const bytes = await file.load();
  const second = bytes && secondTurn(bytes);
  return {
    ...(second && { first: second.first }),
    checkpoints: (first) =>
      first === undefined ? file : {
        load: () => Promise.resolve(second?.own),
        save: (own) => file.save(together(first, own)),
      },
  };
}

function together({ parameters, history }: Fitted, own: Uint8Array): Uint8Array {
  return writeSafetensors({
    [FOUND]: { shape: [parameters.length], data: parameters },
    [OWN]: { shape: [own.length], data: own },
  }, { [HISTORY]: JSON.stringify(history) });
}

/** The parts of a restart point of the second turn; of any other, nothing. */
function secondTurn(bytes: Uint8Array): { first: Fitted; own: Uint8Array } | undefined {
  const { tensors, metadata } = readSafetensors(bytes);
  const parameters = tensors[FOUND]?.data, own = tensors[OWN]?.data;
  if (!(parameters instanceof Float32Array && own instanceof Uint8Array)) return undefined;
  return {
    first: { parameters: parameters.slice(), history: JSON.parse(metadata[HISTORY]) },
    own: own.slice(),
  };
}
