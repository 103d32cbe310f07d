/**
 * How the time of a run grows with the number of shards: engine-growth.json, which
 * `deno task bench engine --growth --json` prints, as a picture.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import type { Growth } from "../bench/engine.ts";
import { grid } from "../stages/figures/page.ts";
import type { Panel } from "../stages/figures/panel.ts";
import { chart } from "../stages/figures/plot.ts";
import { INK } from "../stages/figures/theme.ts";
import measured from "./engine-growth.json" with { type: "json" };

const GROWTH: readonly Growth[] = measured.growth;

/** Left, units of 1 ms executed by two workers; right, the same again with nothing to do. */
export function engineGrowth(): string {
  return grid([
    panel("seconds, shards of 1 ms executed by two workers", ({ run }) => run),
    panel("seconds, nothing to do", ({ noop }) => noop),
  ], { columns: 2, title: "Time of a run against its number of shards" });
}

function panel(heading: string, seconds: (growth: Growth) => number): Panel {
  const points = GROWTH.map((growth): [number, number] => [growth.shards, seconds(growth)]);
  const shards = points.map(([count]) => count);
  return chart({
    width: 400,
    height: 260,
    marginLeft: 60,
    marginRight: 20,
    heading,
    x: { type: "log", label: "shards", ticks: shards, tickFormat: "d" },
    y: { type: "log", ticks: 4, tickFormat: "~g" },
    marks: [
      Plot.line(points, { x: "0", y: "1", stroke: INK.example, strokeWidth: 1.6 }),
      Plot.dot(points, { x: "0", y: "1", fill: INK.example, r: 2.6 }),
    ],
  });
}
