/**
 * What it takes to keep the activations of a flow for its gradient, and what to rebuild them: time and memory.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { blocksOf } from "../kernels/training/mod.ts";
import { normals } from "../kernels/philox/mod.ts";
import { useWasmBackend } from "../macronet/backend.ts";
import type { Activations } from "../macronet/blocks/sequence.ts";
import { Evaluation, type Pairs } from "../macronet/evaluation.ts";
import { macrostateMap } from "../macronet/macrostate_map.ts";
import { matrix } from "../macronet/matrix.ts";
import { count, startVector } from "../macronet/parameters.ts";
import { realNvp } from "../macronet/real_nvp.ts";
import { relationParameters } from "../macronet/relation.ts";
import type { Bench } from "./bench.ts";
import { machine, ownVersions } from "./machine.ts";
import { table } from "./table.ts";

const SEED = 1;
const DIMENSION = 16;

/** Sizes of flows: those of the linear system are 5 blocks of width 128 at batch 128, half of what a step takes. */
const SIZES = [
  { blocks: 5, width: 64, batch: 128 },
  { blocks: 5, width: 128, batch: 128 },
  { blocks: 5, width: 128, batch: 1024 },
  { blocks: 5, width: 256, batch: 1024 },
  { blocks: 16, width: 128, batch: 4096 },
];

interface Result {
  readonly blocks: number;
  readonly width: number;
  readonly batch: number;
  /** Milliseconds of a gradient, in the fastest turn, and megabytes between the two passes and in them. */
  readonly milliseconds: Readonly<Record<Activations, number>>;
  readonly megabytes: Readonly<Record<Activations, number>>;
}

function measure({ blocks, width, batch }: typeof SIZES[number], rounds: number): Result {
  const draw = (purpose: string) =>
    matrix(normals(batch / 2 * DIMENSION, { seed: SEED, purpose }), DIMENSION);
  const pairs: Pairs = { u: draw("u"), v: draw("v") }; // one network sees both: a batch
  const milliseconds = { kept: Infinity, rebuilt: Infinity }, megabytes = { kept: 0, rebuilt: 0 };
  const players = (["kept", "rebuilt"] as const).map((activations) => {
    const conditioner = { width, hiddenLayers: 2 };
    const size = { dimension: DIMENSION, blocks, conditioner, logScaleBound: 2 };
    const flow = realNvp({ ...size, seed: SEED, purpose: "bench", activations });
    const { layer } = flow, inBlocks = blocksOf(batch);
    const floats = layer!.kept(inBlocks) + layer!.scratch(inBlocks) + 4 * DIMENSION * 16 * inBlocks;
    megabytes[activations] = 4 * floats / 1e6;
    const map = macrostateMap(flow, { macroDimension: 1 });
    const relation = { u: map, v: map, shared: true };
    const evaluation = new Evaluation(relation, 1);
    const specs = relationParameters(relation);
    evaluation.load(startVector(specs, { seed: SEED, purpose: "bench" }));
    return { activations, evaluation, gradient: new Float32Array(count(specs)) };
  });
  for (let round = 0; round <= rounds; round++) {
    for (const { activations, evaluation, gradient } of players) {
      const begun = performance.now();
      evaluation.gradient(pairs, gradient);
      const taken = performance.now() - begun;
      if (round > 0) milliseconds[activations] = Math.min(milliseconds[activations], taken);
    }
  }
  for (const { evaluation } of players) evaluation.dispose();
  return { blocks, width, batch, milliseconds, megabytes };
}

/** `deno task bench activations`. */
export const bench: Bench = {
  name: "activations",
  summary: "activations of a flow kept for its gradient, or rebuilt by its inverse: time and memory",
  flags: [
    ["--json", "one JSON object instead of a table"],
    ["--quick", "everything once, to see that it works"],
  ],
  async run(args) {
    const { json, quick } = parseArgs([...args], { boolean: ["json", "quick"] });
    await useWasmBackend();
    const results = (quick ? SIZES.slice(0, 2) : SIZES).map((size) => measure(size, quick ? 1 : 31));
    if (json) {
      const about = { bench: "activations", dimension: DIMENSION, seed: SEED };
      console.log(JSON.stringify({ ...about, machine: machine(), versions: ownVersions(), results }));
      return;
    }
    const rows = results.map(({ blocks, width, batch, milliseconds, megabytes }) => [
      `${blocks} blocks of width ${width}, batch ${batch}`,
      ...(["kept", "rebuilt"] as const).flatMap((a) => [milliseconds[a].toFixed(2), megabytes[a].toFixed(1)]),
      (milliseconds.rebuilt / milliseconds.kept).toFixed(2),
    ]);
    const heading = [`${DIMENSION} dimensions`, "kept, ms", "MB", "rebuilt, ms", "MB", "time"];
    console.log(table([heading, ...rows]));
  },
};
