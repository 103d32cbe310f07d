/**
 * Compare: draws the experiments of one system side by side, every repeat a dot.
 *
 * @module
 */
import type { StageRun } from "../pipeline/stage.ts";
import { METRICS } from "./evaluate.ts";
import { writeExhibits } from "./exhibits.ts";
import type { Compared, DrawComparison } from "./figures/comparison.ts";

/** Parameters of the stage. */
export interface CompareParams {
  readonly experiments: readonly { readonly name: string; readonly label: string }[];
}

/** Writes an SVG and a PNG of every figure, and `figures.json`. */
export const run: StageRun = async (context) => {
  const { draw } = await context.load<{ draw: DrawComparison }>("gallery");
  const { experiments } = context.params as unknown as CompareParams;
  const compared: Compared[] = [];
  for (const { name, label } of experiments) {
    const bytes = await context.input(name).read(METRICS);
    compared.push({ name, label, metrics: JSON.parse(new TextDecoder().decode(bytes)) });
  }
  await writeExhibits(context, draw(compared));
};
