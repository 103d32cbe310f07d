/**
 * Figure 5: the macrostate of the harmonic oscillator is its energy.
 *
 * @module
 */
import { atan2, cos, sin } from "../../kernels/elementary/mod.ts";
import * as Plot from "@observablehq/plot";
import { interpolateGreys } from "d3-scale-chromatic";
import { extent, type Field } from "./field_png.ts";
import { page } from "./page.ts";
import { chart } from "./plot.ts";
import { quantile } from "./quantile.ts";
import { significant } from "./significant.ts";
import { colourOf, INK } from "./theme.ts";

/** Data of figure 5A. */
export interface Figure5aData {
  /** `[count, 4]`: x₀, p₀, x_τ, p_τ. A handful is enough. */
  readonly pairs: Float32Array;
}

/** Data of figure 5B. */
export interface Figure5bData {
  /** `[count]` */
  readonly energy: Float32Array;
  /** `[count]` */
  readonly macrostate: Float32Array;
  /** The best that any network could learn, `[points, 2]`: energy, macrostate. */
  readonly oracle?: Float32Array;
  /** |Spearman| of the two, printed beside. */
  readonly spearman?: number;
}

/** Microstates sampled from one macrostate. */
export interface Ring {
  /** Energy that the macrostate stands for. */
  readonly energy: number;
  /** `[count, 2]`: x, p. */
  readonly samples: Float32Array;
}

/** Data of figure 5C. */
export interface Figure5cData {
  /** The macrostate φ(x, p) on a grid, rows from −halfWidth upwards in p. */
  readonly field: Field;
  readonly halfWidth: number;
  readonly rings: readonly Ring[];
}

const SIZE = 380;
/** Drawn at most: more dots only thicken the ink. */
const MOST_DOTS = 2500;

/** 5A: pairs in phase space, u black and v white, joined by the arc of the motion in between. */
export function figure5a({ pairs }: Figure5aData): string {
  const states = Array.from({ length: pairs.length / 4 }, (_, i) => [...pairs.subarray(4 * i, 4 * i + 4)]);
  const furthest = Math.max(
    ...states.map(([x, p, x1, p1]) => Math.max(length(x, p), length(x1, p1))),
  );
  const dot = (at: number, fill: string) =>
    Plot.dot(states, {
      x: (s) => s[at],
      y: (s) => s[at + 1],
      r: 4.5,
      fill,
      stroke: INK.text,
      strokeWidth: 1.2,
    });
  const thin = { stroke: INK.axis, strokeWidth: 1.1 };
  const panel = chart({
    ...phaseSpace(furthest * 1.15),
    heading: "Pairs u = (x₀, p₀) ● and v = (x_{τ}, p_{τ}) ○",
    marks: [
      ...states.map(([x, p]) =>
        Plot.line(circle(length(x, p)), {
          x: "0",
          y: "1",
          stroke: "#f6e3a1",
          strokeWidth: 7,
        })
      ),
      ...states.flatMap((state) => [
        Plot.line(arc(state), { ...thin, x: "0", y: "1" }),
        Plot.line(arc(state).slice(0, 50), { ...thin, x: "0", y: "1", markerEnd: "arrow" }),
      ]),
      dot(0, INK.text),
      dot(2, INK.background),
    ],
  });
  return page({ width: SIZE, height: SIZE, title: "Pairs of the oscillator in phase space" }, [
    { panel, x: 0, y: 0 },
  ]);
}

/** 5B: the learned macrostate against energy, beside the optimum where it is given. */
export function figure5b({ energy, macrostate, oracle, spearman }: Figure5bData): string {
  const step = Math.max(1, Math.ceil(energy.length / MOST_DOTS));
  const dots = Array.from(energy, (h, i) => [h, macrostate[i]]).filter((_, i) => i % step === 0);
  const curve = oracle &&
    Array.from({ length: oracle.length / 2 }, (_, i) => [...oracle.subarray(2 * i, 2 * i + 2)]);
  const note = spearman === undefined ? [] : [`|Spearman| = ${significant(spearman)}`];
  const isFalling = macrostate[energy.indexOf(quantile(energy, 1))] < quantile(macrostate, 0.5);
  const corner = isFalling
    ? { frameAnchor: "top-right", dx: -10, fontSize: 12 } as const
    : { frameAnchor: "bottom-right", dx: -10, fontSize: 12 } as const;
  const panel = chart({
    width: SIZE,
    height: SIZE,
    heading: "Learned macrostate against energy",
    x: { label: "energy H = (p² + x²) / 2", domain: [0, quantile(energy, 1)], nice: true },
    y: { label: "macrostate α", nice: true },
    marks: [
      Plot.dot(dots, { x: "0", y: "1", r: 1.3, fill: INK.sample, fillOpacity: 0.45 }),
      curve &&
      Plot.line(curve, { x: "0", y: "1", stroke: INK.text, strokeWidth: 1.2, strokeDasharray: "5,3" }),
      Plot.text(note, { ...corner, dy: isFalling ? 10 : -26 }),
      curve && Plot.text(["dashed: best possible"], { ...corner, dy: isFalling ? 26 : -10 }),
    ],
  });
  return page({ width: SIZE, height: SIZE, title: "The learned macrostate is a function of energy" }, [
    { panel, x: 0, y: 0 },
  ]);
}

/** 5C: microstates sampled from given macrostates, over the macrostate as a field; dashed, circles √(2H). */
export function figure5c({ field, halfWidth, rings }: Figure5cData): string {
  const [low, high] = extent(field);
  const thresholds = Array.from({ length: 24 }, (_, i) => low + (high - low) * i / 24);
  // Pale and without a hue, so that the samples stand out.
  const pale = (t: number) => interpolateGreys(0.03 + 0.5 * t);
  const panel = chart({
    ...phaseSpace(halfWidth),
    heading: "Microstates sampled from macrostates",
    color: { type: "linear", interpolate: pale, domain: [low, high] },
    clip: true,
    marks: [
      Plot.contour(field.values, {
        width: field.width,
        height: field.height,
        x1: -halfWidth,
        x2: halfWidth,
        y1: -halfWidth,
        y2: halfWidth,
        fill: Plot.identity,
        thresholds,
      }),
      ...rings.map(({ samples }, i) =>
        Plot.dot(Array.from({ length: samples.length / 2 }, (_, j) => [samples[2 * j], samples[2 * j + 1]]), {
          x: "0",
          y: "1",
          r: 2,
          fill: colourOf(i),
          stroke: INK.background,
          strokeWidth: 0.4,
        })
      ),
      ...rings.map(({ energy }) =>
        Plot.line(circle(Math.sqrt(2 * energy)), {
          x: "0",
          y: "1",
          stroke: INK.text,
          strokeWidth: 1.1,
          strokeDasharray: "5,3",
        })
      ),
    ],
  });
  const bar = colourBar({ low, high, colours: pale });
  return page(
    { width: SIZE + 76, height: SIZE, title: "Microstates sampled from macrostates lie on rings" },
    [
      { panel, x: 0, y: 0 },
      { panel: bar, x: SIZE, y: 0 },
    ],
  );
}

/** A vertical scale of the macrostate, drawn as marks. */
function colourBar({ low, high, colours }: { low: number; high: number; colours: (t: number) => string }) {
  const steps = 64;
  const at = (i: number) => low + (high - low) * i / steps;
  const bands = Array.from({ length: steps }, (_, i) => ({
    y1: at(i),
    y2: at(i + 1),
    colour: colours((i + 0.5) / steps),
  }));
  return chart({
    width: 76,
    height: SIZE,
    marginTop: 26,
    marginLeft: 48,
    marginRight: 14,
    x: { axis: null },
    y: { label: "macrostate α", domain: [low, high] },
    marks: [Plot.rect(bands, { y1: "y1", y2: "y2", fill: "colour", stroke: "colour", strokeWidth: 0.5 })],
  });
}

function phaseSpace(halfWidth: number) {
  const domain = [-halfWidth, halfWidth];
  const margins = { marginTop: 26, marginRight: 12, marginBottom: 42, marginLeft: 56 };
  return {
    ...margins,
    width: SIZE,
    height: SIZE,
    x: { label: "position x", domain, ticks: 7 },
    y: { label: "momentum p", domain, ticks: 7 },
  };
}

function circle(radius: number): [number, number][] {
  return Array.from({ length: 97 }, (_, i) => {
    const angle = 2 * Math.PI * i / 96;
    return [radius * cos(angle), radius * sin(angle)];
  });
}

/** From u to v the way the oscillator moves, clockwise, the radius turning into v's. */
function arc([x, p, x1, p1]: readonly number[]): [number, number][] {
  const start = atan2(p, x);
  const end = atan2(p1, x1);
  const turn = (start - end + 2 * Math.PI) % (2 * Math.PI);
  const [from, to] = [length(x, p), length(x1, p1)];
  return Array.from({ length: 97 }, (_, i) => {
    const t = i / 96;
    const radius = from + (to - from) * t;
    return [radius * cos(start - turn * t), radius * sin(start - turn * t)];
  });
}

function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
