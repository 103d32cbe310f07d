/**
 * What patterns that are sampled from a macrostate are to have in common with those that have it: what they look like.
 *
 * The likelihood of a field weighs all of its thousands of waves alike, and most of them are noise: a flow may be likely
 * and its samples still look like nothing that was seen. The energy score (Gneiting & Raftery 2007, §4.2) of a sample's
 * looks S, groups of numbers, says of a distribution what the likelihood says of a density:
 *
 * ES = Σ_g ½ E (‖S_g(x′) − S_g(x)‖ + ‖S_g(x″) − S_g(x)‖ − ‖S_g(x′) − S_g(x″)‖)
 *
 * with x′ and x″ sampled given the macrostate of x, and ‖·‖ the root mean square over a group. It is least where samples
 * are distributed as what was seen. Sampled is twice: from noise, z ~ N(0, I), and from the z of other patterns,
 * which must serve as well where z tells nothing of the macrostate that it came with. What it yet tells is a term of its
 * own, {@linkcode contextTraces}.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor2D } from "@tensorflow/tfjs";
import { normals } from "../kernels/philox/mod.ts";
import type { ConditionalBijection } from "../macronet/conditional.ts";
import { partOf } from "../macronet/flat_parameters.ts";
import { constant } from "../macronet/frozen.ts";
import { contextTraces } from "../macronet/gaussianisation/traces.ts";
import { prefixed } from "../macronet/names.ts";
import { hashOfRow } from "../macronet/noise_coordinates.ts";
import type { Resemblance } from "../macronet/relation.ts";
import { standardising } from "../macronet/standardise.ts";
import { patternLooks } from "./pattern_looks.ts";

/** What is sampled, and how much it matters. */
export interface SampledPatternsOptions {
  /** Side of the fields. */
  readonly size: number;
  /** G, from fields given a macrostate to white noise. */
  readonly bijection: ConditionalBijection;
  /**
   * Of the energy score of what is sampled from noise, of that of what is sampled from the z of others, and of the
   * traces. What has no weight is not computed.
   */
  readonly weights: Readonly<Record<"noise" | "others" | "traces", number>>;
}

/** Rows of a batch that are sampled for, the first ones: looks take some hundred times the memory of a pattern. */
const MOST_ROWS = 8;

/** From a macrostate to the traces that it leaves. */
const PREDICTOR = { width: 32, hiddenLayers: 2 };

/** Rows that the units of looks are taken from. */
const START_ROWS = 512;

/** Prefix of the parameters of the traces. */
const TRACES = "traces";

/** No normal draw of a training is larger. */
const MOST_NOISE = 6;

/** Added to mean squares, so that their root has a slope everywhere. */
const LEAST = 1e-8;

/** The term of rows (α, x), `[batch, d + n]`. */
export function sampledPatterns({ size, bijection, weights }: SampledPatternsOptions): Resemblance {
  const { context: d, dimension } = bijection;
  const looks = patternLooks(size);
  const traces = weights.traces > 0 ? contextTraces({ size, context: d, predictor: PREDICTOR }) : undefined;
  const total = looks.sizes.reduce((sum, size) => sum + size, 0);

  /** The root mean square over each group of the differences of looks, averaged over rows, summed over groups. */
  function distance(x: Tensor2D, y: Tensor2D): Scalar {
    const squares = tf.square(tf.sub(x, y));
    let from = 0;
    return tf.addN(looks.sizes.map((size) => {
      const group = tf.slice(squares, [0, from], [-1, size]);
      from += size;
      return tf.mean(tf.sqrt(tf.add(tf.mean(group, 1), LEAST))) as Scalar;
    }));
  }

  function energyScore(target: Tensor2D, first: Tensor2D, second: Tensor2D): Scalar {
    const near = tf.add(distance(first, target), distance(second, target));
    return tf.mul(0.5, tf.sub(near, distance(first, second)));
  }

  return {
    parameters: {
      "look.logScale": { shape: [total], start: "zeros" },
      "look.bias": { shape: [total], start: "zeros" },
      ...(traces && prefixed(TRACES, traces.parameters)),
    },
    initialise: (v) => standardising("look", looksOfMany(v)),
    loss({ v }, { v: ofG, own }) {
      const rows = Math.min(v.shape[0], MOST_ROWS);
      const alpha = tf.slice(v, [0, 0], [rows, d]), x = tf.slice(v, [0, d], [rows, dimension]);
      const scale = tf.exp(constant(own["look.logScale"])), bias = constant(own["look.bias"]);
      const seen = (patterns: Tensor2D) => tf.add(tf.mul(looks.of(patterns), scale), bias) as Tensor2D;
      const z = weights.others > 0 || traces ? bijection.forward(x, alpha, ofG).value : undefined;
      const latents: [weight: number, z: Tensor2D][] = [[weights.noise, drawsFor(alpha, dimension)]];
      if (z && weights.others > 0) latents.push([weights.others, ofOthers(z)]);
      // All samples at once: a batch of them takes little longer than a few.
      const all = tf.concat(latents.map(([, z]) => z), 0) as Tensor2D, times = all.shape[0] / rows;
      const patterns = bijection.inverse(all, tf.tile(alpha, [times, 1]), ofG).value;
      const target = seen(x), samples = tf.split(seen(patterns), times, 0) as Tensor2D[];
      const terms = latents.map(([weight], i) =>
        tf.mul(weight, energyScore(target, samples[2 * i], samples[2 * i + 1])) as Scalar
      );
      if (z && traces) {
        const { prediction, trace } = traces.loss(z, alpha, partOf(TRACES, own));
        terms.push(prediction, tf.mul(weights.traces, trace));
      }
      return tf.addN(terms) as Scalar;
    },
  };

  /** Looks of the first patterns of rows (α, x), few at a time. */
  function looksOfMany(v: Tensor2D): Tensor2D {
    const rows = Math.min(v.shape[0], START_ROWS);
    const parts: Tensor2D[] = [];
    for (let from = 0; from < rows; from += MOST_ROWS) {
      const few = Math.min(MOST_ROWS, rows - from);
      parts.push(tf.tidy(() => looks.of(tf.slice(v, [from, d], [few, dimension]))));
    }
    return tf.concat(parts, 0);
  }
}

/**
 * z of others for each row, `[2 · rows, dimension]`: of the next row, and of the one that is half of all rows further on.
 * It stands for noise, so what lies further out than noise ever does is taken to be no further than that.
 */
function ofOthers(z: Tensor2D): Tensor2D {
  const rows = z.shape[0], near = tf.clipByValue(z, -MOST_NOISE, MOST_NOISE);
  const turned = [1, Math.floor(rows / 2)].flatMap((by) => tf.split(near, [by, rows - by], 0).toReversed());
  return tf.concat(turned, 0) as Tensor2D;
}

/**
 * Two normal draws for each macrostate, `[2 · rows, dimension]`, first those of one and then of the other: a function of
 * its bytes, as a loss has no other randomness.
 */
function drawsFor(alpha: Tensor2D, dimension: number): Tensor2D {
  const [rows, d] = alpha.shape;
  const values = alpha.dataSync<"float32">(), data = new Float32Array(2 * rows * dimension);
  for (const [j, which] of ["first", "second"].entries()) {
    for (let i = 0; i < rows; i++) {
      const sample = hashOfRow(values.slice(i * d, (i + 1) * d));
      const draw = { seed: 0, purpose: `sampled patterns.${which}`, sample };
      data.set(normals(dimension, draw), (j * rows + i) * dimension);
    }
  }
  return tf.tensor2d(data, [2 * rows, dimension]);
}
