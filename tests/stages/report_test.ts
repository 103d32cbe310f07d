import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BARS, DESCRIPTIONS, HEADLINES } from "../../stages/catalogue.ts";
import { writeSummary } from "../../stages/dataset.ts";
import { METRICS } from "../../stages/evaluate.ts";
import { canonicalPixels, decodePng, encodePng } from "../../stages/formats/png.ts";
import { FIGURES } from "../../stages/exhibits.ts";
import { run } from "../../stages/report.ts";
import { type Artifacts, json, runUnit } from "./in_memory.ts";

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const pixels = Uint8Array.from({ length: 2 * 3 * 4 }, (_, i) => i % 4 === 3 ? 255 : 10 * i);
const png = encodePng({ width: 2, height: 3, rgba: pixels });
const svg = new TextEncoder().encode("<svg/>");

async function datasetOf(
  test: number,
  rejected: number,
  steps?: { computed: number; asked: number },
): Promise<Artifacts> {
  const files = new Map<string, Uint8Array>();
  const scale = { mean: [0], deviation: [1] };
  const summary = {
    counts: { train: 70, validation: 20, test },
    rejected,
    columns: ["u", "v"],
    ...(steps && { steps }),
    normalisation: { u: scale, v: scale },
  };
  await writeSummary(summary, (name, bytes) => Promise.resolve(void files.set(name, bytes)));
  return files;
}

const rendered = (...names: string[]): Artifacts =>
  new Map([
    [FIGURES, encode(names.map((name) => ({ name, caption: `What ${name} shows` })))],
    ...names.flatMap((name) => [[`${name}.png`, png], [`${name}.svg`, svg]] as const),
  ]);

const { artifacts, identities } = await runUnit(run, {
  params: {
    profile: "smoke",
    systems: [{ name: "linear", title: "Linear, frame unknown" }, {
      name: "turing",
      title: "Turing patterns",
    }, {
      name: "turing_d2",
      title: "Turing patterns, d = 2",
      of: "turing",
    }],
    baselines: [{ name: "turing/baseline/random", title: "Baseline: random" }],
    comparisons: [{ name: "turing", title: "Turing patterns, compared" }],
  },
  inputs: {
    "linear/cache": await datasetOf(10, 0),
    "linear/repeats": new Map([[
      METRICS,
      encode({
        rotation_agreement_parameters: {
          value: 0.91,
          interval: [0.9, 0.92],
          deviation: 0.02,
          values: [0.93, 0.89],
        },
        macro_error_normalised: { value: 0.25, values: [0.25] },
        test_samples: { value: 10, values: [10] },
      }),
    ]]),
    "linear/render": rendered("figure-4b", "loss"),
    "turing/cache": await datasetOf(5, 40, { computed: 70_000, asked: 100_000 }),
    "turing/repeats": new Map([[
      METRICS,
      encode({ spectrum: { value: 0.1, interval: [0, 0.2], values: [0.1] } }),
    ]]),
    "turing/render": rendered("figure-6a"),
    "turing_d2/repeats": new Map([[METRICS, encode({ spectrum: { value: 0.3, values: [0.3] } })]]),
    "turing/baseline/random": new Map([[METRICS, encode({ spectrum: { value: 1, interval: [0.9, 1.1] } })]]),
    "turing/compare": rendered("dimensions"),
  },
});

Deno.test("report: metrics of all experiments in one flat file, intervals in another", () => {
  assertEquals(json(artifacts, "metrics.json"), {
    "linear.rotation_agreement_parameters": 0.91,
    "linear.macro_error_normalised": 0.25,
    "linear.test_samples": 10,
    "turing.spectrum": 0.1,
    "turing_d2.spectrum": 0.3,
    "turing_random.spectrum": 1,
  });
  assertEquals(json(artifacts, "intervals.json"), {
    "linear.rotation_agreement_parameters": [0.9, 0.92],
    "turing.spectrum": [0, 0.2],
    "turing_random.spectrum": [0.9, 1.1],
  });
  assertEquals(json(artifacts, "repeats.json"), {
    "linear.rotation_agreement_parameters": { deviation: 0.02, values: [0.93, 0.89] },
  });
});

Deno.test("report: bars.json lists the headlines with their bars and descriptions", () => {
  assertEquals(json(artifacts, "bars.json"), [
    {
      metric: "linear.rotation_agreement_parameters",
      description: DESCRIPTIONS.rotation_agreement_parameters,
      ...BARS["linear.rotation_agreement_parameters"],
    },
    {
      metric: "linear.macro_error_normalised",
      description: DESCRIPTIONS.macro_error_normalised,
      ...BARS["linear.macro_error_normalised"],
    },
    { metric: "turing.spectrum", description: DESCRIPTIONS.spectrum, ...BARS["turing.spectrum"] },
    { metric: "turing_d2.spectrum", description: DESCRIPTIONS.spectrum, ...BARS["turing_d2.spectrum"] },
  ]);
});

Deno.test("report: every figure lies beside the page, a picture identified by its pixels", () => {
  const figures = [
    "linear/render/figure-4b",
    "linear/render/loss",
    "turing/render/figure-6a",
    "turing/compare/dimensions",
  ];
  for (const figure of figures) {
    assertEquals(artifacts.get(`figures/${figure}.png`), png);
    assertEquals(artifacts.get(`figures/${figure}.svg`), svg);
    assertEquals(identities.get(`figures/${figure}.png`), canonicalPixels(decodePng(png)));
  }
  assertEquals([...artifacts.keys()].filter((name) => name.endsWith(".png")).length, 4);
});

Deno.test("report: the page shows each figure, each metric, and how many samples there were", () => {
  const page = new TextDecoder().decode(artifacts.get("index.html"));
  for (const source of page.matchAll(/<img[^>]* src="([^"]+)"/g)) assert(artifacts.has(source[1]), source[1]);
  assertEquals([...page.matchAll(/<img/g)].length, 4);
  for (
    const text of [
      "What loss shows",
      "Linear, frame unknown",
      "rotation_agreement_parameters",
      "spectrum",
      "0.02 (2)",
    ]
  ) {
    assertStringIncludes(page, text);
  }
  assertStringIncludes(
    page,
    "95 samples (5 held out for the numbers below), 40 rejected as trivial. " +
      "Computed 70000 of 100000 steps: 30.0 % saved by the early exit.",
  );
});

Deno.test("catalogue: bars and headlines are of described metrics", () => {
  for (const name of Object.keys(BARS)) assert(name.slice(name.indexOf(".") + 1) in DESCRIPTIONS, name);
  for (const name of HEADLINES) assert(name in DESCRIPTIONS, name);
});
