/**
 * Report: all experiments on one page, and their metrics in one file.
 *
 * @module
 */
import type { StageContext, StageRun } from "../pipeline/stage.ts";
import type { Metric } from "../systems/system.ts";
import { BARS, DESCRIPTIONS, HEADLINES } from "./catalogue.ts";
import { type DatasetSummary, readSummary, stepsSaved } from "./dataset.ts";
import { METRICS } from "./evaluate.ts";
import { type ReportMetric, reportPage, type ReportSystem } from "./figures/report_page.ts";
import { canonicalPixels, decodePng } from "./formats/png.ts";
import { FIGURES, type ListedFigure } from "./render.ts";

/** Parameters of the stage. */
export interface ReportParams {
  readonly profile: string;
  readonly systems: readonly { readonly name: string; readonly title: string }[];
}

/** Writes `index.html`, the figures it shows, `metrics.json`, `intervals.json` and `bars.json`. */
export const run: StageRun = async (context) => {
  const { profile, systems } = context.params as unknown as ReportParams;
  const metrics: Record<string, number> = {};
  const intervals: Record<string, readonly [number, number]> = {};
  const sections: ReportSystem[] = [];
  for (const { name, title } of systems) {
    const found: Record<string, Metric> = await readJson(context, `${name}/evaluate`, METRICS);
    for (const [metric, { value, interval }] of Object.entries(found)) {
      metrics[`${name}.${metric}`] = value;
      if (interval) intervals[`${name}.${metric}`] = interval;
    }
    const figures: ListedFigure[] = await readJson(context, `${name}/render`, FIGURES);
    for (const figure of figures) await copyFigure(context, name, figure.name);
    const summary = await readSummary(context.input(`${name}/cache`));
    sections.push({
      name,
      title,
      summary: describe(summary),
      figures: figures.map(({ name: figure, ...shown }) => ({
        file: `figures/${name}/${figure}.png`,
        ...shown,
      })),
      metrics: Object.entries(found).map(([metric, value]) => reportMetric(name, metric, value)),
    });
  }
  const page = reportPage({ title: "Learned macrostates", profile, systems: sections });
  await context.write("index.html", new TextEncoder().encode(page));
  await writeJson(context, "metrics.json", metrics);
  await writeJson(context, "intervals.json", intervals);
  await writeJson(context, "bars.json", headlines(metrics));
};

function describe({ counts, rejected, steps }: DatasetSummary): string {
  const samples = counts.train + counts.validation + counts.test;
  const found =
    `${samples} samples (${counts.test} held out for the numbers below), ${rejected} rejected as trivial.`;
  return steps === undefined ? found : `${found} ${stepsSaved(steps)}.`;
}

/** The metrics that a table of results shows, in its order, with their bars. */
function headlines(metrics: Readonly<Record<string, number>>) {
  return Object.keys(metrics)
    .filter((key) => HEADLINES.includes(bare(key)) || key in BARS)
    .map((metric) => ({ metric, description: DESCRIPTIONS[bare(metric)] ?? "", ...BARS[metric] }));
}

function bare(key: string): string {
  return key.slice(key.indexOf(".") + 1);
}

function reportMetric(system: string, name: string, { value, interval }: Metric): ReportMetric {
  const bar = BARS[`${system}.${name}`];
  return {
    name,
    value,
    description: DESCRIPTIONS[name] ?? "",
    ...(interval ? { interval } : {}),
    ...(bar ? { bar } : {}),
  };
}

async function copyFigure(context: StageContext, system: string, figure: string): Promise<void> {
  const rendered = context.input(`${system}/render`);
  const [svg, png] = await Promise.all(["svg", "png"].map((type) => rendered.read(`${figure}.${type}`)));
  const identity = canonicalPixels(decodePng(png));
  await context.write(`figures/${system}/${figure}.svg`, svg, { identity });
  await context.write(`figures/${system}/${figure}.png`, png, { identity });
}

async function readJson<T>(context: StageContext, role: string, name: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await context.input(role).read(name)));
}

async function writeJson(context: StageContext, name: string, value: unknown): Promise<void> {
  await context.write(name, new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n"));
}
