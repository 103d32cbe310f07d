/**
 * Harm that a disk, or a firm will, does to a file of the store.
 *
 * @module
 */

/** Writes over a file, read-only or not, as an editor with a firm will does. */
export function overwrite(path: string, change: (bytes: Uint8Array) => Uint8Array): void {
  const bytes = Deno.readFileSync(path);
  Deno.chmodSync(path, 0o644);
  Deno.writeFileSync(path, change(bytes));
}

/** The same below the seal: the file keeps its date, as when a bit flips on the disk. */
export function overwriteBelowSeal(path: string, change: (bytes: Uint8Array) => Uint8Array): void {
  const { mtime } = Deno.statSync(path);
  overwrite(path, change);
  Deno.utimeSync(path, mtime!, mtime!);
}

/** Flips one bit, at a share of the bytes' length. */
export function flipBit(bytes: Uint8Array, share: number): Uint8Array {
  const bit = Math.floor(share * bytes.length * 8);
  return bytes.map((byte, i) => i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte);
}

/** Some of them, drawn without repetition. */
export function drawn<T>(from: readonly T[], count: number, draw: () => number): T[] {
  const rest = [...from];
  return Array.from(
    { length: Math.min(count, rest.length) },
    () => rest.splice(Math.floor(draw() * rest.length), 1)[0],
  );
}
