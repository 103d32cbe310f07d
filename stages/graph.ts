/**
 * The whole science on one page: which stage feeds which, for each experiment.
 *
 * ```
 * simulate ─▶ cache ─▶ train ─▶ sample ─▶ evaluate ─▶ render ──▶ report
 *               │              ├▶ baseline/…  ╰▶ repeats ─▶ compare ─╯
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
import { baselineStages, METHOD_TITLES } from "./baselines/graph.ts";
import { cacheParams } from "./cache.ts";
import { evaluateParams } from "./evaluate.ts";
import { COMPARISONS, type Experiment, EXPERIMENTS, moduleOf } from "./experiments.ts";
import { choose, dataOf, settingsOf } from "./experiment_settings.ts";
import { roleOf } from "./repeats.ts";
import { sampleParams } from "./sample.ts";
import type { Assignment } from "./settings.ts";
import { simulateParams } from "./simulate.ts";
import { laterTurns, trainParams } from "./train.ts";

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
  const baselines = chosen.flatMap((experiment) => baselinesOf(experiment, settings[experiment.name]));
  const comparisons = comparisonStages(chosen, baselines);
  const sources = EXPERIMENTS.filter(({ name }) => chosen.some((one) => dataOf(one) === name));
  return [
    ...sources.flatMap((experiment) => dataStages(experiment, settings[experiment.name])),
    ...chosen.flatMap((experiment) => experimentStages(experiment, settings[experiment.name])),
    ...baselines,
    ...comparisons,
    reportStage({ chosen, baselines, comparisons }, profile),
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

/**
 * Builds the networks once, on a normalisation that stands for any, so that bad sizes, and turns of a training without
 * settings, are refused before a run.
 */
function buildNetworks(system: System, { physics, network, train }: Settings): void {
  const shapes = system.shapes(physics);
  const unit = (name: "u" | "v") => {
    const size = shapes[name].reduce((product, side) => product * side, 1);
    return matrix(new Float32Array(2 * size).fill(1, size), size);
  };
  const relation = system.relation({ physics, network, seed: train.seed }, { u: unit("u"), v: unit("v") });
  laterTurns(relation, train);
}

/**
 * MiB that a unit takes at most, its worker included: the peak of
 * `verify turing/<stage> --stage turing/<stage> --workers 1` at paper size, rounded. Decides what runs at the same time.
 */
const MEMORY: Readonly<Record<string, number>> = {
  simulate: 200,
  cache: 300,
  train: 1900,
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

/** Other methods on the same examples, of an experiment that is measured against them. */
function baselinesOf({ name, system, module, baselines }: Experiment, settings: Settings): Stage[] {
  return baselines ? baselineStages({ name, system, module: here(module), baselines }, settings) : [];
}

/** Experiments of one system side by side, with their baselines, of every system of which several were chosen. */
function comparisonStages(chosen: readonly Experiment[], baselines: readonly Stage[]): Stage[] {
  return COMPARISONS.flatMap(({ name, figures }) => {
    const compared = chosen.filter(({ module }) => module === moduleOf(name));
    if (compared.length < 2) return [];
    const others = baselines.map(({ id }) => id).filter((id) => id.startsWith(`${name}/`));
    const experiments = compared.map(({ name, label }) => ({ name, label, from: `${name}/repeats` }));
    return [{
      id: `${name}/compare`,
      module: here("./compare.ts"),
      uses: { gallery: here(figures) },
      params: {
        compared: [...experiments, ...others.map((id) => ({ name: id, label: methodOf(id), from: id }))],
      },
      memory: memoryOf("compare"),
      inputs: Object.fromEntries([...experiments.map(({ from }) => from), ...others].map((id) => [id, id])),
    }];
  });
}

function methodOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** One page over all. */
function reportStage(
  { chosen, baselines, comparisons }: {
    chosen: readonly Experiment[];
    baselines: readonly Stage[];
    comparisons: readonly Stage[];
  },
  profile: Profile,
): Stage {
  const ids = [
    ...chosen.flatMap(({ name, of }) => [
      `${name}/repeats`,
      ...(of === undefined ? [`${name}/cache`, `${name}/render`] : []),
    ]),
    ...[...baselines, ...comparisons].map(({ id }) => id),
  ];
  const params = {
    profile,
    systems: chosen.map(({ name, of, title, label, system }) => ({
      name,
      title: title ?? `${system.title}, ${label}`,
      ...(of !== undefined && { of }),
    })),
    baselines: chosen.flatMap(({ name, system, baselines = [] }) =>
      baselines.map((method) => ({
        name: `${name}/baseline/${method}`,
        title: `${system.title}: ${METHOD_TITLES[method]}`,
      }))
    ).filter(({ name }) => ids.includes(name)),
    comparisons: COMPARISONS.filter(({ name }) => ids.includes(`${name}/compare`))
      .map(({ name, title }) => ({ name, title })),
  };
  const inputs = Object.fromEntries(ids.map((id) => [id, id]));
  return { id: "report", module: here("./report.ts"), params, inputs, memory: memoryOf("report") };
}

function here(file: string): string {
  return new URL(file, import.meta.url).href;
}
