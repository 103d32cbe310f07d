/**
 * Patterns laid out by their macrostates.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { interpolateCividis } from "d3-scale-chromatic";
import { extent, fieldPng } from "./field_png.ts";
import { page } from "./page.ts";
import { dataUrl } from "./panel.ts";
import { chart } from "./plot.ts";
import { domainOf } from "./quantile.ts";
import { INK } from "./theme.ts";

/** Data of {@link macrostatePlane}. */
export interface MacrostatePlaneData {
  /** Cells along a pattern's side. */
  readonly size: number;
  /** `[count, dimension]` */
  readonly macrostates: Float32Array;
  readonly dimension: number;
  /** The patterns of the first macrostates, `[patterns, size, size]`, `patterns ≤ count`. */
  readonly patterns: Float32Array;
  /** The two dimensions shown. Default: the first two. */
  readonly axes?: readonly [number, number];
}

const SIZE = 640;
const THUMBNAIL = 46;
const RANGE = { outside: 0.01, margin: 0.1 };
const MARGINS = { marginTop: 12, marginRight: 14, marginBottom: 42, marginLeft: 56 };

/**
 * Puts a thumbnail of each pattern where its macrostate lies, passing over those that would cover another.
 * Every macrostate is a grey dot.
 */
export function macrostatePlane(data: MacrostatePlaneData): string {
  const { size, macrostates, dimension, patterns, axes: [a, b] = [0, 1] } = data;
  const places = Array.from({ length: macrostates.length / dimension }, (_, i) => ({
    x: macrostates[i * dimension + a],
    y: macrostates[i * dimension + b],
    i,
  }));
  const domains = {
    x: domainOf(places.map(({ x }) => x), RANGE),
    y: domainOf(places.map(({ y }) => y), RANGE),
  };
  const inside = {
    x: SIZE - MARGINS.marginLeft - MARGINS.marginRight,
    y: SIZE - MARGINS.marginTop - MARGINS.marginBottom,
  };
  const pixels = (axis: "x" | "y", value: number) =>
    (value - domains[axis][0]) / (domains[axis][1] - domains[axis][0]) * inside[axis];

  const half = THUMBNAIL / 2;
  const shown: { x: number; y: number; src: string }[] = [];
  const taken: { x: number; y: number }[] = [];
  const range = extent({ values: patterns });
  for (const { x, y, i } of places.slice(0, patterns.length / size ** 2)) {
    const at = { x: pixels("x", x), y: pixels("y", y) };
    const covers = taken.some((other) =>
      Math.max(Math.abs(at.x - other.x), Math.abs(at.y - other.y)) < THUMBNAIL + 3
    );
    const sticksOut = at.x < half || at.y < half || at.x > inside.x - half || at.y > inside.y - half;
    if (covers || sticksOut) continue;
    taken.push(at);
    const values = patterns.subarray(i * size ** 2, (i + 1) * size ** 2);
    const png = fieldPng({ width: size, height: size, values }, {
      domain: range,
      colours: interpolateCividis,
    });
    shown.push({ x, y, src: dataUrl(png) });
  }
  const panel = chart({
    ...MARGINS,
    width: SIZE,
    height: SIZE,
    x: { label: `macrostate α_{${a + 1}}`, domain: domains.x, ticks: 7 },
    y: { label: `macrostate α_{${b + 1}}`, domain: domains.y, ticks: 7 },
    marks: [
      Plot.dot(places, { x: "x", y: "y", r: 1.2, fill: INK.cloud, clip: true }),
      Plot.image(shown, { x: "x", y: "y", src: "src", width: THUMBNAIL, imageRendering: "optimizeSpeed" }),
    ],
  });
  return page({ width: SIZE, height: SIZE, title: "Patterns at their macrostates" }, [{ panel, x: 0, y: 0 }]);
}
