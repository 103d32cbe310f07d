/**
 * Trains with a batch that is too large, in a process of its own: memory is given out up to 96 MB only, so that it is
 * soon full. Prints what is said, and trains again by the advice.
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { normals } from "../../kernels/philox/mod.ts";
import type { Allocator } from "../../kernels/tfjs_wasm/out_of_memory.ts";
import { fit } from "../../macronet/fit.ts";
import { macrostateMap } from "../../macronet/macrostate_map.ts";
import { matrix } from "../../macronet/matrix.ts";
import { startNative } from "../../macronet/native.ts";
import { realNvp } from "../../macronet/real_nvp.ts";

const LIMIT = 96e6;

tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
await tf.setBackend("wasm");
limit((tf.backend() as unknown as { wasm: Allocator }).wasm);
startNative(tf.backend());

/** Gives address 0, as the allocator does when memory cannot grow, instead of more than the limit in all. */
function limit(wasm: Allocator): void {
  wasm._free(wasm._malloc(4));
  const { _malloc, _free } = wasm, sizes = new Map<number, number>();
  let inUse = 0;
  wasm._malloc = (bytes) => {
    if (inUse + bytes > LIMIT) return 0;
    const pointer = _malloc(bytes);
    sizes.set(pointer, bytes);
    inUse += bytes;
    return pointer;
  };
  wasm._free = (pointer) => {
    inUse -= sizes.get(pointer) ?? 0;
    sizes.delete(pointer);
    _free(pointer);
  };
}

const conditioner = { width: 128, hiddenLayers: 2 };
const flow = realNvp({
  ...{ dimension: 4, blocks: 3, conditioner, logScaleBound: 2, seed: 1, purpose: "batch" },
  activations: "kept",
});
const map = macrostateMap(flow, { macroDimension: 1 });
const x = matrix(normals(4 * 2000, { seed: 1, purpose: "batch" }), 4);

/** What a training says in the end. */
async function train(batch: number, parts: number): Promise<string> {
  const schedule = { batch, parts, steps: 2, learningRate: 0.001, warmup: 1, clipNorm: 5 };
  try {
    const { history } = await fit({
      relation: { u: map, v: map, shared: true },
      train: { u: x, v: x },
      validation: { u: x, v: x },
      options: { seed: 1, gamma: 0.3, ...schedule, logEvery: 1, checkpointEvery: 100 },
    });
    return `trained ${history.length} steps`;
  } catch (error) {
    return (error as Error).message;
  }
}

const [batch, parts] = Deno.args.map(Number);
const before = tf.memory().numTensors;
const said = await train(batch, parts);
const fitting = Number(/train\.batch = (\d+) fits$/.exec(said)?.[1]);
console.log(JSON.stringify({
  said,
  advised: await train(fitting, parts),
  twice: await train(2 * fitting, parts),
  left: tf.memory().numTensors - before,
}));
