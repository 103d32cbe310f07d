/**
 * Figure 6: rules sampled from the macrostates of Turing patterns, and the patterns that they make.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { extent, fieldPng } from "./field_png.ts";
import { grid, page, type Placed } from "./page.ts";
import { image, type Panel, text } from "./panel.ts";
import { chart } from "./plot.ts";
import { interleave } from "./interleave.ts";
import { colourOf, INK, tint } from "./theme.ts";

/** An example pattern and what was sampled from its macrostate. */
export interface TuringExample {
  /** Concentration of b, `[size, size]`. */
  readonly pattern: Float32Array;
  /** The parameters that made it, `[4]`: Da, Db, F, k. */
  readonly parameters: Float32Array;
  /** `[count, 4]` */
  readonly sampledParameters: Float32Array;
  /** Patterns grown from the first of them, `[grown, size, size]`. */
  readonly grownPatterns: Float32Array;
}

/** Data of figure 6. */
export interface Figure6Data {
  /** Cells along a pattern's side. */
  readonly size: number;
  /** Range of each parameter, `[4]` pairs. */
  readonly box: readonly (readonly [low: number, high: number])[];
  readonly examples: readonly TuringExample[];
}

const NAMES = ["D_{a}", "D_{b}", "F", "k"];
const PAIRS = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]];

/** 6A: the example patterns, each in the colour that stands for it in 6B and 6C. */
export function figure6a(data: Pick<Figure6Data, "size" | "examples">): string {
  const panels = data.examples.map((example, i) => tile(data, example.pattern, i, 128));
  const placed = panels.map((panel, i) => ({ panel, x: 8 + i * 142, y: 8 }));
  return page({ width: panels.length * 142 + 2, height: 144, title: "Example patterns" }, placed);
}

/** 6B: parameters sampled from the macrostate of each example, all six pairs; ringed, the true ones. */
export function figure6b({ box, examples }: Pick<Figure6Data, "box" | "examples">): string {
  const panels = PAIRS.map(([a, b]) => {
    const sampled = examples.map(({ sampledParameters: all }, i) =>
      Array.from({ length: all.length / 4 }, (_, j) => [all[4 * j + a], all[4 * j + b], colourOf(i)] as const)
    );
    return chart({
      width: 270,
      height: 240,
      marginLeft: 58,
      clip: true,
      x: { label: NAMES[a], domain: padded(box[a]), ticks: 5 },
      y: { label: NAMES[b], domain: padded(box[b]), ticks: 5 },
      marks: [
        Plot.dot(interleave(sampled), {
          x: "0",
          y: "1",
          r: 2,
          fill: "2",
          fillOpacity: 0.6,
        }),
        ...examples.map(({ parameters }, i) =>
          Plot.dot([parameters], {
            x: String(a),
            y: String(b),
            r: 5,
            fill: colourOf(i),
            stroke: INK.text,
            strokeWidth: 2,
          })
        ),
      ],
    });
  });
  return grid(panels, { columns: 3, title: "Parameters sampled from the macrostates of the examples" });
}

/**
 * 6C: a row an example: the example, then patterns grown from parameters sampled from its macrostate, or others that
 * `title` says.
 */
export function figure6c(
  { size, examples }: Pick<Figure6Data, "size" | "examples">,
  title = "grown from sampled parameters",
): string {
  const side = 88, pitch = side + 10, gap = 18;
  const columns = Math.max(...examples.map(({ grownPatterns }) => grownPatterns.length)) / size ** 2;
  const left = 8, top = 26;
  const placed: Placed[] = [
    { panel: text("example", { weight: 600 }), x: left + side / 2, y: 17 },
    {
      panel: text(title, { weight: 600, anchor: "start" }),
      x: left + pitch + gap,
      y: 17,
    },
  ];
  examples.forEach((example, row) => {
    const y = top + row * pitch;
    placed.push({ panel: tile({ size }, example.pattern, row, side), x: left, y });
    const grown = example.grownPatterns.length / size ** 2;
    for (let i = 0; i < grown; i++) {
      const pattern = example.grownPatterns.subarray(i * size ** 2, (i + 1) * size ** 2);
      const x = left + pitch + gap + i * pitch;
      placed.push({ panel: tile({ size, framed: false }, pattern, row, side), x, y });
    }
  });
  const width = left + pitch + gap + columns * pitch - 2;
  const height = top + examples.length * pitch - 2;
  return page({ width, height, title: `Patterns ${title}` }, placed);
}

/** Data of {@link movedPatterns}. */
export interface MovedPatternsData {
  readonly size: number;
  readonly dimension: number;
  /** A macrostate for each pattern, `[count, dimension]`: one coordinate after the other moved, equally many of each. */
  readonly macrostates: Float32Array;
  /** Concentration of b, `[count, size, size]`. */
  readonly patterns: Float32Array;
}

/** A row for each macro coordinate: patterns grown from the likeliest rule as it is moved, all others at their medians. */
export function movedPatterns({ size, dimension, macrostates, patterns }: MovedPatternsData): string {
  const side = 88, pitch = side + 10, left = 40, top = 8, below = 22;
  const columns = macrostates.length / dimension / dimension;
  const placed = Array.from({ length: dimension * columns }, (_, i): Placed[] => {
    const row = Math.floor(i / columns);
    const x = left + (i % columns) * pitch, y = top + row * (pitch + below);
    const pattern = patterns.subarray(i * size ** 2, (i + 1) * size ** 2);
    const value = macrostates[i * dimension + row].toFixed(2).replace("-", "−");
    return [
      { panel: tile({ size, framed: false }, pattern, row, side), x, y },
      { panel: text(value, { size: 10.5, colour: INK.tick }), x: x + side / 2, y: y + side + 15 },
      ...(i % columns === 0
        ? [{
          panel: text(`α_{${row + 1}}`, { weight: 600, colour: colourOf(row) }),
          x: 18,
          y: y + side / 2 + 4,
        }]
        : []),
    ];
  });
  const width = left + columns * pitch - 2, height = top + dimension * (pitch + below) - 4;
  return page({ width, height, title: "What each macro coordinate does" }, placed.flat());
}

function tile(
  { size, framed = true }: { size: number; framed?: boolean },
  values: Float32Array,
  index: number,
  side: number,
): Panel {
  const field = { width: size, height: size, values };
  const [low, high] = extent(field);
  // A dead pattern is flat but for noise, which must not be stretched to full contrast.
  const domain = [Math.min(low, 0), Math.max(high, 0.2)] as const;
  const png = fieldPng(field, { domain, colours: tint(colourOf(index)) });
  return image(png, {
    size: side,
    frame: framed ? colourOf(index) : INK.rule,
    frameWidth: framed ? 3 : 0.75,
  });
}

function padded([low, high]: readonly [number, number]): [number, number] {
  const margin = (high - low) * 0.04;
  return [low - margin, high + margin];
}
