/**
 * How figures look: one place for colours, type and line widths.
 *
 * @module
 */

/**
 * Colours of things that are told apart: Okabe and Ito's palette ("Color Universal Design", 2008), distinct
 * under the common kinds of colour blindness. Its black marks the truth here, its yellow is lost on white.
 */
const CATEGORICAL = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/** The colour of the example, species or curve number `index`. */
export function colourOf(index: number): string {
  return CATEGORICAL[index % CATEGORICAL.length];
}

/** The named colours of a figure. */
export const INK = {
  /** Text, and whatever stands for the truth. */
  text: "#1a1a1a",
  /** Axes, ticks, frames. */
  axis: "#7a7a7a",
  /** Numbers along axes. */
  tick: "#4a4a4a",
  /** Reference lines. */
  rule: "#b0b0b0",
  /** Clouds in the background. */
  cloud: "#c4c4c4",
  background: "#ffffff",
  /** What was sampled from a macrostate. */
  sample: CATEGORICAL[0],
  /** What was given. */
  example: CATEGORICAL[1],
} as const;

/** Type, in CSS pixels. The family is the one that ships beside this file. */
export const TYPE = { family: "Inter, system-ui, sans-serif", size: 12, small: 10.5, letter: 15 } as const;

/** A sequence of colours, given a number from 0 to 1. */
export type ColourMap = (t: number) => string;

/** White through `colour` to almost black: one hue, lightness falling evenly, so it reads without colour too. */
export function tint(colour: string): ColourMap {
  const channels = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const stops = [[252, 252, 252], channels, channels.map((c) => Math.round(c * 0.22))];
  return (t) => {
    const at = Math.min(Math.max(t, 0), 1) * 2;
    const from = stops[at < 1 ? 0 : 1], to = stops[at < 1 ? 1 : 2], part = at < 1 ? at : at - 1;
    const mixed = from.map((c, i) => Math.round(c + (to[i] - c) * part).toString(16).padStart(2, "0"));
    return `#${mixed.join("")}`;
  };
}
