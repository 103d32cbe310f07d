/**
 * Fields as pictures: numbers through a colour map into an indexed PNG.
 *
 * @module
 */
import { interpolateCividis } from "d3-scale-chromatic";
import { encodeIndexedPng } from "../formats/png.ts";
import type { ColourMap } from "./theme.ts";

/** A square or oblong field, row by row. */
export interface Field {
  readonly width: number;
  readonly height: number;
  readonly values: ArrayLike<number>;
}

/** How a field is coloured. */
export interface FieldOptions {
  /** The values that get the first and the last colour; those outside get the nearer of the two. Default: extent. */
  readonly domain?: readonly [number, number];
  /** Default: cividis, which reads the same with every kind of colour vision. */
  readonly colours?: ColourMap;
  /** Pixels along the side of each value. Default 1. */
  readonly scale?: number;
}

/** Colours in the palette of a field; the rest of the 256 are left for frames and gaps. */
const LEVELS = 240;

/**
 * A field as a PNG file.
 *
 * @throws {RangeError} if a value is not finite: a picture must not hide that
 *
 * @example
 * ```ts
 * import { fieldPng } from "./field_png.ts";
 * import { decodePng } from "../formats/png.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const png = fieldPng({ width: 2, height: 1, values: [0, 1] }, { scale: 4 });
 * assertEquals(decodePng(png).width, 8);
 * ```
 */
export function fieldPng(field: Field, options: FieldOptions = {}): Uint8Array {
  const { scale = 1, colours = interpolateCividis } = options;
  const width = field.width * scale, height = field.height * scale;
  const indices = new Uint8Array(width * height);
  stamp(indices, { x: 0, y: 0, stride: width, scale, levels: quantise(field, options.domain), field });
  return encodeIndexedPng({ width, height, palette: levelsOf(colours), indices });
}

/** One field of a {@link montage}. */
export interface Tile extends Field {
  /** Colour of its frame, `#rrggbb`. */
  readonly frame?: string;
}

/** How a {@link montage} is laid out. All tiles share domain and colours. */
export interface MontageOptions extends FieldOptions {
  readonly columns: number;
  /** Pixels between tiles and around them. Default 4. */
  readonly gap?: number;
  /** Default 2. */
  readonly frameWidth?: number;
}

/** Fields of one size, left to right and top to bottom on white, as one PNG file. */
export function montage(tiles: readonly Tile[], options: MontageOptions): Uint8Array {
  const { columns, gap = 4, frameWidth = 2, scale = 1, colours = interpolateCividis } = options;
  const first = tiles[0];
  if (tiles.some((tile) => tile.width !== first.width || tile.height !== first.height)) {
    throw new RangeError(`Cannot lay out a montage: fields must be alike in size, but some are not`);
  }
  const frames = [...new Set(tiles.flatMap(({ frame }) => frame ?? []))];
  if (frames.length > 255 - LEVELS) {
    throw new RangeError(
      `Cannot lay out a montage: there is room for ${255 - LEVELS} frame colours, but got ${frames.length}`,
    );
  }
  const domain = options.domain ?? union(tiles.map(extent));
  const outer = {
    width: first.width * scale + 2 * frameWidth,
    height: first.height * scale + 2 * frameWidth,
  };
  const width = Math.min(columns, tiles.length) * (outer.width + gap) + gap;
  const height = Math.ceil(tiles.length / columns) * (outer.height + gap) + gap;
  const indices = new Uint8Array(width * height).fill(LEVELS);
  tiles.forEach((tile, i) => {
    const x = gap + (i % columns) * (outer.width + gap);
    const y = gap + Math.floor(i / columns) * (outer.height + gap);
    for (let row = 0; tile.frame !== undefined && row < outer.height; row++) {
      const start = (y + row) * width + x;
      indices.fill(LEVELS + 1 + frames.indexOf(tile.frame), start, start + outer.width);
    }
    const levels = quantise(tile, domain);
    stamp(indices, { x: x + frameWidth, y: y + frameWidth, stride: width, scale, levels, field: tile });
  });
  const palette = [...levelsOf(colours), 255, 255, 255, ...frames.flatMap(channels)];
  return encodeIndexedPng({ width, height, palette: Uint8Array.from(palette), indices });
}

/** Smallest and largest value. */
export function extent({ values }: { readonly values: ArrayLike<number> }): [number, number] {
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return [low, high];
}

function union(extents: readonly (readonly [number, number])[]): [number, number] {
  return [Math.min(...extents.map(([low]) => low)), Math.max(...extents.map(([, high]) => high))];
}

/** Values as palette indices. */
function quantise(field: Field, domain: readonly [number, number] = extent(field)): Uint8Array {
  const [low, high] = domain;
  const levels = new Uint8Array(field.width * field.height);
  if (field.values.length !== levels.length) {
    throw new RangeError(
      `Cannot draw a field: ${field.width}×${field.height} takes ${levels.length} values, ` +
        `but there are ${field.values.length}`,
    );
  }
  for (let i = 0; i < levels.length; i++) {
    const value = field.values[i];
    if (!Number.isFinite(value)) {
      throw new RangeError(`Cannot draw a field: values must be finite, but number ${i} is ${value}`);
    }
    const t = high > low ? (value - low) / (high - low) : 0.5;
    levels[i] = Math.round(Math.min(Math.max(t, 0), 1) * (LEVELS - 1));
  }
  return levels;
}

interface Stamp {
  readonly x: number;
  readonly y: number;
  /** Width of the picture stamped on. */
  readonly stride: number;
  readonly scale: number;
  readonly levels: Uint8Array;
  readonly field: Field;
}

function stamp(indices: Uint8Array, { x, y, stride, scale, levels, field }: Stamp): void {
  for (let row = 0; row < field.height * scale; row++) {
    const source = Math.floor(row / scale) * field.width;
    const target = (y + row) * stride + x;
    for (let column = 0; column < field.width; column++) {
      indices.fill(levels[source + column], target + column * scale, target + (column + 1) * scale);
    }
  }
}

function levelsOf(colours: ColourMap): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: LEVELS }, (_, i) => channels(colours(i / (LEVELS - 1)))).flat(),
  );
}

/** `#rrggbb` or `rgb(r, g, b)`, as d3's colour maps give them, to three bytes. */
function channels(colour: string): number[] {
  const decimal = colour.match(/\d+/g);
  return colour.startsWith("#")
    ? [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
    : decimal!.map(Number);
}
