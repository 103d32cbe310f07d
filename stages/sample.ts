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
import { column, type Matrix, repeatRows } from "../macronet/matrix.ts";
import { prefixed } from "../macronet/names.ts";
import { type Side, sideParameters } from "../macronet/relation.ts";
import type { StageRun } from "../pipeline/stage.ts";
import { quantile } from "../systems/metrics/statistics.ts";
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

/** Values that each macro coordinate is moved through: quantiles of it over held-out observations. */
const MOVES = [0.03, 0.15, 0.3, 0.5, 0.7, 0.85, 0.97];

/** Writes `samples.safetensors`: tables `example.…`, `design.…`, `again.…` and `moved.…`. */
export const run: StageRun = async (context) => {
  await useWasmBackend();
  const { system } = await context.load<{ system: System }>("system");
  const { sample: { seed, examples: count, draws, again } } = context.params as unknown as SampleParams;
  const model = readModel(await context.input("train").read(MODEL), system);
  const test = await readSplit(context.input("cache"), "test");
  const examples = system.examples(test, count);
  const macrostateOf = (v: Matrix) =>
    macrostates(
      model.relation.v,
      sideParameters(model.relation, "v", model.parameters),
      model.relation.v.prepare(v),
    );
  const macrostate = macrostateOf(examples.v);
  const beta = repeatRows(macrostate, draws);
  const u = design(model, "u", beta, seed);
  const v = design(model, "v", beta, seed);
  const moved = movedMacrostates(macrostateOf(test.v));
  const typical = typicalDesign(model, moved);
  const total = beta.rows + examples.u.rows * again + moved.rows;
  const { physics } = model.architecture;
  const grow = (designs: Matrix, purpose: string, done: number) =>
    growAll(system, physics, designs, {
      randomness: { seed, purpose, from: 0 },
      onRows: (rows) => context.progress(done + rows, total),
    });
  const grown = grow(u, "sample.grow", 0);
  const fresh = grow(repeatRows(examples.u, again), "sample.again", beta.rows);
  const along = grow(typical, "sample.moved", total - moved.rows);
  const tables = {
    ...prefixed("example", { ...examples, macrostate }),
    ...prefixed("design", { u, v, ...prefixed("grown", grown) }),
    ...prefixed("again", fresh),
    ...prefixed("moved", { macrostate: moved, u: typical, ...prefixed("grown", along) }),
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

/** The median macrostate with one coordinate after the other moved through its {@link MOVES}, `[d · moves, d]`. */
function movedMacrostates(macrostates: Matrix): Matrix {
  const d = macrostates.columns;
  const values = Array.from({ length: d }, (_, i) => column(macrostates, i));
  const median = values.map((coordinate) => quantile(coordinate, 0.5));
  return rowsOf(d * MOVES.length, d, (row) => {
    const [moved, share] = [Math.floor(row / MOVES.length), MOVES[row % MOVES.length]];
    return median.map((middle, i) => i === moved ? quantile(values[i], share) : middle);
  });
}

/** f_u⁻¹(β, 0): the design of each macrostate whose abandoned part is the likeliest. */
function typicalDesign({ relation, parameters }: Model, macrostate: Matrix): Matrix {
  const abandoned = rowsOf(
    macrostate.rows,
    relation.u.bijection.dimension - macrostate.columns,
    () => [],
  );
  return decode(relation.u, sideParameters(relation, "u", parameters), { macrostate, abandoned });
}

/** What of a system's settings the stage depends on. */
export function sampleParams({ sample }: Settings): SampleParams {
  return { sample };
}
