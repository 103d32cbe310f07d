/**
 * Report: all experiments on one page, and their metrics in one file.
 *
 * @module
 */
import type { StageContext, StageRun } from "../pipeline/stage.ts";
import type { Metric, RepeatedMetric } from "../systems/system.ts";
import { type Bar, BARS, DESCRIPTIONS, HEADLINES } from "./catalogue.ts";
import { type DatasetSummary, readSummary, stepsSaved } from "./dataset.ts";
import { METRICS } from "./evaluate.ts";
import { readExhibits } from "./exhibits.ts";
import {
  type ReportFigure,
  type ReportMetric,
  reportPage,
  type ReportSystem,
} from "./figures/report_page.ts";
import { canonicalPixels, decodePng } from "./formats/png.ts";

/** Parameters of the stage. */
export interface ReportParams {
  readonly profile: string;
  /** The experiments; those that are variations of another (`of`) have no section of their own. */
  readonly systems: readonly { readonly name: string; readonly title: string; readonly of?: string }[];
  /** Stages of other methods, by their ids. */
  readonly baselines: readonly { readonly name: string; readonly title: string }[];
  /** Stages `<name>/compare`. */
  readonly comparisons: readonly { readonly name: string; readonly title: string }[];
}

/** Writes `index.html`, the figures it shows, `metrics.json`, `intervals.json`, `repeats.json` and `bars.json`. */
export const run: StageRun = async (context) => {
  const { profile, systems, baselines, comparisons } = context.params as unknown as ReportParams;
  const metrics: Record<string, number> = {};
  const intervals: Record<string, readonly [number, number]> = {};
  const repeats: Record<string, { deviation: number; values: readonly number[] }> = {};
  const sections: ReportSystem[] = [];
  // They are for a run at paper size.
  const bars = profile === "paper" ? BARS : {};
  const section = async (name: string, title: string, from: string): Promise<ReportSystem> => {
    const found: Record<string, Metric & Partial<RepeatedMetric>> = await readJson(context, from, METRICS);
    for (const [metric, { value, interval, deviation, values }] of Object.entries(found)) {
      metrics[`${name}.${metric}`] = value;
      if (interval) intervals[`${name}.${metric}`] = interval;
      if (deviation !== undefined) repeats[`${name}.${metric}`] = { deviation, values: values! };
    }
    const shown = Object.entries(found).map(([metric, value]) =>
      reportMetric(metric, value, bars[`${name}.${metric}`])
    );
    return { name, title, figures: [], metrics: shown };
  };
  for (const { name, title, of } of systems) {
    const plain = await section(name, title, `${name}/repeats`);
    if (of !== undefined) {
      sections.push(plain);
      continue;
    }
    const summary = describe(await readSummary(context.input(`${name}/cache`)));
    sections.push({ ...plain, summary, figures: await copyFigures(context, `${name}/render`) });
  }
  for (const { name, title } of baselines) {
    sections.push(await section(name.replace("/baseline/", "_"), title, name));
  }
  const compared = [];
  for (const { name, title } of comparisons) {
    compared.push({
      name: `${name}-compared`,
      title,
      figures: await copyFigures(context, `${name}/compare`),
      metrics: [],
    });
  }
  const page = reportPage({ title: "Learned macrostates", profile, systems: [...compared, ...sections] });
  await context.write("index.html", new TextEncoder().encode(page));
  await writeJson(context, "metrics.json", metrics);
  await writeJson(context, "intervals.json", intervals);
  await writeJson(context, "repeats.json", repeats);
  const drawn = systems.filter(({ of }) => of === undefined).map(({ name }) => name);
  await writeJson(context, "bars.json", headlines(metrics, drawn));
};

function describe({ counts, rejected, steps }: DatasetSummary): string {
  const samples = counts.train + counts.validation + counts.test;
  const found =
    `${samples} samples (${counts.test} held out for the numbers below), ${rejected} rejected as trivial.`;
  return steps === undefined ? found : `${found} ${stepsSaved(steps)}.`;
}

/** The metrics that a table of results shows, in its order, with their bars: of variations those that have one. */
function headlines(metrics: Readonly<Record<string, number>>, drawn: readonly string[]) {
  return Object.keys(metrics)
    .filter((key) => key in BARS || (HEADLINES.includes(bare(key)) && drawn.includes(key.split(".")[0])))
    .map((metric) => ({ metric, description: DESCRIPTIONS[bare(metric)] ?? "", ...BARS[metric] }));
}

function bare(key: string): string {
  return key.slice(key.indexOf(".") + 1);
}

function reportMetric(
  name: string,
  { value, interval, deviation, values }: Metric & Partial<RepeatedMetric>,
  bar: Bar | undefined,
): ReportMetric {
  return {
    name,
    value,
    description: DESCRIPTIONS[name] ?? "",
    ...(interval ? { interval } : {}),
    ...(deviation === undefined ? {} : { deviation, repeats: values!.length }),
    ...(bar ? { bar } : {}),
  };
}

/** Copies the figures of a stage beside the page, and says how they are shown. */
async function copyFigures(context: StageContext, stage: string): Promise<ReportFigure[]> {
  const rendered = context.input(stage);
  const shown: ReportFigure[] = [];
  for (const { name, ...figure } of await readExhibits(rendered)) {
    const [svg, png] = await Promise.all(["svg", "png"].map((type) => rendered.read(`${name}.${type}`)));
    const identity = canonicalPixels(decodePng(png));
    const file = `figures/${stage}/${name}`;
    await context.write(`${file}.svg`, svg, { identity });
    await context.write(`${file}.png`, png, { identity });
    shown.push({ file: `${file}.png`, ...figure });
  }
  return shown;
}

async function readJson<T>(context: StageContext, role: string, name: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await context.input(role).read(name)));
}

async function writeJson(context: StageContext, name: string, value: unknown): Promise<void> {
  await context.write(name, new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n"));
}
