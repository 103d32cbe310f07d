/**
 * Figures as artifacts: each as SVG and PNG, and a list of them with their captions.
 *
 * @module
 */
import type { StageContext, StageInput } from "../pipeline/stage.ts";
import type { Exhibit } from "./figures/gallery.ts";
import { svgToPng } from "./figures/svg_to_png.ts";

/** Name of the list of figures among the artifacts. */
export const FIGURES = "figures.json";

/** One figure in the list: files `<name>.svg` and `<name>.png`. */
export type ListedFigure = Pick<Exhibit, "name" | "caption" | "wide">;

/** Writes an SVG and a PNG of every figure, and `figures.json`. */
export async function writeExhibits(context: StageContext, exhibits: readonly Exhibit[]): Promise<void> {
  for (const [i, { name, svg }] of exhibits.entries()) {
    const { png, pixels } = await svgToPng(svg);
    // Both are the picture that they show: neither a compressor nor the last digit of a coordinate counts.
    await context.write(`${name}.svg`, new TextEncoder().encode(svg), { identity: pixels });
    await context.write(`${name}.png`, png, { identity: pixels });
    context.progress(i + 1, exhibits.length);
  }
  const list: ListedFigure[] = exhibits.map(({ svg: _svg, ...listed }) => listed);
  await context.write(FIGURES, new TextEncoder().encode(JSON.stringify(list, null, 2) + "\n"));
}

/** The figures that {@link writeExhibits} wrote. */
export async function readExhibits(from: StageInput): Promise<ListedFigure[]> {
  return JSON.parse(new TextDecoder().decode(await from.read(FIGURES)));
}
