/**
 * What went wrong in a run, in one line each: with the stage, the shard and the parameters.
 *
 * @module
 */
import type { OnEvent } from "./events.ts";
import type { Failure } from "./result.ts";
import type { Stage } from "./stage.ts";
import { inWords } from "./store_error.ts";

/** A unit, or a stage as a whole. */
export interface Place {
  readonly stage: Stage;
  readonly shard: number | null;
}

/** Parameters of which a message shows more would hide what it says. */
const MOST_SHOWN = 400;

/** The failures of a run, told as they come. */
export class Failures {
  readonly list: Failure[] = [];
  readonly #stages = new Set<string>();
  readonly #emit: OnEvent;

  constructor(emit: OnEvent) {
    this.#emit = emit;
  }

  /** Whether a stage, or a unit of it, failed. */
  has(stage: string): boolean {
    return this.#stages.has(stage);
  }

  /** A unit failed, and would again: its result depends on nothing but its ingredients. */
  unit({ stage, shard }: Place, { message, stack }: { message: string; stack?: string }): void {
    const params = shortened(JSON.stringify(stage.params));
    const which = shard === null ? stage.id : `${stage.id}, shard ${shard},`;
    this.#add({ stage, shard }, `Cannot run ${which} with ${params}: ${message}`, stack);
  }

  /** The store takes nothing any more. */
  store({ stage, shard }: Place, { cause, message, stack }: Error, artifacts: string): void {
    const which = shard === null ? stage.id : `${stage.id}, shard ${shard}`;
    const line = `Cannot store ${which}: ${artifacts} must be writable and have room, but ` +
      `${inWords(cause ?? message)}. Make room there, or choose another --artifacts folder`;
    this.#add({ stage, shard }, line, stack);
  }

  #add({ stage, shard }: Place, message: string, stack: string | undefined): void {
    const failure = { stage: stage.id, shard, message, ...(stack !== undefined && { stack }) };
    this.#stages.add(stage.id);
    this.list.push(failure);
    this.#emit({ type: "failed", params: stage.params, ...failure });
  }
}

function shortened(text: string): string {
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}
