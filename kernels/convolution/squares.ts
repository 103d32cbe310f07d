// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
//
// Part of assembly.ts: what is done with squares of four neighbours, a b above c d, on pixels [height, width, channels].

/**
 * Haar's wavelets: [height, width, channels] to [height / 2, width / 2, 4 · channels], all LL, then all LH, HL and HH.
 * Sums in f64, rounded once, as macronet/haar.ts has them.
 */
export function squeeze(from: usize, to: usize, height: i32, width: i32, channels: i32): void {
  const right = 4 * <usize> channels, below = right * <usize> width;
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      for (const end = from + right; from < end; from += 4) {
        const a = <f64> f32.load(from), b = <f64> f32.load(from + right);
        const c = <f64> f32.load(from + below), d = <f64> f32.load(from + below + right);
        f32.store(to, <f32> (0.5 * (a + b + c + d)));
        f32.store(to + right, <f32> (0.5 * (a - b + c - d)));
        f32.store(to + 2 * right, <f32> (0.5 * (a + b - c - d)));
        f32.store(to + 3 * right, <f32> (0.5 * (a - b - c + d)));
        to += 4;
      }
      from += right;
      to += 3 * right;
    }
    from += below;
  }
}

/** Its inverse and transpose, to [height, width, channels]. */
export function unsqueeze(from: usize, to: usize, height: i32, width: i32, channels: i32): void {
  const right = 4 * <usize> channels, below = right * <usize> width;
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      for (const end = from + right; from < end; from += 4) {
        const mean = <f64> f32.load(from), alongRow = <f64> f32.load(from + right);
        const alongColumn = <f64> f32.load(from + 2 * right), both = <f64> f32.load(from + 3 * right);
        f32.store(to, <f32> (0.5 * (mean + alongRow + alongColumn + both)));
        f32.store(to + right, <f32> (0.5 * (mean - alongRow + alongColumn - both)));
        f32.store(to + below, <f32> (0.5 * (mean + alongRow - alongColumn - both)));
        f32.store(to + below + right, <f32> (0.5 * (mean - alongRow - alongColumn + both)));
        to += 4;
      }
      from += 3 * right;
      to += right;
    }
    to += below;
  }
}

/** Means of squares, ((a + b) + (c + d)) / 4: [height, width, channels] to [height / 2, width / 2, channels]. */
export function averagePool(from: usize, to: usize, height: i32, width: i32, channels: i32): void {
  const right = 4 * <usize> channels, below = right * <usize> width;
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      for (const end = from + right; from < end; from += 4) {
        const above = f32.load(from) + f32.load(from + right);
        f32.store(to, 0.25 * (above + (f32.load(from + below) + f32.load(from + below + right))));
        to += 4;
      }
      from += right;
    }
    from += below;
  }
}

/** Its gradient: a quarter of dy to each of the four, [height, width, channels]. */
export function averagePoolGradient(dy: usize, dx: usize, height: i32, width: i32, channels: i32): void {
  const right = 4 * <usize> channels, below = right * <usize> width;
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      for (const end = dx + right; dx < end; dx += 4) {
        const quarter: f32 = 0.25 * f32.load(dy);
        f32.store(dx, quarter);
        f32.store(dx + right, quarter);
        f32.store(dx + below, quarter);
        f32.store(dx + below + right, quarter);
        dy += 4;
      }
      dx += right;
    }
    dx += below;
  }
}
