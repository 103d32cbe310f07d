// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
//
// Part of assembly.ts: the layout that is described there, and the way into it and out of it.

@inline function load(at: usize): v128 { return v128.load(at); }

/** Bytes of a plane, and of one of its rows. */
@inline export function planeBytesOf(height: i32, width: i32): usize {
  return <usize> ((((height + 2) * (width + 2) + 31) >> 4) | 1) << 6;
}
@inline export function rowBytesOf(width: i32): usize { return 4 * <usize> (width + 2); }

/** From a plane's start to its first inner cell. */
@inline export function innerOf(width: i32): usize { return rowBytesOf(width) + 4; }

/** Bytes from the first inner cell to behind the last. */
@inline export function spanOf(height: i32, width: i32): usize { return <usize> height * rowBytesOf(width) - 8; }

/** Channels of pixels, `stride` floats apart, to planes. Leaves the halo as it is. */
export function toPlanes(pixels: usize, stride: i32, planes: usize, height: i32, width: i32, channels: i32): void {
  const pixel = 4 * <usize> stride, plane = planeBytesOf(height, width), row = rowBytesOf(width);
  planes += innerOf(width);
  for (let y = 0; y < height; y++) {
    exchange(pixels, pixel, 4, planes, 4, plane, width, channels);
    pixels += pixel * <usize> width;
    planes += row;
  }
}

/** Planes to channels of pixels, `stride` floats apart. */
export function fromPlanes(planes: usize, pixels: usize, stride: i32, height: i32, width: i32, channels: i32): void {
  const pixel = 4 * <usize> stride, plane = planeBytesOf(height, width), row = rowBytesOf(width);
  planes += innerOf(width);
  for (let y = 0; y < height; y++) {
    exchange(planes, 4, plane, pixels, pixel, 4, width, channels);
    pixels += pixel * <usize> width;
    planes += row;
  }
}

/** Copies [width, channels] numbers; steps are in bytes. Four by four where there are as many. */
function exchange(
  from: usize, fromPixel: usize, fromChannel: usize, to: usize, toPixel: usize, toChannel: usize,
  width: i32, channels: i32,
): void {
  const fromStep = fromPixel + fromChannel - 4, toStep = toPixel + toChannel - 4; // one of the two is 4
  for (let channel = 0; channel < channels; channel += 4) {
    const count = min(channels - channel, 4);
    let source = from, target = to, x = 0;
    if (count == 4) {
      for (; x + 4 <= width; x += 4) {
        transpose(source, fromStep, target, toStep);
        source += 4 * fromPixel;
        target += 4 * toPixel;
      }
    }
    for (; x < width; x++) {
      for (let k: usize = 0; k < <usize> count; k++) {
        f32.store(target + k * toChannel, f32.load(source + k * fromChannel));
      }
      source += fromPixel;
      target += toPixel;
    }
    from += 4 * fromChannel;
    to += 4 * toChannel;
  }
}

@inline function transpose(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const a = load(from), b = load(from + fromStep), c = load(from + 2 * fromStep), d = load(from + 3 * fromStep);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7), cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to + toStep, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(to + 2 * toStep, v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5));
  v128.store(to + 3 * toStep, v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7));
}

/** Fills the halo with the cells of the opposite side; behind it zeros, as far as the sums over cells may read. */
export function wrap(planes: usize, height: i32, width: i32, channels: i32): void {
  const row = rowBytesOf(width), last = <usize> height * row, right = 4 * <usize> width;
  for (let channel = 0; channel < channels; channel++) {
    for (let at = planes + row; at <= planes + last; at += row) {
      f32.store(at, f32.load(at + right));
      f32.store(at + right, f32.load(at, 4), 4);
    }
    memory.copy(planes, planes + last, row);
    memory.copy(planes + last + row, planes + row, row);
    v128.store(planes + last + 2 * row, f32x4.splat(0));
    planes += planeBytesOf(height, width);
  }
}

/** Fills the halo with zeros, which is what the sums over cells need. */
export function clearHalo(planes: usize, height: i32, width: i32, channels: i32): void {
  const row = rowBytesOf(width), last = <usize> height * row, right = 4 * <usize> width;
  for (let channel = 0; channel < channels; channel++) {
    for (let at = planes + row; at <= planes + last; at += row) {
      f32.store(at, 0);
      f32.store(at + right, 0, 4);
    }
    memory.fill(planes, 0, row);
    memory.fill(planes + last + row, 0, row);
    planes += planeBytesOf(height, width);
  }
}
