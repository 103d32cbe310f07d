/**
 * Sample: designs from macrostates, and what the designs make when they are simulated from fresh starts.
 *
 * For each example v the macrostate β = φ_v(v) is kept, the abandoned part is drawn anew, and the networks are
 * run backwards: f_u⁻¹(β, z) are the designs, f_v⁻¹(β, z′) are observations that share the macrostate.
 *
 * @module
 */
import { normals } from "../kernels/philox/mod.ts";
import { useWasmBackend } from "../macronet/backend.ts";
import { decode, macrostates } from "../macronet/macrostate_map.ts";
import { type Matrix, matrix, repeatRows } from "../macronet/matrix.ts";
import { prefixed } from "../macronet/names.ts";
import { type Side, sideParameters } from "../macronet/relation.ts";
import type { StageRun } from "../pipeline/stage.ts";
import { rowsOf } from "../systems/rows.ts";
import type { Settings, System } from "../systems/system.ts";
import { readSplit } from "./dataset.ts";
import { growAll } from "./grow.ts";
import { MODEL, type Model, readModel } from "./model.ts";
import { writeTables } from "./tables.ts";

/** Parameters of the stage. */
export interface SampleParams {
  readonly sample: Settings["sample"];
}

/** Name of the artifact. */
export const SAMPLES = "samples.safetensors";

/** Writes `samples.safetensors`: tables `example.…`, `design.…` and `again.…`. */
export const run: StageRun = async (context) => {
  await useWasmBackend();
  const { system } = await context.load<{ system: System }>("system");
  const { sample: { seed, examples: count, draws, again } } = context.params as unknown as SampleParams;
  const model = readModel(await context.input("train").read(MODEL), system);
  const examples = system.examples(await readSplit(context.input("cache"), "test"), count);
  const macrostate = macrostates(
    model.relation.v,
    sideParameters(model.relation, "v", model.parameters),
    model.relation.v.prepare(examples.v),
  );
  const beta = repeatRows(macrostate, draws);
  const u = design(model, "u", beta, seed);
  const v = design(model, "v", beta, seed);
  const total = beta.rows + examples.u.rows * again;
  const { physics } = model.architecture;
  const grow = (designs: Matrix, purpose: string, done: number) =>
    growAll(system, physics, designs, {
      randomness: { seed, purpose, from: 0 },
      onRows: (rows) => context.progress(done + rows, total),
    });
  const grown = grow(u, "sample.grow", 0);
  const fresh = grow(repeatRows(examples.u, again), "sample.again", beta.rows);
  const tables = {
    ...prefixed("example", { ...examples, macrostate }),
    ...prefixed("design", { u, v, ...prefixed("grown", grown) }),
    ...prefixed("again", fresh),
  };
  await context.write(SAMPLES, writeTables(tables));
};

/** f⁻¹(β, z) with z drawn from the base distribution, one design per row of β. */
function design({ relation, parameters }: Model, side: Side, beta: Matrix, seed: number): Matrix {
  const map = relation[side];
  const width = map.bijection.dimension - map.macroDimension;
  const purpose = `sample.abandoned.${side}`;
  const abandoned = rowsOf(beta.rows, width, (sample) => normals(width, { seed, purpose, sample }));
  return decode(map, sideParameters(relation, side, parameters), { macrostate: beta, abandoned });
}

/** What of a system's settings the stage depends on. */
export function sampleParams({ sample }: Settings): SampleParams {
  return { sample };
}
