/**
 * How fast the general kernel of reaction and diffusion is, for each model and Laplacian, beside the kernel that knows
 * Gray-Scott alone.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import * as fast from "../kernels/gray_scott/mod.ts";
import { initialState, MODELS, simulate, stableTimeStep } from "../kernels/reaction_diffusion/mod.ts";
import { digestOf } from "./agreement.ts";
import type { Bench } from "./bench.ts";
import { machine, ownVersions } from "./machine.ts";
import { table } from "./table.ts";

const SIZE = 64;
const SEED = 1;
/** Steps of a turn: tens of milliseconds. */
const STEPS = 10_000;
/** Rounds that count; one more warms up. */
const ROUNDS = 41;

interface Contestant {
  readonly name: string;
  readonly run: (steps: number) => { a: Float32Array<ArrayBuffer>; b: Float32Array<ArrayBuffer> };
}

/** What one of them did. */
interface ModelResult {
  readonly name: string;
  /** Millions of cells updated in a second, in the fastest turn. */
  readonly megacells: number;
  /** SHA-256 of its fields. */
  readonly digest: string;
}

function contestants(): Contestant[] {
  const grid = { width: SIZE, height: SIZE }, draw = { seed: SEED, purpose: "bench" };
  const start = fast.initialState({ ...grid, draw });
  const rule = { Da: 0.2, Db: 0.1, F: 0.037, k: 0.06 };
  const own: Contestant = {
    name: "Gray-Scott, its own kernel",
    run: (steps) => fast.simulate({ ...grid, ...start, ...rule, steps, exitEvery: steps }),
  };
  const general = MODELS.flatMap((model) =>
    ([5, 9] as const).map((laplacian): Contestant => {
      const background = model.steadyStates(model.parameters).at(-1)!;
      const noisy = initialState({ ...grid, background, noise: 0.1, draw });
      const timeStep = stableTimeStep(model, model.parameters, { laplacian }) / 2;
      const options = { ...grid, ...noisy, laplacian, timeStep };
      return {
        name: `${model.title}, ${laplacian} points`,
        run: (steps) => simulate(model, { ...options, steps, exitEvery: steps }),
      };
    })
  );
  return [own, ...general];
}

/** Measures all, a round after the other; of each the fastest turn counts. */
function measure({ steps, rounds }: { steps: number; rounds: number }): ModelResult[] {
  const players = contestants().map((player) => ({ ...player, seconds: Infinity, digest: "" }));
  for (let round = 0; round <= rounds; round++) {
    for (const player of players) {
      const begun = performance.now();
      const { a, b } = player.run(steps);
      if (round > 0) player.seconds = Math.min(player.seconds, (performance.now() - begun) / 1000);
      player.digest = digestOf(Float32Array.from([...a, ...b]));
    }
  }
  return players.map(({ name, seconds, digest }) => {
    return { name, megacells: SIZE * SIZE * steps / seconds / 1e6, digest };
  });
}

/** `deno task bench models`. */
export const bench: Bench = {
  name: "models",
  summary: "the general kernel of reaction and diffusion, each model and Laplacian",
  flags: [
    ["--json", "one JSON object instead of a table"],
    ["--quick", "everything once, to see that it works"],
  ],
  run(args) {
    const { json, quick } = parseArgs([...args], { boolean: ["json", "quick"] });
    const results = measure(quick ? { steps: 20, rounds: 1 } : { steps: STEPS, rounds: ROUNDS });
    if (json) {
      const about = { bench: "models", size: SIZE, seed: SEED, machine: machine(), versions: ownVersions() };
      console.log(JSON.stringify({ ...about, results }));
    } else {
      const { cpu, arch } = machine();
      console.log(`${cpu}, ${arch}, deno ${Deno.version.deno}\n`);
      const rows = results.map(({ name, megacells }) => [name, megacells.toFixed(0)]);
      console.log(table([[`${SIZE} × ${SIZE}, one core`, "Mcells/s"], ...rows]));
    }
    return Promise.resolve();
  },
};
