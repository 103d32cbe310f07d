/**
 * Which known name did the user mean?
 *
 * @module
 */

/**
 * The known name nearest to a mistyped one, or `undefined` when none is near: a suggestion far from what was
 * typed confuses more than none.
 *
 * Near means at most a third of the letters edited (insert, delete, replace, swap of neighbours), and at
 * least one edit is always allowed. The first of equally near names wins.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(nearest("trian", ["simulate", "train"]), "train");
 * assert.equal(nearest("banana", ["simulate", "train"]), undefined);
 * ```
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    // At least so many letters are inserted or deleted: what is much longer need not be compared.
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * `" (did you mean X?)"`, or an empty string when nothing is near: the tail of an error message.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(didYouMean("trian", ["train"]), ' (did you mean "train"?)');
 * assert.equal(didYouMean("banana", ["train"]), "");
 * ```
 */
export function didYouMean(name: string, known: Iterable<string>): string {
  const match = nearest(name, known);
  return match === undefined ? "" : ` (did you mean "${match}"?)`;
}

/**
 * Number of single-letter edits between two strings, a swap of neighbours counting as one (optimal string
 * alignment; Boytsov 2011, section 2.2).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(editDistance("train", "trian"), 1);
 * assert.equal(editDistance("", "abc"), 3);
 * ```
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, replace);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}

/**
 * What a stage names by a role.
 *
 * @throws {RangeError} If there is no such role, with the nearest one.
 */
export function known<T>(roles: Readonly<Record<string, T>>, role: string, field: string, stage: string): T {
  if (Object.hasOwn(roles, role)) return roles[role];
  const near = didYouMean(role, Object.keys(roles));
  throw new RangeError(`Cannot find "${role}" under the ${field} of "${stage}": there is none${near}`);
}
