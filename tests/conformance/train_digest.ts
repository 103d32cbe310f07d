/**
 * Trains a small relation of every kind of layer, and prints digests of what came out, as JSON:
 *
 * ```sh
 * deno run --allow-read tests/conformance/train_digest.ts [steps [threads]]
 * ```
 *
 * The same on every machine: arm64_test.ts runs it here, and on arm64.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { normals } from "../../kernels/philox/mod.ts";
import { actnorm } from "../../macronet/actnorm.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import type { Bijection } from "../../macronet/bijection.ts";
import { chain } from "../../macronet/chain.ts";
import { additiveCoupling, affineCoupling } from "../../macronet/coupling.ts";
import type { Pairs } from "../../macronet/evaluation.ts";
import { fieldFlow } from "../../macronet/fields/flow.ts";
import { fit, type FitOptions } from "../../macronet/fit.ts";
import { haarPyramid } from "../../macronet/haar.ts";
import { linear } from "../../macronet/linear.ts";
import { macrostateMap } from "../../macronet/macrostate_map.ts";
import { matrix } from "../../macronet/matrix.ts";
import { isNative } from "../../macronet/native.ts";
import { randomPermutation } from "../../macronet/permutation.ts";
import type { Relation } from "../../macronet/relation.ts";
import { split } from "../../macronet/split.ts";
import { standardise } from "../../macronet/standardise.ts";
import type { Assignment } from "../../macronet/team.ts";
import { joinTeam } from "../../macronet/team_member.ts";

/** What one training came to. */
export interface TrainingDigest {
  /** Architecture of the machine, as Deno names it. */
  readonly arch: typeof Deno.build.arch;
  /** Whether the kernels of `kernels/training` computed it, on tfjs's memory. */
  readonly native: boolean;
  readonly steps: number;
  /** SHA-256 of all trainable values after the last step. */
  readonly weights: string;
  /** SHA-256 of all terms of all records of the loss. */
  readonly losses: string;
  /** Total loss on held-out pairs before the first step and before the last. */
  readonly first: number;
  readonly last: number;
}

const MACRO_DIMENSION = 2;

/** Dimensions of a vector. */
const U = 6;
/** A field of 4 × 4 cells. */
const FIELD = { height: 4, width: 4, channels: 1 };
const V = FIELD.height * FIELD.width * FIELD.channels;

const conditioner = { width: 12, hiddenLayers: 2 };

function block(dimension: number, purpose: string): Bijection[] {
  return [
    actnorm({ dimension }),
    linear({ dimension, seed: 1, purpose }),
    affineCoupling({ dimension, transforms: "second", conditioner }),
    affineCoupling({
      dimension,
      transforms: "first",
      conditioner: { ...conditioner, activation: "leakyRelu" },
    }),
  ];
}

const flowOfVectors = chain([
  standardise({ mean: Array(U).fill(0.1), deviation: Array(U).fill(1.1) }),
  ...block(U, "u.0"),
  randomPermutation({ dimension: U, seed: 1, purpose: "u" }),
  split({ dimension: U, inner: chain(block(4, "u.1")) }),
]);

const flowOfFields = chain([
  fieldFlow({
    shape: FIELD,
    levels: 1,
    blocks: 1,
    conditioner: { width: 4, hiddenLayers: 1 },
    seed: 1,
    purpose: "v",
  }),
  haarPyramid(FIELD),
  additiveCoupling({ dimension: V, conditioner }),
  ...block(V, "v.0"),
]);

/** The first two numbers of both, bent, are what they share; the others are noise. */
function pairs(rows: number, purpose: string): Pairs {
  const u = normals(U * rows, { seed: 1, purpose: `${purpose}.u` });
  const v = normals(V * rows, { seed: 1, purpose: `${purpose}.v` });
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < MACRO_DIMENSION; j++) {
      const shared = u[i * U + j];
      v[i * V + j] = shared + shared * shared / 4 + v[i * V + j] / 10;
    }
  }
  return { u: matrix(Float32Array.from(u), U), v: matrix(Float32Array.from(v), V) };
}

const options: Omit<FitOptions, "steps"> = {
  seed: 1,
  gamma: 0.3,
  batch: 50, // two parts of 25: no whole number of blocks
  parts: 2,
  learningRate: 0.005,
  warmup: 10,
  clipNorm: 1, // less than most gradients
  logEvery: 20,
  checkpointEvery: 1000,
};

const relation: Relation = {
  u: macrostateMap(flowOfVectors, { macroDimension: MACRO_DIMENSION }),
  v: macrostateMap(flowOfFields, { macroDimension: MACRO_DIMENSION }),
  shared: false,
};

/** Trains for that many steps. */
export async function trainDigest(steps: number, threads: number): Promise<TrainingDigest> {
  await useWasmBackend();
  const { parameters, history } = await fit({
    relation,
    train: pairs(2000, "train"),
    validation: pairs(200, "validation"),
    options: { ...options, steps },
    team: {
      threads,
      hire(assignment) {
        const worker = new Worker(import.meta.url, { type: "module" });
        worker.postMessage(assignment);
        return worker;
      },
    },
  });
  const losses = history.flatMap(({ step, train, validation }) => [
    step,
    ...Object.values(train),
    ...Object.values(validation),
  ]);
  return {
    arch: Deno.build.arch,
    native: isNative(),
    steps,
    weights: sha256(parameters),
    losses: sha256(Float64Array.from(losses)),
    first: history[0].validation.total,
    last: history[history.length - 1].validation.total,
  };
}

function sha256({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): string {
  return createHash("sha256").update(new Uint8Array(buffer, byteOffset, byteLength)).digest("hex");
}

if ("WorkerGlobalScope" in globalThis) {
  const scope = globalThis as unknown as Worker;
  scope.onmessage = ({ data }: MessageEvent<Assignment>) => joinTeam(data, () => relation);
} else if (import.meta.main) {
  const [steps = 200, threads = 1] = Deno.args.map(Number);
  console.log(JSON.stringify(await trainDigest(steps, threads)));
}
