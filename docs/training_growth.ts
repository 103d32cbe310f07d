/**
 * How the time of a training step grows with its sizes: training-growth.json, which
 * `deno task bench training --growth --json` prints, as a picture.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import type { MatchResult } from "../bench/training.ts";
import { grid } from "../stages/figures/page.ts";
import type { Panel } from "../stages/figures/panel.ts";
import { chart } from "../stages/figures/plot.ts";
import { INK } from "../stages/figures/theme.ts";
import growth from "./training-growth.json" with { type: "json" };

const SIZES = {
  batch: "batch",
  width: "width of the conditioners",
  blocks: "blocks",
  side: "cells along a field's side",
} as const;
const FAR = { fontSize: 11, textAnchor: "start", dx: 6 } as const;

/** Above, milliseconds a step; below, the products' shares of our time and of the limit. */
export function trainingGrowth(): string {
  const names = Object.keys(SIZES) as (keyof typeof SIZES)[];
  return grid([...names.map(times), ...names.map(shares)], {
    columns: 4,
    title: "Time of a training step against batch, width, blocks and size of a field",
  });
}

/** Matches in which one size was changed, with its value. */
function matchesOf(size: keyof typeof SIZES): [value: number, match: MatchResult][] {
  return Object.entries(growth.matches as unknown as Record<string, MatchResult>)
    .filter(([name]) => name.startsWith(`${size} `))
    .map(([name, match]) => [Number(name.slice(size.length + 1)), match]);
}

const FRAME = { width: 270, height: 230, marginLeft: 60, marginRight: 20 };

function axis(size: keyof typeof SIZES, values: readonly number[]): Plot.ScaleOptions {
  return { type: "log", label: SIZES[size], ticks: [...values], tickFormat: "d" };
}

function times(size: keyof typeof SIZES): Panel {
  const matches = matchesOf(size);
  const of = (trainer: "ours" | "torch") =>
    matches.map(([value, { trainers }]): [number, number] => [value, trainers[trainer]!.fastest]);
  return chart({
    ...FRAME,
    heading: "milliseconds a step, one thread",
    x: axis(size, matches.map(([value]) => value)),
    y: { type: "log", ticks: 4, tickFormat: "~g" },
    marks: [...line(of("torch"), "PyTorch", INK.sample, 0), ...line(of("ours"), "macronet", INK.example, 1)],
  });
}

function shares(size: keyof typeof SIZES): Panel {
  const matches = matchesOf(size);
  const of = (share: "productShare" | "limitShare") =>
    matches.filter(([, match]) => share in match).map((
      [value, match],
    ): [number, number] => [value, match[share]!]);
  return chart({
    ...FRAME,
    heading: "shares",
    x: axis(size, matches.map(([value]) => value)),
    y: { domain: [0, 1], ticks: 5 },
    marks: [
      ...line(of("productShare"), "products, of our time", INK.example, 0),
      ...line(of("limitShare"), "our speed, of the limit", INK.sample, 1),
    ],
  });
}

function line(points: [number, number][], name: string, colour: string, row: number): Plot.Markish[] {
  if (points.length === 0) return [];
  return [
    Plot.line(points, { x: "0", y: "1", stroke: colour, strokeWidth: 1.6 }),
    Plot.dot(points, { x: "0", y: "1", fill: colour, r: 2.6 }),
    Plot.text([name], { ...FAR, frameAnchor: "top-left", dy: 8 + 15 * row, fill: colour }),
  ];
}
