/**
 * Compare: draws the experiments of one system side by side, every repeat a dot.
 *
 * @module
 */
import type { StageRun } from "../pipeline/stage.ts";
import type { Metric, RepeatedMetric } from "../systems/system.ts";
import { METRICS } from "./evaluate.ts";
import { writeExhibits } from "./exhibits.ts";
import type { Compared, DrawComparison } from "./figures/comparison.ts";

/** Parameters of the stage. */
export interface CompareParams {
  /** What is compared, and the stage whose `metrics.json` it has. */
  readonly compared: readonly { readonly name: string; readonly label: string; readonly from: string }[];
}

/** Writes an SVG and a PNG of every figure, and `figures.json`. */
export const run: StageRun = async (context) => {
  const { draw } = await context.load<{ draw: DrawComparison }>("gallery");
  const { compared } = context.params as unknown as CompareParams;
  const found: Compared[] = [];
  for (const { name, label, from } of compared) {
    const bytes = await context.input(from).read(METRICS);
    const metrics: Record<string, Metric & Partial<RepeatedMetric>> = JSON.parse(
      new TextDecoder().decode(bytes),
    );
    const once = Object.entries(metrics).map((
      [name, metric],
    ) => [name, { values: [metric.value], ...metric }]);
    found.push({ name, label, metrics: Object.fromEntries(once) });
  }
  await writeExhibits(context, draw(found));
};
