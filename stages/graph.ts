/**
 * The whole science on one page: which stage feeds which, for each experiment.
 *
 * ```
 * simulate ─▶ cache ─▶ train ─▶ sample ─▶ evaluate ─▶ render ─▶ report
 * ```
 *
 * A new system is a file in `systems/` and a line in {@link EXPERIMENTS}.
 *
 * @module
 */
import { matrix } from "../macronet/matrix.ts";
import { didYouMean } from "../pipeline/nearest.ts";
import { quoted } from "../pipeline/quoted.ts";
import type { JsonObject, Stage } from "../pipeline/stage.ts";
import { system as linear } from "../systems/linear.ts";
import { system as oscillator } from "../systems/oscillator.ts";
import { checkNumber } from "../systems/domain.ts";
import type { Profile, Settings, System } from "../systems/system.ts";
import { system as turing } from "../systems/turing.ts";
import { cacheParams } from "./cache.ts";
import { evaluateParams } from "./evaluate.ts";
import { sampleParams } from "./sample.ts";
import { assign, type Assignment, SettingError } from "./settings.ts";
import { simulateParams } from "./simulate.ts";
import { trainParams } from "./train.ts";

/** A system under certain settings. */
export interface Experiment {
  /** Folder of its stages, and prefix of its metrics. */
  readonly name: string;
  /** Heading in the report, when it is not the system's own. */
  readonly title?: string;
  readonly system: System;
  /** File of the system, from here. */
  readonly module: string;
  /** File of the figures that are drawn beside those of every system, from here. */
  readonly figures?: string;
  /** Changes to the system's own settings, as `--set` would make them. */
  readonly changes?: readonly Assignment[];
}

/** What `reproduce` runs. */
export const EXPERIMENTS: readonly Experiment[] = [
  {
    name: "linear",
    title: "Linear systems, frame unknown",
    system: linear as System,
    module: "../systems/linear.ts",
    figures: "./figures/linear_gallery.ts",
  },
  {
    name: "linear_literal",
    title: "Linear systems, frame known (the paper's literal setting)",
    system: linear as System,
    module: "../systems/linear.ts",
    figures: "./figures/linear_gallery.ts",
    changes: [{ path: ["physics", "frame"], value: "known", text: "physics.frame=known" }],
  },
  {
    name: "oscillator",
    system: oscillator as System,
    module: "../systems/oscillator.ts",
    figures: "./figures/oscillator_gallery.ts",
  },
  {
    name: "turing",
    system: turing as System,
    module: "../systems/turing.ts",
    figures: "./figures/turing_gallery.ts",
  },
];

/** What to build a graph for. */
export interface GraphOptions {
  readonly profile: Profile;
  /** Names of experiments; all when empty. */
  readonly systems?: readonly string[];
  /** `[experiment.]path=value`; without an experiment's name it holds for all that have the path. */
  readonly assignments?: readonly Assignment[];
}

/** Thrown when a name on the command line is not known: the call is wrong. */
export class UnknownNameError extends Error {
  override readonly name = "UnknownNameError";
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
  const settings = withAssignments(chosen, profile, assignments);
  const pipelines = chosen.flatMap((experiment, i) => {
    try {
      experiment.system.check(settings[i]);
      checkShardSize(experiment.system, settings[i]);
      buildNetworks(experiment.system, settings[i]);
    } catch (error) {
      if (error instanceof RangeError) error.message = `${experiment.name}: ${error.message}`;
      throw error;
    }
    return experimentStages(experiment, settings[i]);
  });
  return [...pipelines, reportStage(chosen, profile)];
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

function choose(names: readonly string[]): Experiment[] {
  const known = EXPERIMENTS.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new UnknownNameError(
      `Cannot choose system ${quoted(name)}: it must be one of ${known.join(", ")}${didYouMean(name, known)}`,
    );
  }
  return EXPERIMENTS.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** Settings of each experiment, its own changes first, then the caller's. */
function withAssignments(
  chosen: readonly Experiment[],
  profile: Profile,
  assignments: readonly Assignment[],
): Settings[] {
  const settings = chosen.map(({ system, changes = [] }) => changes.reduce(assign, system.profiles[profile]));
  for (const assignment of assignments) {
    const [head, ...path] = assignment.path;
    const named = EXPERIMENTS.some(({ name }) => name === head);
    const targets = named ? chosen.map(({ name }) => name === head) : chosen.map(() => true);
    if (!targets.includes(true)) {
      throw new SettingError(
        `Cannot set ${quoted(assignment.text)}: ${head} is not among the chosen systems`,
      );
    }
    const local = named ? { ...assignment, path } : assignment;
    const failures: SettingError[] = [];
    targets.forEach((hit, i) => {
      const changed = hit ? attempt(settings[i], local) : settings[i];
      if (changed instanceof SettingError) failures.push(changed);
      else settings[i] = changed;
    });
    if (failures.length === targets.filter((hit) => hit).length) throw nearestMiss(failures);
  }
  return settings;
}

function attempt(settings: Settings, assignment: Assignment): Settings | SettingError {
  try {
    return assign(settings, assignment);
  } catch (error) {
    if (error instanceof SettingError) return error;
    throw error;
  }
}

/** The failure that found most of the path: of a system that has the setting, if there is one. */
function nearestMiss(failures: readonly SettingError[]): SettingError {
  return failures.reduce((best, failure) => failure.matched > best.matched ? failure : best);
}

/**
 * MiB that a unit takes at most, its worker included: the peak of
 * `verify turing/<stage> --stage turing/<stage> --workers 1` at paper size, rounded. Decides what runs at the same time.
 */
const MEMORY: Readonly<Record<string, number>> = {
  simulate: 200,
  cache: 300,
  train: 1200,
  sample: 600,
  evaluate: 500,
  render: 500,
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

function experimentStages({ name, title, system, module, figures }: Experiment, settings: Settings): Stage[] {
  const uses = { system: here(module) };
  const id = (stage: string) => `${name}/${stage}`;
  const plain = (params: object) => params as unknown as JsonObject;
  return [
    {
      id: id("simulate"),
      module: here("./simulate.ts"),
      uses,
      params: plain(simulateParams(settings)),
      shards: settings.simulate.shards,
      memory: memoryOf("simulate", shardBytes(system, settings)),
    },
    {
      id: id("cache"),
      module: here("./cache.ts"),
      uses,
      params: plain(cacheParams(settings)),
      memory: memoryOf("cache"),
      inputs: { simulate: id("simulate") },
    },
    {
      id: id("train"),
      module: here("./train.ts"),
      uses,
      params: plain(trainParams(settings)),
      memory: memoryOf("train"),
      inputs: { cache: id("cache") },
    },
    {
      id: id("sample"),
      module: here("./sample.ts"),
      uses,
      params: plain(sampleParams(settings)),
      memory: memoryOf("sample"),
      inputs: { cache: id("cache"), train: id("train") },
    },
    {
      id: id("evaluate"),
      module: here("./evaluate.ts"),
      uses,
      params: plain(evaluateParams(settings)),
      memory: memoryOf("evaluate"),
      inputs: { cache: id("cache"), train: id("train"), sample: id("sample") },
    },
    {
      id: id("render"),
      module: here("./render.ts"),
      uses: figures ? { gallery: here(figures) } : {},
      params: { title: title ?? system.title, gallery: figures !== undefined },
      memory: memoryOf("render"),
      inputs: { cache: id("cache"), train: id("train"), sample: id("sample"), evaluate: id("evaluate") },
    },
  ];
}

/** One page over all chosen experiments. */
function reportStage(chosen: readonly Experiment[], profile: Profile): Stage {
  const inputs: Record<string, string> = {};
  for (const { name } of chosen) {
    inputs[`${name}/cache`] = `${name}/cache`;
    inputs[`${name}/evaluate`] = `${name}/evaluate`;
    inputs[`${name}/render`] = `${name}/render`;
  }
  const systems = chosen.map(({ name, title, system }) => ({ name, title: title ?? system.title }));
  const params = { profile, systems };
  return { id: "report", module: here("./report.ts"), params, inputs, memory: memoryOf("report") };
}

function here(file: string): string {
  return new URL(file, import.meta.url).href;
}
