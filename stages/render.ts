/**
 * Render: draws the figures of one experiment, as SVG and PNG.
 *
 * @module
 */
import type { StageRun } from "../pipeline/stage.ts";
import { readSplit } from "./dataset.ts";
import { METRICS, TABLES } from "./evaluate.ts";
import { type Draw, drawGeneral, type Exhibit, type GalleryData } from "./figures/gallery.ts";
import { svgToPng } from "./figures/svg_to_png.ts";
import { architectureOf, MODEL } from "./model.ts";
import { SAMPLES } from "./sample.ts";
import { readTables } from "./tables.ts";
import { readTrainingMetrics, TRAINING_METRICS } from "./training_metrics.ts";

/** Name of the list of figures among the artifacts. */
export const FIGURES = "figures.json";

/** One figure in the list: files `<name>.svg` and `<name>.png`. */
export type ListedFigure = Pick<Exhibit, "name" | "caption" | "wide">;

/** Writes an SVG and a PNG of every figure, and `figures.json`. */
export const run: StageRun = async (context) => {
  const [cache, train, sample, evaluate] = ["cache", "train", "sample", "evaluate"].map(context.input);
  const gallery = context.params.gallery ? (await context.load<{ draw: Draw }>("gallery")).draw : undefined;
  const data: GalleryData = {
    title: String(context.params.title),
    physics: architectureOf(await train.read(MODEL)).physics,
    test: await readSplit(cache, "test"),
    samples: readTables(await sample.read(SAMPLES)),
    tables: readTables(await evaluate.read(TABLES)),
    metrics: parse(await evaluate.read(METRICS)),
    history: readTrainingMetrics(await train.read(TRAINING_METRICS)),
  };
  const exhibits = [...(gallery?.(data) ?? []), ...drawGeneral(data)];
  for (const [i, { name, svg }] of exhibits.entries()) {
    const { png, pixels } = await svgToPng(svg);
    // Both are the picture that they show: neither a compressor nor the last digit of a coordinate counts.
    await context.write(`${name}.svg`, new TextEncoder().encode(svg), { identity: pixels });
    await context.write(`${name}.png`, png, { identity: pixels });
    context.progress(i + 1, exhibits.length);
  }
  const list: ListedFigure[] = exhibits.map(({ svg: _svg, ...listed }) => listed);
  await context.write(FIGURES, new TextEncoder().encode(JSON.stringify(list, null, 2) + "\n"));
};

function parse<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes));
}
