/**
 * Times the pieces of a long work, which come in the same order each time it is done, and keeps the fastest time of
 * each: a long work is never left alone by the rest of the machine, but each of its pieces is, once in a few times.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 *
 * const laps = new Laps();
 * for (let round = 0; round < 3; round++) {
 *   laps.begin();
 *   laps.mark("load");
 *   laps.mark("compute");
 * }
 * assertEquals(laps.pieces.map(({ name }) => name), ["load", "compute"]);
 * assert(laps.seconds >= 0);
 * ```
 */
export class Laps {
  readonly #pieces: { name: string; seconds: number }[] = [];
  #next = 0;
  #last = 0;

  /** Begins a round. */
  begin(): void {
    this.#next = 0;
    this.#last = performance.now();
  }

  /** Ends a piece. */
  mark(name: string): void {
    const now = performance.now();
    const seconds = (now - this.#last) / 1000;
    const piece = this.#pieces[this.#next];
    if (piece === undefined) this.#pieces.push({ name, seconds });
    else if (piece.name === name) piece.seconds = Math.min(piece.seconds, seconds);
    else throw new Error(`Cannot compare rounds: piece ${this.#next} was ${piece.name}, but is ${name} now`);
    this.#next++;
    this.#last = now;
  }

  /** Every piece, at its fastest. */
  get pieces(): readonly { readonly name: string; readonly seconds: number }[] {
    return this.#pieces;
  }

  /** All of them together. */
  get seconds(): number {
    return this.#pieces.reduce((sum, { seconds }) => sum + seconds, 0);
  }
}
