/**
 * Whether all did the same work.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Largest difference of a cell where operations come in another order or are fused. Fields lie between 0 and 1. */
export const TOLERANCE = 1e-4;

/** SHA-256 of fields as a peer writes them. */
export function digestOf(fields: Float32Array<ArrayBuffer>): string {
  return createHash("sha256").update(new Uint8Array(fields.buffer)).digest("hex");
}

/**
 * The largest difference between a peer's fields and the kernel's.
 *
 * @throws {Error} if they are not the same work: another bit where `isExact`, more than {@linkcode TOLERANCE} else
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const [ours, theirs] = [Float32Array.of(1, 0.5), Float32Array.of(1, 0.50001)];
 * assertEquals(requireAgreement("c", { ours, theirs: ours.slice(), isExact: true }), 0);
 * assertThrows(() => requireAgreement("c", { ours, theirs, isExact: true }));
 * requireAgreement("c", { ours, theirs, isExact: false });
 * ```
 */
export function requireAgreement(
  name: string,
  { ours, theirs, isExact }: {
    ours: Float32Array<ArrayBuffer>;
    theirs: Float32Array<ArrayBuffer>;
    isExact: boolean;
  },
): number {
  const difference = ours.length === theirs.length
    ? ours.reduce((most, value, i) => {
      const apart = Math.abs(value - theirs[i]);
      return apart <= most ? most : apart; // NaN stays
    }, 0)
    : NaN;
  const isSame = isExact ? digestOf(ours) === digestOf(theirs) : difference <= TOLERANCE;
  if (isSame) return difference;
  const rule = isExact ? "give the kernel's bits" : `be within ${TOLERANCE} of the kernel`;
  throw new Error(
    `Cannot compare with ${name}: it must ${rule}, but the largest difference is ${difference}`,
  );
}
