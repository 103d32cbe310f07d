/**
 * Render: draws the figures of one experiment, as SVG and PNG.
 *
 * @module
 */
import type { StageRun } from "../pipeline/stage.ts";
import { readSplit } from "./dataset.ts";
import { METRICS, TABLES } from "./evaluate.ts";
import { writeExhibits } from "./exhibits.ts";
import { type Draw, drawGeneral, type GalleryData } from "./figures/gallery.ts";
import { architectureOf, MODEL } from "./model.ts";
import { SAMPLES } from "./sample.ts";
import { readTables } from "./tables.ts";
import { readTrainingMetrics, TRAINING_METRICS } from "./training_metrics.ts";

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
  await writeExhibits(context, [...(gallery?.(data) ?? []), ...drawGeneral(data)]);
};

function parse<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes));
}
