// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file
// deno-lint-ignore-file
//
// Rows from one place to another.

/** Copies rows of `columns` numbers that begin `fromStep` bytes apart to where they begin `toStep` apart. */
export function copyRows(from: usize, fromStep: usize, to: usize, toStep: usize, rows: i32, columns: i32): void {
  const bytes: usize = 4 * <usize> columns, inVectors: usize = bytes & ~15;
  for (; rows > 0; rows--) {
    let offset: usize = 0;
    for (; offset < inVectors; offset += 16) v128.store(to + offset, v128.load(from + offset));
    for (; offset < bytes; offset += 4) i32.store(to + offset, i32.load(from + offset));
    from += fromStep, to += toStep;
  }
}
