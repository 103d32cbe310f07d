/**
 * The classes of Gray-Scott patterns: α to μ of J. E. Pearson, "Complex patterns in a simple system", Science 261, 189
 * (1993), and ν to σ of R. P. Munafo, "Stable localized moving patterns in the 2-D Gray-Scott model", arXiv 1501.01990.
 *
 * Points (F, k) and descriptions follow Munafo's page on the classes,
 * https://mrob.com/pub/comp/xmorphia/pearson-classes.html. η lies beside his example (0.034, 0.063), where our grid is
 * left with spots alone, ζ beside (0.022, 0.061), where it dies out, and μ at one of his that he describes. Pearson's R
 * and B, the two uniform states, are left out.
 *
 * @module
 */
import { uniforms } from "../../kernels/philox/mod.ts";
import {
  type Fields,
  grayScott,
  initialState,
  type InitialStateOptions,
  type Pair,
  type Place,
} from "../../kernels/reaction_diffusion/mod.ts";

/** One class, a point of it, and a start from which its pattern grows. */
export interface PearsonClass {
  readonly name: string;
  readonly F: number;
  readonly k: number;
  readonly start: keyof typeof STARTS;
  readonly steps: number;
  /** Two lines. */
  readonly description: readonly [string, string];
}

function named(
  name: string,
  [F, k]: Pair<number>,
  [start, steps]: readonly [PearsonClass["start"], number],
  ...description: [string, string]
): PearsonClass {
  return { name, F, k, start, steps, description };
}

export const PEARSON_CLASSES: readonly PearsonClass[] = [
  named(
    "α",
    [0.010, 0.047],
    ["square", 20_000],
    "Wavelets and young spirals that",
    "grow, meet and annihilate, for ever",
  ),
  named(
    "β",
    [0.026, 0.051],
    ["square", 20_000],
    "Waves on a sea of catalyst: voids",
    "open suddenly and fill again",
  ),
  named(
    "γ",
    [0.022, 0.051],
    ["square", 30_000],
    "Stripes that never come to rest:",
    "their grains shift and their ends die",
  ),
  named("δ", [0.030, 0.055], ["square", 30_000], "Holes in hexagonal order: grains", "of a Turing pattern"),
  named(
    "ε",
    [0.018, 0.055],
    ["square", 20_000],
    "Unstable spots and rings that",
    "crowd each other out, for ever",
  ),
  named(
    "ζ",
    [0.026, 0.059],
    ["square", 30_000],
    "As ε, but round and longer-lived;",
    "spots die here and there",
  ),
  named(
    "η",
    [0.036, 0.063],
    ["slabs", 20_000],
    "Spots and worms, which break up",
    "before all comes to rest",
  ),
  named(
    "θ",
    [0.030, 0.057],
    ["square", 40_000],
    "Stripes, most of them connected,",
    "grown as rings around the start",
  ),
  named("ι", [0.046, 0.0594], ["patches", 60_000], "Negative spots that are viable", "only in company"),
  named("κ", [0.050, 0.063], ["square", 40_000], "Stripes that branch and meander:", "hedgerow mazes"),
  named(
    "λ",
    [0.034, 0.065],
    ["patches", 40_000],
    "Spots that divide until they fill",
    "the grid in hexagonal order",
  ),
  named("μ", [0.050, 0.065], ["patches", 40_000], "Worms that grow at their ends", "and do not join"),
  named(
    "ν",
    [0.046, 0.067],
    ["spots", 40_000],
    "Spots that neither divide nor die",
    "and slowly drift apart",
  ),
  named(
    "ξ",
    [0.010, 0.041],
    ["brokenWaves", 6000],
    "Large spirals, as in the reaction",
    "of Belousov and Zhabotinsky",
  ),
  named(
    "π",
    [0.062, 0.061],
    ["islands", 30_000],
    "Negative spots, stripes and loops",
    "that attract and repel each other",
  ),
  named("ρ", [0.090, 0.059], ["holes", 10_000], "Soap bubbles: walls of catalyst", "under tension"),
  named("σ", [0.090, 0.057], ["drops", 6000], "Soap bubbles of catalyst behind", "walls without"),
];

/** Diffusion in cells and steps: 2e-5 and 1e-5 on 256 cells to a length of 2.5, as Pearson had it. */
export const DIFFUSION = {
  Da: 2e-5 / (2.5 / 256 * (2.5 / 256)),
  Db: 1e-5 / (2.5 / 256 * (2.5 / 256)),
} as const;

const bare: Pair<number> = [1, 0], seeded: Pair<number> = [0.5, 0.25];

/** Something random for a class on a grid. */
interface Places {
  /** Places all over, `count` of them on 256 × 256 cells. */
  scatter(count: number, radius: Pair<number>): Place[];
  readonly size: number;
  /** The uniform state with catalyst. */
  readonly full: Pair<number>;
}

type Start = (places: Places) => Pick<InitialStateOptions, "background" | "discs" | "squares">;

const STARTS = {
  /** Pearson's: one square of 20 by 20 cells in the middle. */
  square: ({ size }) => ({
    background: bare,
    squares: { places: [{ x: (size - 1) / 2, y: (size - 1) / 2, radius: 10 }], values: seeded },
  }),
  patches: ({ scatter }) => ({ background: bare, squares: { places: scatter(24, [6, 14]), values: seeded } }),
  /** Larger: their edges grow as rings, which break into worms. */
  slabs: ({ scatter }) => ({ background: bare, squares: { places: scatter(10, [20, 40]), values: seeded } }),
  spots: ({ scatter }) => ({ background: bare, discs: { places: scatter(240, [5, 10]), values: seeded } }),
  /** Discs, a side of each in refractory state: waves with ends, which curl. */
  brokenWaves({ scatter }) {
    const places = scatter(12, [20, 20]);
    const sides = places.map(({ x, y, radius }) => ({ x: x + radius, y, radius }));
    return {
      background: bare,
      discs: { places, values: seeded },
      squares: { places: sides, values: [0.2, 0] },
    };
  },
  islands: ({ scatter, full }) => ({
    background: bare,
    squares: { places: scatter(60, [4, 20]), values: full },
  }),
  drops: ({ scatter, full }) => ({
    background: bare,
    discs: { places: scatter(25, [10, 20]), values: full },
  }),
  holes: ({ scatter, full }) => ({ background: full, discs: { places: scatter(40, [4, 12]), values: bare } }),
} satisfies Record<string, Start>;

/** The start of a class on a square grid, ±0.01 of noise included. */
export function startOf({ name, F, k, start }: PearsonClass, size: number): Fields {
  const draw = { seed: 1, purpose: `pearson.${name}` };
  const [, full = bare] = grayScott.steadyStates({ ...DIFFUSION, F, k });
  const scatter: Places["scatter"] = (count, [least, most]) => {
    const number = Math.max(1, Math.round(count * size * size / 65_536));
    const values = uniforms(3 * number, { ...draw, purpose: `${draw.purpose}/places` });
    return Array.from({ length: number }, (_, i) => ({
      x: values[3 * i] * size,
      y: values[3 * i + 1] * size,
      radius: least + values[3 * i + 2] * (most - least),
    }));
  };
  const state = STARTS[start]({ scatter, size, full });
  return initialState({ width: size, height: size, ...state, noise: 0.01, draw });
}
