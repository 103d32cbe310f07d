/**
 * What tests are skipped for.
 *
 * @module
 */

/** A line that says so, which is printed whatever else is silenced: an ignored test of that name. */
export function sayWhatIsMissing(line: string): void {
  Deno.test.ignore(line, () => {});
}
