/**
 * The whole science on one page: which stage feeds which, for each experiment.
 *
 * ```
 * simulate ─▶ cache ─▶ train ─▶ sample ─▶ evaluate ─▶ render ──▶ report
 *               │                            ╰▶ repeats ─▶ compare ─╯
 *               ╰────▶ repeat_2/train ─▶ …/sample ─▶ …/evaluate ─▶ repeats
 * ```
 *
 * What there is to run stands in `experiments.ts`.
 *
 * @module
 */
import { matrix } from "../macronet/matrix.ts";
import type { JsonObject, Stage } from "../pipeline/stage.ts";
import { checkNumber } from "../systems/domain.ts";
import type { Profile, Settings, System } from "../systems/system.ts";
import { cacheParams } from "./cache.ts";
import { evaluateParams } from "./evaluate.ts";
import { COMPARISONS, type Experiment, EXPERIMENTS, moduleOf } from "./experiments.ts";
import { choose, dataOf, settingsOf } from "./experiment_settings.ts";
import { roleOf } from "./repeats.ts";
import { sampleParams } from "./sample.ts";
import type { Assignment } from "./settings.ts";
import { simulateParams } from "./simulate.ts";
import { trainParams } from "./train.ts";

/** What to build a graph for. */
export interface GraphOptions {
  readonly profile: Profile;
  /** Names of experiments; all when empty. */
  readonly systems?: readonly string[];
  /** `[experiment.]path=value`; without an experiment's name it holds for all that have the path. */
  readonly assignments?: readonly Assignment[];
}

/**
 * The stages of all chosen experiments and their report.
 *
 * @throws {UnknownNameError} For an experiment that there is not, with the nearest one.
 * @throws {SettingError} For an assignment that does not fit.
 * @throws {RangeError} For settings outside their domain, with the limit and its reason.
 *
 * @example
 * ```ts
 * import { stages } from "./graph.ts";
 * import { parseAssignment } from "./settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const assignments = [parseAssignment("evaluate.resamples=50")];
 * const [simulate, , , , evaluate] = stages({ profile: "smoke", systems: ["linear"], assignments });
 * assertEquals(simulate.id, "linear/simulate");
 * assertEquals(evaluate.params, { evaluate: { seed: 1, resamples: 50 } });
 * ```
 */
export function stages({ profile, systems = [], assignments = [] }: GraphOptions): Stage[] {
  const chosen = choose(systems);
  const settings = settingsOf(chosen, { profile, assignments });
  for (const { name, system } of chosen) {
    try {
      system.check(settings[name]);
      checkShardSize(system, settings[name]);
      buildNetworks(system, settings[name]);
    } catch (error) {
      if (error instanceof RangeError) error.message = `${name}: ${error.message}`;
      throw error;
    }
  }
  const sources = EXPERIMENTS.filter(({ name }) => chosen.some((one) => dataOf(one) === name));
  return [
    ...sources.flatMap((experiment) => dataStages(experiment, settings[experiment.name])),
    ...chosen.flatMap((experiment) => experimentStages(experiment, settings[experiment.name])),
    ...comparisonStages(chosen),
    reportStage(chosen, profile),
  ];
}

/** Most bytes of a shard, of which a worker holds two: the memory of a run is that of its workers. */
const LARGEST_SHARD = 1 << 28;

/**
 * Refuses shards that do not fit into memory, before a run.
 *
 * @throws {RangeError} With how many samples would fit.
 */
function checkShardSize(system: System, settings: Settings): void {
  const { samples } = settings.simulate;
  const sample = shardBytes(system, { ...settings, simulate: { ...settings.simulate, samples: 1 } });
  const most = Math.floor(LARGEST_SHARD / sample);
  checkNumber("simulate.samples", samples, {
    least: 1,
    most: Math.max(1, most),
    reason: "a worker holds a shard in memory; for more samples raise simulate.shards",
  });
}

/** Builds the networks once, on a normalisation that stands for any, so that bad sizes are refused before a run. */
function buildNetworks(system: System, { physics, network, train }: Settings): void {
  const shapes = system.shapes(physics);
  const unit = (name: "u" | "v") => {
    const size = shapes[name].reduce((product, side) => product * side, 1);
    return matrix(new Float32Array(2 * size).fill(1, size), size);
  };
  system.relation({ physics, network, seed: train.seed }, { u: unit("u"), v: unit("v") });
}

/**
 * MiB that a unit takes at most, its worker included: the peak of
 * `verify turing/<stage> --stage turing/<stage> --workers 1` at paper size, rounded. Decides what runs at the same time.
 */
const MEMORY: Readonly<Record<string, number>> = {
  simulate: 200,
  cache: 300,
  train: 500,
  sample: 600,
  evaluate: 500,
  repeats: 100,
  render: 500,
  compare: 400,
  report: 400,
};

/** What a unit of a stage takes, in bytes. A simulation holds its shard twice. */
function memoryOf(stage: string, shard = 0): number {
  return MEMORY[stage] * 1024 * 1024 + 2 * shard;
}

/** Bytes of a shard. */
function shardBytes(system: System, { physics, simulate: { samples } }: Settings): number {
  const sizes = Object.values(system.shapes(physics)).map((shape) => shape.reduce((n, side) => n * side, 1));
  return 4 * samples * sizes.reduce((sum, size) => sum + size, 0);
}

const plain = (params: object) => params as unknown as JsonObject;

/** What makes the data set of an experiment and its variations. */
function dataStages({ name, system, module }: Experiment, settings: Settings): Stage[] {
  const uses = { system: here(module) };
  return [
    {
      id: `${name}/simulate`,
      module: here("./simulate.ts"),
      uses,
      params: plain(simulateParams(settings)),
      shards: settings.simulate.shards,
      memory: memoryOf("simulate", shardBytes(system, settings)),
    },
    {
      id: `${name}/cache`,
      module: here("./cache.ts"),
      uses,
      params: plain(cacheParams(settings)),
      memory: memoryOf("cache"),
      inputs: { simulate: `${name}/simulate` },
    },
  ];
}

/** All trainings of an experiment, what they come to together, and figures of the first. */
function experimentStages(experiment: Experiment, settings: Settings): Stage[] {
  const { name, title, of, system, figures } = experiment;
  const repeats = Array.from({ length: settings.repeats }, (_, i) => i + 1);
  const folder = (repeat: number) => repeat === 1 ? name : `${name}/${roleOf(repeat)}`;
  const trainings = repeats.flatMap((repeat) => {
    const seed = settings.train.seed + repeat - 1;
    return trainingStages(experiment, folder(repeat), { ...settings, train: { ...settings.train, seed } });
  });
  const together: Stage = {
    id: `${name}/repeats`,
    module: here("./repeats.ts"),
    params: { repeats: repeats.length },
    memory: memoryOf("repeats"),
    inputs: Object.fromEntries(repeats.map((repeat) => [roleOf(repeat), `${folder(repeat)}/evaluate`])),
  };
  if (of !== undefined) return [...trainings, together];
  const render: Stage = {
    id: `${name}/render`,
    module: here("./render.ts"),
    uses: figures ? { gallery: here(figures) } : {},
    params: { title: title ?? system.title, gallery: figures !== undefined },
    memory: memoryOf("render"),
    inputs: {
      cache: `${name}/cache`,
      train: `${name}/train`,
      sample: `${name}/sample`,
      evaluate: `${name}/evaluate`,
    },
  };
  return [...trainings, together, render];
}

/** One training and what is made of it. */
function trainingStages(experiment: Experiment, folder: string, settings: Settings): Stage[] {
  const uses = { system: here(experiment.module) };
  const cache = `${dataOf(experiment)}/cache`;
  return [
    {
      id: `${folder}/train`,
      module: here("./train.ts"),
      uses,
      params: plain(trainParams(settings)),
      memory: memoryOf("train"),
      inputs: { cache },
    },
    {
      id: `${folder}/sample`,
      module: here("./sample.ts"),
      uses,
      params: plain(sampleParams(settings)),
      memory: memoryOf("sample"),
      inputs: { cache, train: `${folder}/train` },
    },
    {
      id: `${folder}/evaluate`,
      module: here("./evaluate.ts"),
      uses,
      params: plain(evaluateParams(settings)),
      memory: memoryOf("evaluate"),
      inputs: { cache, train: `${folder}/train`, sample: `${folder}/sample` },
    },
  ];
}

/** Experiments of one system side by side, of every system of which several were chosen. */
function comparisonStages(chosen: readonly Experiment[]): Stage[] {
  return COMPARISONS.flatMap(({ name, figures }) => {
    const compared = chosen.filter(({ module }) => module === moduleOf(name));
    if (compared.length < 2) return [];
    return [{
      id: `${name}/compare`,
      module: here("./compare.ts"),
      uses: { gallery: here(figures) },
      params: { experiments: compared.map(({ name, label }) => ({ name, label })) },
      memory: memoryOf("compare"),
      inputs: Object.fromEntries(compared.map(({ name }) => [name, `${name}/repeats`])),
    }];
  });
}

/** One page over all chosen experiments. */
function reportStage(chosen: readonly Experiment[], profile: Profile): Stage {
  const compared = comparisonStages(chosen).map(({ id }) => id);
  const inputs: Record<string, string> = {};
  for (const { name, of } of chosen) {
    inputs[`${name}/repeats`] = `${name}/repeats`;
    if (of !== undefined) continue;
    inputs[`${name}/cache`] = `${name}/cache`;
    inputs[`${name}/render`] = `${name}/render`;
  }
  for (const id of compared) inputs[id] = id;
  const params = {
    profile,
    systems: chosen.map(({ name, of, title, system }) => ({
      name,
      title: title ?? system.title,
      ...(of !== undefined && { of }),
    })),
    comparisons: COMPARISONS.filter(({ name }) => compared.includes(`${name}/compare`))
      .map(({ name, title }) => ({ name, title })),
  };
  return { id: "report", module: here("./report.ts"), params, inputs, memory: memoryOf("report") };
}

function here(file: string): string {
  return new URL(file, import.meta.url).href;
}
