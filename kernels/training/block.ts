// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
// deno-lint-ignore-file
//
// A batch in blocks, and its way there and back.
//
// Layout. A batch of n features is a row of blocks of 16 samples, each `[n, 16]`: a feature of 16 samples is 64 bytes,
// four vectors and a line of the cache. Features that are neighbours in an event are neighbours in memory, so that a
// part of an event is a pointer into the whole, at the same stride; and a narrow layer wastes nothing. Samples that
// the last block lacks are copies of the last one there is (of a batch), or zeros (of a gradient): nothing that is
// computed of them adds to anything, and nothing of them is worse than what is there already.

/** Samples of a block. */
export const lanes: i32 = 16;
/** A feature of a block. */
export const featureBytes: usize = 64;

@inline export function load(at: usize): v128 { return v128.load(at); }
@inline export function multiplyAdd(sum: v128, a: v128, b: v128): v128 { return f32x4.add(sum, f32x4.mul(a, b)); }

/** (0 + 1) + (2 + 3) */
@inline export function sumLanes(v: v128): f32 {
  const first = f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1);
  return first + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Rows `[batch, features]` to blocks. Missing samples: copies of the last row with `repeat`, else zeros. */
export function toBlocks(rows: usize, blocks: usize, batch: i32, features: i32, repeat: bool): void {
  const rowBytes = 4 * <usize> features;
  for (let first = 0; first < batch; first += lanes) {
    for (let lane = 0; lane < lanes; lane++) {
      const row = first + lane;
      const from = rows + rowBytes * <usize> min(row, batch - 1), to = blocks + 4 * <usize> lane;
      const used = row < batch || repeat;
      for (let feature: usize = 0; feature < <usize> features; feature++) {
        f32.store(to + featureBytes * feature, used ? f32.load(from + 4 * feature) : 0);
      }
    }
    blocks += featureBytes * <usize> features;
  }
}

/** Blocks to rows `[batch, features]`. */
export function fromBlocks(blocks: usize, rows: usize, batch: i32, features: i32): void {
  for (let row = 0; row < batch; row++) {
    const from = blocks + featureBytes * <usize> features * <usize> (row / lanes) + 4 * <usize> (row % lanes);
    for (let feature: usize = 0; feature < <usize> features; feature++) {
      f32.store(rows, f32.load(from + featureBytes * feature));
      rows += 4;
    }
  }
}

/** Copies neighbouring features of every block. */
export function copyFeatures(
  from: usize, fromStride: usize, to: usize, toStride: usize, blocks: i32, features: i32,
): void {
  for (; blocks > 0; blocks--) {
    memory.copy(to, from, featureBytes * <usize> features);
    from += fromStride, to += toStride;
  }
}
