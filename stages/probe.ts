/**
 * Macrostates of a fixed set of probes: what `check` compares one training with another by.
 *
 * The probes are drawn as `simulate` draws its samples, under a seed of their own, so no setting of the data set
 * or of training changes them. Those that the data set would reject as trivial are left out here, too.
 *
 * @module
 */
import { macrostates } from "../macronet/macrostate_map.ts";
import { type Matrix, matrix, rowRange } from "../macronet/matrix.ts";
import { type Side, sideParameters } from "../macronet/relation.ts";
import { sha256 } from "../pipeline/canonical.ts";
import type { Columns, System } from "../systems/system.ts";
import type { Model } from "./model.ts";
import { writeTables } from "./tables.ts";

/** Name of the artifact. */
export const PROBE = "probe.json";

/** Rows of numbers. */
export type Rows = readonly (readonly number[])[];

/** The macrostates of the probes. */
export interface Probe {
  /** `sha256:` of the probes themselves: macrostates of different probes cannot be compared. */
  readonly probes: string;
  /** α_u, a row a probe. */
  readonly u: Rows;
  /** α_v, a row a probe. */
  readonly v: Rows;
}

/** Probes of a system that makes something of nearly every rule. */
const PROBES = 32;

/** Most samples that are drawn to find as many: of a system that makes hardly anything there are fewer. */
const MOST_DRAWN = 1024;

/**
 * Draws probes u and what they give, v: `probes` rows each, or fewer where `mostDrawn` samples have no more that are
 * accepted.
 *
 * @example
 * ```ts
 * import { system } from "../systems/linear.ts";
 * import type { System } from "../systems/system.ts";
 * import { drawProbes } from "./probe.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { u, v } = drawProbes(system as System, system.profiles.smoke.physics);
 * assertEquals([u.rows, v.rows], [32, 32]);
 * ```
 */
export function drawProbes(
  system: System,
  physics: object,
  { probes = PROBES, mostDrawn = MOST_DRAWN } = {},
): Readonly<Record<Side, Matrix>> {
  const found: Columns[] = [];
  for (let from = 0; found.length < probes && from < mostDrawn;) {
    const count = Math.min(probes - found.length, mostDrawn - from);
    const randomness = { seed: 0, purpose: "probe", from };
    const u = system.prior(physics, count, randomness);
    const { v, accepted } = system.grow(physics, u, randomness);
    for (let i = 0; i < count; i++) {
      if (accepted?.data[i] === 0) continue;
      found.push({ u: rowRange(u, i, i + 1), v: rowRange(v, i, i + 1) });
    }
    from += count;
  }
  const sizes = system.shapes(physics);
  const joined = (side: Side) => {
    const width = sizes[side].reduce((product, length) => product * length, 1);
    const data = new Float32Array(found.length * width);
    found.forEach((row, i) => data.set(row[side].data, i * width));
    return matrix(data, width);
  };
  return { u: joined("u"), v: joined("v") };
}

/** The file of the macrostates that a model gives probes. */
export function probeFile(
  { relation, parameters }: Pick<Model, "relation" | "parameters">,
  probes: Readonly<Record<Side, Matrix>>,
): Uint8Array {
  const macrostatesOf = (side: Side): Rows => {
    if (probes[side].rows === 0) return [];
    const map = relation[side];
    const found = macrostates(map, sideParameters(relation, side, parameters), map.prepare(probes[side]));
    return Array.from({ length: found.rows }, (_, i) => Array.from(rowRange(found, i, i + 1).data, shortest));
  };
  const probe: Probe = {
    probes: `sha256:${sha256(writeTables(probes))}`,
    u: macrostatesOf("u"),
    v: macrostatesOf("v"),
  };
  return new TextEncoder().encode(JSON.stringify(probe) + "\n");
}

/** What {@link probeFile} wrote. A macrostate that was not finite is NaN. */
export function readProbe(bytes: Uint8Array): Probe {
  const { probes, u, v } = JSON.parse(new TextDecoder().decode(bytes));
  const numbers = (rows: readonly (readonly (number | null)[])[]) =>
    rows.map((row) => row.map((value) => value ?? NaN));
  return { probes, u: numbers(u), v: numbers(v) };
}

/** Nine digits tell any two 32-bit numbers apart. */
function shortest(value: number): number {
  return Number(value.toPrecision(9));
}
