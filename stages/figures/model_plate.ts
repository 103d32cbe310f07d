/**
 * Patterns of the models beside Gray-Scott.
 *
 * @module
 */
import {
  brusselator,
  fitzHughNagumo,
  giererMeinhardt,
  initialState,
  type Model,
  type Pair,
  simulate,
} from "../../kernels/reaction_diffusion/mod.ts";
import { plate } from "./plate.ts";

interface Example {
  readonly model: Model;
  /** Those that differ from the model's own. */
  readonly parameters: Readonly<Record<string, number>>;
  /** The state that noise is put on; by default the model's steady state. */
  readonly background?: Pair<number>;
  readonly dx: number;
  readonly timeStep: number;
  readonly time: number;
  readonly description: readonly string[];
}

const EXAMPLES: readonly Example[] = [
  {
    model: fitzHughNagumo,
    parameters: {},
    background: [0, 0],
    dx: 1,
    timeStep: 0.08,
    time: 1500,
    description: ["Bistable: worms and spots whose", "fronts repel each other"],
  },
  {
    model: fitzHughNagumo,
    parameters: { Dv: 20, epsilon: 3, a1: 0.5, a0: 0 },
    dx: 0.7,
    timeStep: 0.008,
    time: 300,
    description: ["One steady state, Turing unstable:", "a labyrinth, u and −u alike"],
  },
  {
    model: brusselator,
    parameters: { b: 3.2 },
    dx: 0.5,
    timeStep: 0.01,
    time: 300,
    description: ["A little above the Turing threshold,", "b = 2.91: hexagons of spots"],
  },
  {
    model: giererMeinhardt,
    parameters: {},
    dx: 0.5,
    timeStep: 0.006,
    time: 200,
    description: ["Peaks of the activator,", "each in an inhibited field"],
  },
];

/** Simulates the examples on a grid of size × size cells and draws the plate of u as an SVG document. */
export function modelPlate({ size }: { size: number }): string {
  const tiles = EXAMPLES.map((example) => {
    const { model, dx, timeStep, time, description } = example;
    const parameters = { ...model.parameters, ...example.parameters };
    const grid = { width: size, height: size };
    const background = example.background ?? model.steadyStates(parameters)[0];
    const start = initialState({ ...grid, background, noise: 0.1, draw: { seed: 1, purpose: model.name } });
    const steps = Math.round(time / timeStep);
    const { a } = simulate(model, { ...grid, ...start, parameters, steps, timeStep, dx, laplacian: 9 });
    const values = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
    return {
      field: { ...grid, values: a },
      heading: model.title,
      aside: `t ${time}, dx ${dx}`,
      lines: [values.join(", "), ...description],
    };
  });
  const title = "Patterns of FitzHugh-Nagumo, Brusselator and Gierer-Meinhardt";
  return plate(tiles, { title, columns: 4, side: 256, notes: [] });
}
