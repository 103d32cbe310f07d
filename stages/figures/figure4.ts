/**
 * Figure 4: what was sampled from the macrostates of linear systems.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { interleave } from "./interleave.ts";
import { grid, page, type Placed } from "./page.ts";
import type { Panel } from "./panel.ts";
import { chart } from "./plot.ts";
import { quantile } from "./quantile.ts";
import { colourOf, INK } from "./theme.ts";

/** An example trajectory and what was sampled from its macrostate. */
export interface LinearExample {
  /** E.g. `anticlockwise`. */
  readonly label: string;
  /** `[steps, 2]` */
  readonly trajectory: Float32Array;
  /** The matrix that made the trajectory, `[4]`: a, b, c, d. */
  readonly matrix: Float32Array;
  /** `[count, 4]` */
  readonly sampledMatrices: Float32Array;
  /** What the sampled matrices make of fresh starts, `[count, steps, 2]`. */
  readonly grownTrajectories: Float32Array;
  /** `[count, steps, 2]` */
  readonly sampledTrajectories: Float32Array;
}

/** Data of figure 4. */
export interface Figure4Data {
  /** Matrices from the prior, `[count, 4]`. */
  readonly prior: Float32Array;
  readonly examples: readonly LinearExample[];
}

type Point = readonly [x: number, y: number];

const PLANE = 400;
const SMALL = 190;

/**
 * 4B: the example trajectories, and the matrices sampled from their macrostates in the plane of the two
 * invariants of rotation, c − b and a + d, over a cloud of matrices from the prior; the true ones are ringed.
 */
export function figure4b({ prior, examples }: Figure4Data): string {
  const title = "Matrices sampled from the macrostates of example trajectories";
  const columns = Math.ceil(examples.length / 2);
  const trajectories = examples.map((example, i) =>
    chart({
      ...square(SMALL, reach([example.trajectory]) * 1.1),
      heading: example.label,
      headingColour: colourOf(i),
      marks: [...origin(), ...path(example.trajectory, colourOf(i))],
    })
  );
  const placed: Placed[] = [
    { panel: invariants(prior, examples), x: 0, y: 0 },
    ...trajectories.map((panel, i) => ({
      panel,
      x: PLANE + 12 + (i % columns) * (SMALL + 4),
      y: Math.floor(i / columns) * (PLANE / 2 + 3),
    })),
  ];
  return page({ width: PLANE + 12 + columns * (SMALL + 4), height: PLANE, title }, placed);
}

function invariants(prior: Float32Array, examples: readonly LinearExample[]): Panel {
  const cloud = invariantsOf(prior);
  const sampled = interleave(
    examples.map(({ sampledMatrices }, i) =>
      invariantsOf(sampledMatrices).map(([x, y]) => [x, y, colourOf(i)] as const)
    ),
  );
  const ringed = examples.flatMap(({ matrix }) => invariantsOf(matrix).flat());
  const most = quantile(sampled.flatMap(([x, y]) => [Math.abs(x), Math.abs(y)]), 0.98);
  const extreme = Math.max(...ringed.map(Math.abs), most);
  const domain = [-1.08 * extreme, 1.08 * extreme];
  return chart({
    width: PLANE,
    height: PLANE,
    x: { label: "c − b (rotation, anticlockwise > 0)", domain },
    y: { label: "a + d (growth)", domain },
    heading: "Sampled matrices",
    clip: true,
    marks: [
      ...origin(),
      Plot.dot(cloud, { x: "0", y: "1", r: 1.1, fill: INK.cloud }),
      Plot.dot(sampled, { x: "0", y: "1", r: 2.2, fill: "2", fillOpacity: 0.55 }),
      ...examples.map(({ matrix }, i) => ring(invariantsOf(matrix)[0], colourOf(i))),
    ],
  });
}

/** 4C: trajectories that the sampled matrices make of fresh starts (blue) over the example (red dots). */
export function figure4c({ examples }: Pick<Figure4Data, "examples">): string {
  return bundles(
    examples,
    ({ grownTrajectories }) => grownTrajectories,
    "Trajectories grown from the sampled matrices",
  );
}

/** 4D: trajectories sampled directly from the macrostate (blue) over the example (red dots). */
export function figure4d({ examples }: Pick<Figure4Data, "examples">): string {
  return bundles(examples, ({ sampledTrajectories }) => sampledTrajectories, "Directly sampled trajectories");
}

/** Data of {@link movedMatrices}. */
export interface MovedMatricesData {
  readonly dimension: number;
  /** A macrostate for each matrix, `[count, dimension]`: one coordinate after the other moved, equally many of each. */
  readonly macrostates: Float32Array;
  /** The likeliest matrix of each, `[count, 4]`. */
  readonly matrices: Float32Array;
}

/** A panel for each macro coordinate: the path of the likeliest matrix through the plane of invariants as it is moved. */
export function movedMatrices({ dimension, macrostates, matrices }: MovedMatricesData): string {
  const each = macrostates.length / dimension / dimension;
  const places = invariantsOf(matrices);
  const most = Math.max(...places.flat().map(Math.abs), 1);
  const panels = Array.from({ length: dimension }, (_, row) => {
    const path = places.slice(row * each, (row + 1) * each);
    const values = Array.from({ length: each }, (_, i) => macrostates[(row * each + i) * dimension + row]);
    return chart({
      ...square(300, 1.15 * most),
      x: { label: "c − b (rotation, anticlockwise > 0)", domain: [-1.15 * most, 1.15 * most] },
      y: { label: "a + d (growth)", domain: [-1.15 * most, 1.15 * most] },
      heading: `α_{${row + 1}} moved`,
      headingColour: colourOf(row),
      marks: [
        ...origin(),
        Plot.line(path, { x: "0", y: "1", stroke: colourOf(row), strokeWidth: 1.5 }),
        Plot.dot(path, { x: "0", y: "1", r: 3.5, fill: colourOf(row) }),
        Plot.text(
          [0, each - 1].map((i) => [...path[i], values[i].toFixed(1).replace("-", "−")]),
          { x: "0", y: "1", text: "2", dy: -10 },
        ),
      ],
    });
  });
  return grid(panels, { columns: 3, title: "What each macro coordinate does" });
}

function bundles(
  examples: readonly LinearExample[],
  select: (example: LinearExample) => Float32Array,
  title: string,
): string {
  const panels = examples.map((example) => {
    const length = example.trajectory.length;
    const flat = select(example);
    const bundle = Array.from(
      { length: flat.length / length },
      (_, j) => flat.subarray(j * length, (j + 1) * length),
    );
    return chart({
      ...square(250, reach([example.trajectory, ...bundle])),
      heading: example.label,
      clip: true,
      marks: [
        ...origin(),
        ...bundle.map((trajectory) => arrow(trajectory)),
        ...path(example.trajectory, INK.example),
      ],
    });
  });
  return grid(panels, { columns: Math.min(examples.length, 4), title });
}

/** Options of a square panel whose axes are alike, so that circles look like circles. */
function square(size: number, halfWidth: number) {
  const domain = [-halfWidth, halfWidth];
  const margins = { marginTop: 26, marginRight: 12, marginBottom: 40, marginLeft: 50 };
  return {
    ...margins,
    width: size,
    height: size + margins.marginTop + margins.marginBottom - margins.marginLeft - margins.marginRight,
    x: { label: "x₁", domain, ticks: size < 200 ? 3 : 5 },
    y: { label: "x₂", domain, ticks: size < 200 ? 3 : 5 },
  };
}

/** Half the width of a square window that shows all but the outermost trajectories whole. */
function reach(trajectories: readonly Float32Array[]): number {
  const furthest = trajectories.map((trajectory) => Math.max(...trajectory.map(Math.abs)));
  return Math.max(furthest[0], quantile(furthest, 0.95), 1e-3) * 1.05;
}

function origin() {
  return [
    Plot.ruleX([0], { stroke: INK.rule, strokeWidth: 0.5 }),
    Plot.ruleY([0], { stroke: INK.rule, strokeWidth: 0.5 }),
  ];
}

function points(flat: Float32Array): Point[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
}

/** An example: dots that grow with time, joined by a thin line. */
function path(trajectory: Float32Array, colour: string) {
  const steps = points(trajectory).map(([x, y], step) => ({ x, y, step }));
  const radius = (step: { step: number }) => 1.8 + 2.2 * step.step / steps.length;
  return [
    Plot.line(steps, { x: "x", y: "y", stroke: colour, strokeWidth: 1 }),
    Plot.dot(steps, {
      x: "x",
      y: "y",
      r: { value: radius, scale: null },
      fill: colour,
      stroke: INK.background,
      strokeWidth: 0.6,
    }),
  ];
}

/** A sample: a thin line with an arrow head where it ends. */
function arrow(trajectory: Float32Array) {
  return Plot.line(points(trajectory), {
    x: "0",
    y: "1",
    stroke: INK.sample,
    strokeWidth: 0.9,
    strokeOpacity: 0.6,
    markerEnd: "arrow",
  });
}

/** c − b and a + d of matrices a, b, c, d. */
function invariantsOf(matrices: Float32Array): Point[] {
  return Array.from({ length: matrices.length / 4 }, (_, i) => {
    const [a, b, c, d] = matrices.subarray(4 * i, 4 * i + 4);
    return [c - b, a + d];
  });
}

function ring(point: Point, colour: string) {
  return Plot.dot([point], { x: "0", y: "1", r: 5.5, fill: colour, stroke: INK.text, strokeWidth: 2 });
}
