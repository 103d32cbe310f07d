// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file
// deno-lint-ignore-file
//
// Sums of rows by a number that each has.

/**
 * sums `[segments, columns]`: of the rows `[rows, columns]` whose id is the segment's, in their order, begun with 0.
 * Rows whose id is no segment's are left out.
 */
export function segmentSum(from: usize, ids: usize, sums: usize, rows: i32, columns: i32, segments: i32): void {
  const rowBytes: usize = 4 * <usize> columns, inVectors: usize = rowBytes & ~15;
  memory.fill(sums, 0, rowBytes * <usize> segments);
  for (; rows > 0; rows--) {
    const id = i32.load(ids);
    ids += 4;
    if (id >= 0 && id < segments) {
      const to = sums + rowBytes * <usize> id;
      let offset: usize = 0;
      for (; offset < inVectors; offset += 16) {
        v128.store(to + offset, f32x4.add(v128.load(to + offset), v128.load(from + offset)));
      }
      for (; offset < rowBytes; offset += 4) f32.store(to + offset, f32.load(to + offset) + f32.load(from + offset));
    }
    from += rowBytes;
  }
}
