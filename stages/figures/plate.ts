/**
 * A plate: pictures of one size in rows, each with a heading and lines of text below it.
 *
 * @module
 */
import { type Field, fieldPng } from "./field_png.ts";
import { page, type Placed } from "./page.ts";
import { image, text } from "./panel.ts";
import { INK } from "./theme.ts";

/** A picture of a plate. */
export interface PlateTile {
  readonly field: Field;
  /** The values that get the first and the last colour. Default: the field's extent. */
  readonly domain?: readonly [number, number];
  readonly heading: string;
  /** What stands beside the heading, lighter. */
  readonly aside: string;
  readonly lines: readonly string[];
}

/** How a plate is laid out. */
export interface PlateOptions {
  readonly title: string;
  readonly columns: number;
  /** Pixels along a picture's side; a multiple of the fields' cells looks best. */
  readonly side: number;
  /** Lines of text in the place after the last picture. */
  readonly notes: readonly string[];
}

const gap = 16;
const lineHeight = 19;

/** A plate as an SVG document. All tiles have the space of the one with the most lines. */
export function plate(tiles: readonly PlateTile[], { title, columns, side, notes }: PlateOptions): string {
  const height = side + lineHeight * (1.3 + Math.max(...tiles.map(({ lines }) => lines.length))) + gap;
  const place = (index: number) => ({
    x: gap + (index % columns) * (side + gap),
    y: gap + Math.floor(index / columns) * height,
  });
  const placed = tiles.flatMap((tile, index): Placed[] => {
    const { x, y } = place(index);
    const png = fieldPng(tile.field, tile.domain && { domain: tile.domain });
    const below = (line: number) => y + side + lineHeight * (line + 1);
    return [
      { panel: image(png, { size: side }), x, y },
      { panel: text(tile.heading, { size: 17, weight: 600, anchor: "start" }), x, y: below(0) },
      { panel: text(tile.aside, { size: 13, colour: INK.tick, anchor: "end" }), x: x + side, y: below(0) },
      ...tile.lines.map((line, i) => ({
        panel: text(line, { size: 13, anchor: "start" }),
        x,
        y: below(i + 1),
      })),
    ];
  });
  const last = place(tiles.length);
  const remarks = notes.map((note, i) => ({
    panel: text(note, { size: 13, colour: INK.tick, anchor: "start" }),
    x: last.x,
    y: last.y + lineHeight * (i + 1),
  }));
  return page({
    width: columns * (side + gap) + gap,
    height: Math.ceil((tiles.length + (notes.length > 0 ? 1 : 0)) / columns) * height + gap,
    title,
  }, [...placed, ...remarks]);
}
