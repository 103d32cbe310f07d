/**
 * Observable Plot without a browser: options in, a panel of SVG out, the same bytes every time.
 *
 * Panels are put on a page by `page.ts`, and that page is made a PNG by `svg_to_png.ts`.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { at, type Panel, text } from "./panel.ts";
import { INK, TYPE } from "./theme.ts";

const { document } = parseHTML("<html></html>") as unknown as {
  document: NonNullable<Plot.PlotOptions["document"]>;
};

/** Options of {@link chart}: Plot's, and what the axes say. */
export interface ChartOptions extends Plot.PlotOptions {
  readonly width: number;
  readonly height: number;
  readonly marks: Plot.Markish[];
  /** Centred above the frame. */
  readonly heading?: string;
  readonly headingColour?: string;
}

/**
 * Draws a chart in a thin frame, axes below and to the left, their labels centred. A label's `D_{a}` becomes
 * a subscript.
 *
 * @example
 * ```ts
 * import * as Plot from "@observablehq/plot";
 * import { chart } from "./plot.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const { markup } = chart({
 *   width: 200,
 *   height: 150,
 *   x: { label: "D_{a}" },
 *   y: { label: "H" },
 *   marks: [Plot.dot([[0, 1], [2, 3]], { x: "0", y: "1" })],
 * });
 * assertStringIncludes(markup, "<circle");
 * ```
 */
export function chart(options: ChartOptions): Panel {
  const { width, height, heading, headingColour, marks, x, y, ...rest } = options;
  const margins = {
    marginTop: heading ? 26 : 10,
    marginRight: 14,
    marginBottom: 42,
    marginLeft: 54,
    ...rest,
  };
  const axis = {
    label: null,
    fontSize: TYPE.small,
    stroke: INK.axis,
    fill: INK.tick,
    tickSize: 3.5,
    tickPadding: 3,
  };
  const svg = Plot.plot({
    ...margins,
    document,
    width,
    height,
    x: { ...x, label: null },
    y: { ...y, label: null },
    marks: [
      ...marks,
      Plot.frame({ stroke: INK.axis, strokeWidth: 0.75 }),
      x?.axis === null ? null : Plot.axisX({ ...axis, anchor: "bottom", tickSpacing: 50, ...ticksOf(x) }),
      y?.axis === null ? null : Plot.axisY({ ...axis, anchor: "left", tickSpacing: 35, ...ticksOf(y) }),
    ],
  });
  const { marginLeft, marginTop, marginRight, marginBottom } = margins;
  const middle = { x: (marginLeft + width - marginRight) / 2, y: (marginTop + height - marginBottom) / 2 };
  const labels = [
    x?.label && at(middle.x, height - 9, text(x.label)),
    y?.label && at(14, middle.y, text(y.label, { rotate: -90 })),
    heading &&
    at(middle.x, 15, text(heading, { weight: 600, ...(headingColour && { colour: headingColour }) })),
  ];
  return { width, height, markup: tidy(svg.outerHTML) + labels.filter(Boolean).join("") };
}

function ticksOf(scale: Plot.ScaleOptions | undefined) {
  const { ticks, tickFormat } = scale ?? {};
  return {
    ...(ticks === undefined ? {} : { ticks }),
    ...(tickFormat === undefined ? {} : { tickFormat }),
  };
}

/**
 * Makes Plot's element a group that stands on its own: no style sheet and CSS variables (rasterisers know
 * neither), ids numbered from 1 in each chart (Plot counts them per process), coordinates to a hundredth.
 */
function tidy(svg: string): string {
  const ids = new Map<string, string>();
  return svg
    .replace(/<style>[^]*?<\/style>/g, "")
    .replace(/^<svg [^>]*>/, `<g fill="${INK.text}" text-anchor="middle" font-size="${TYPE.small}">`)
    .replace(/<\/svg>$/, "</g>")
    .replaceAll("var(--plot-background)", INK.background)
    .replaceAll("currentColor", INK.text)
    .replace(/ (?:aria-[a-z]+|font-variant)="[^"]*"/g, "")
    .replace(/\bplot-[a-z]+-\d+\b/g, (id) => {
      if (!ids.has(id)) ids.set(id, `i${ids.size + 1}`);
      return ids.get(id)!;
    })
    .replace(/ (?:d|transform|points|x|y|x1|x2|y1|y2|cx|cy|r|rx|width|height)="[^"]*"/g, roundNumbers);
}

function roundNumbers(attribute: string): string {
  return attribute.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Math.round(+number * 100) / 100));
}
