/**
 * Fields of noise and a flow over them, for the growth of a training step with the size of a field. What it learns is
 * of no interest.
 *
 * @module
 */
import { normals } from "../kernels/philox/mod.ts";
import { fieldFlow } from "../macronet/fields/flow.ts";
import { macrostateMap } from "../macronet/macrostate_map.ts";
import { matrix } from "../macronet/matrix.ts";
import type { System } from "../systems/system.ts";

/** Numbers of the flow. */
const NETWORK = { macroDimension: 1, levels: 1, blocks: 2, width: 16, hiddenLayers: 2, logScaleBound: 2 };

const CHANNELS = 2;

/** The part of a system that the bench needs. Both sides are one network; v is u with noise. */
export const fields = {
  profiles: {
    paper: {
      physics: { side: 64 },
      network: NETWORK,
      train: {
        seed: 1,
        gamma: 1,
        batch: 16,
        parts: 2,
        steps: 2000,
        learningRate: 0.001,
        warmup: 20,
        clipNorm: 5,
        logEvery: 100,
        checkpointEvery: 100,
      },
    },
  },
  prior({ side }: { side: number }, count: number, { seed, purpose }: { seed: number; purpose: string }) {
    const size = side * side * CHANNELS;
    return matrix(normals(count * size, { seed, purpose }), size);
  },
  grow(_physics: object, u: ReturnType<typeof matrix>, { seed, purpose }: { seed: number; purpose: string }) {
    const noise = normals(u.data.length, { seed, purpose: `${purpose}.noise` });
    return { v: matrix(u.data.map((value, i) => value + 0.1 * noise[i]), u.columns) };
  },
  relation({ physics: { side }, network, seed }: {
    physics: { side: number };
    network: typeof NETWORK;
    seed: number;
  }) {
    const { levels, blocks, width, hiddenLayers, logScaleBound, macroDimension } = network;
    const flow = fieldFlow({
      shape: { height: side, width: side, channels: CHANNELS },
      levels,
      blocks,
      conditioner: { width, hiddenLayers },
      logScaleBound,
      seed,
      purpose: "rotation",
    });
    const map = macrostateMap(flow, { macroDimension });
    return { u: map, v: map, shared: true };
  },
} as unknown as System;
