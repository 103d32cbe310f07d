/**
 * Conditional Gaussianisation of two-species periodic fields: from patterns that share a macrostate to white noise, and
 * back.
 *
 * A Gaussian field has a spectrum and nothing else. Maps of its values, cell by cell, give it a skewness, sharp edges
 * and flat tops; gains by wavelength in between let some waves grow and others decay, and gains by strength even out
 * how strong they have become. To alternate them is rotation-based Gaussianisation (Chen & Gopinath 2000; Laparra,
 * Camps-Valls & Malo 2011; Meng et al. 2020, "Gaussianization flows") with the Fourier transform for its rotation. Run
 * backwards it is what a reaction-diffusion system does, in a few large steps: waves are amplified by their length, and
 * the reaction limits what has grown.
 *
 * All moves commute with translations, up to those of the finest waves, and all depend on the context.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { log } from "../../kernels/elementary/mod.ts";
import type { Parameters } from "../bijection.ts";
import type { ConditionalBijection } from "../conditional.ts";
import { type HiddenLayers, multilayerPerceptron } from "../conditioner.ts";
import { partOf } from "../flat_parameters.ts";
import { prefixed } from "../names.ts";
import { gainsMove, whitening } from "./gains.ts";
import { hartley, waveNumbers } from "./hartley.ts";
import type { Move, Moved } from "./move.ts";
import { pointwiseMove } from "./pointwise.ts";
import { radialMove, strengths } from "./radial.ts";
import { groupsOfField } from "./wave_groups.ts";

/** Size of a {@linkcode gaussianisation}. */
export interface GaussianisationOptions {
  /** Side of the fields, even. */
  readonly size: number;
  /** Numbers in the context. */
  readonly context: number;
  /** How often gains by wavelength and a map of values follow each other. */
  readonly layers: number;
  /** From the context to all that the moves are told. */
  readonly conditioner: HiddenLayers;
  /** How much the context changes any number that a move is told, at most. By default 4. */
  readonly bound?: number;
}

/** Rows that start values are computed from. */
const START_ROWS = 512;

/**
 * The flow of fields `[size, size, 2]`, flattened, by their Hartley coefficients:
 *
 * - Waves shorter than four cells, in either direction: one gain by wavelength. What of a pattern they hold is its
 *   sharpest edges, and the noise of its observation.
 * - All longer ones, as a field of half the size: layers of gains by wavelength, of gains by strength and of maps of its
 *   values, and both gains in the end.
 *
 * What the moves are told is `base` + bound · tanh(perceptron(context) / bound). z is the longer waves, species after species, and then the
 * shorter ones. At its start it is linear and whitens the first rows that it sees.
 *
 * @throws {RangeError} If the size is no even number of at least 4, or there is no layer.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "../backend.ts";
 * import { startParameters } from "../parameters.ts";
 * import { gaussianisation } from "./mod.ts";
 *
 * await useWasmBackend();
 * const flow = gaussianisation({ size: 8, context: 3, layers: 2, conditioner: { width: 4, hiddenLayers: 1 } });
 * const parameters = startParameters(flow.parameters, { seed: 1, purpose: "example" });
 * assertEquals(flow.inverse(tf.ones([5, 128]), tf.zeros([5, 3]), parameters).value.shape, [5, 128]);
 * ```
 */
export function gaussianisation(options: GaussianisationOptions): ConditionalBijection {
  const { size, context, layers, conditioner, bound = 4 } = options;
  checkSizes(options);
  const half = size / 2, cells = size * size, inner = half * half, outer = cells - inner;
  const whole = hartley(size, waveNumbers(size, half)), small = hartley(half, waveNumbers(half));
  const { innerRings, outerRings } = groupsOfField(size);
  const gains = gainsMove(innerRings), strength = radialMove(innerRings), last = gainsMove(outerRings);
  const layer = [gains, strength, onFields(pointwiseMove(), half)];
  const sequence: Move[] = Array.from({ length: layers }, () => layer).flat();
  const moves: readonly Move[] = [...sequence, gains, strength, last];
  const total = moves.reduce((sum, move) => sum + move.numbers, 0);
  const perceptron = multilayerPerceptron({ inputs: context, outputs: total, ...conditioner });

  /** A move of fields in place of one of their coefficients. */
  function onFields(move: Move, side: number): Move {
    const transformed = (x: Tensor3D, numbers: Tensor2D, direction: "forward" | "inverse"): Moved => {
      const batch = x.shape[0];
      const planes = (y: Tensor3D) => tf.reshape(y, [2 * batch, side, side]) as Tensor3D;
      const flat = (y: Tensor3D) => tf.reshape(y, [batch, 2, side * side]) as Tensor3D;
      const { value, logDet } = move[direction](flat(small.synthesise(planes(x))), numbers);
      return { value: flat(small.analyse(planes(value))), logDet };
    };
    return {
      numbers: move.numbers,
      forward: (x, numbers) => transformed(x, numbers, "forward"),
      inverse: (z, numbers) => transformed(z, numbers, "inverse"),
    };
  }

  /** What each move is told. */
  function told(context: Tensor2D, parameters: Parameters): Tensor2D[] {
    const raw = perceptron.apply(context, partOf("perceptron", parameters));
    const numbers = tf.add(tf.mul(bound, tf.tanh(tf.div(raw, bound))), parameters["base"]);
    return tf.split(numbers, moves.map((move) => move.numbers), 1) as Tensor2D[];
  }

  /** Fields, flattened, to the coefficients of their longer and shorter waves, `[batch, 2, …]` each. */
  function takeApart(x: Tensor2D): [Tensor3D, Tensor3D] {
    const batch = x.shape[0];
    const planes = tf.transpose(tf.reshape(x, [batch, cells, 2]), [0, 2, 1]);
    const coefficients = whole.analyse(tf.reshape(planes, [2 * batch, size, size]) as Tensor3D);
    const [top, bottom] = tf.split(coefficients, 2, 1);
    const [longer, beside] = tf.split(top, 2, 2);
    const shorter = tf.concat(
      [tf.reshape(beside, [2 * batch, inner]), tf.reshape(bottom, [2 * batch, -1])],
      1,
    );
    return [tf.reshape(longer, [batch, 2, inner]), tf.reshape(shorter, [batch, 2, outer])] as [
      Tensor3D,
      Tensor3D,
    ];
  }

  /** The inverse of {@linkcode takeApart}. */
  function join(longer: Tensor3D, shorter: Tensor3D): Tensor2D {
    const batch = longer.shape[0];
    const [beside, bottom] = tf.split(tf.reshape(shorter, [2 * batch, outer]), [inner, outer - inner], 1);
    const square = (part: Tensor) => tf.reshape(part, [2 * batch, half, half]);
    const top = tf.concat([square(longer), square(beside)], 2);
    const coefficients = tf.concat([top, tf.reshape(bottom, [2 * batch, half, size])], 1) as Tensor3D;
    const planes = tf.reshape(whole.synthesise(coefficients), [batch, 2, cells]);
    return tf.reshape(tf.transpose(planes, [0, 2, 1]), [batch, 2 * cells]) as Tensor2D;
  }

  /** The moves in a direction, those of the longer waves one after the other. */
  function run(
    [longer, shorter]: [Tensor3D, Tensor3D],
    numbers: readonly Tensor2D[],
    direction: "forward" | "inverse",
  ): { longer: Tensor3D; shorter: Tensor3D; logDet: Tensor1D } {
    const end = last[direction](shorter, numbers[moves.length - 1]);
    const steps = moves.slice(0, -1).map((move, i) => ({ move, told: numbers[i] }));
    let value = longer, logDet = end.logDet;
    for (const { move, told } of direction === "forward" ? steps : steps.toReversed()) {
      const moved = inTidy(() => move[direction](value, told));
      value = moved.value;
      logDet = tf.add(logDet, moved.logDet);
    }
    return { longer: value, shorter: end.value, logDet };
  }

  return {
    name: "Gaussianisation",
    dimension: 2 * cells,
    context,
    parameters: {
      base: { shape: [total], start: "zeros" },
      ...prefixed("perceptron", perceptron.parameters),
    },
    forward(x, context, parameters) {
      const { longer, shorter, logDet } = run(takeApart(x), told(context, parameters), "forward");
      const batch = x.shape[0];
      const flat = [tf.reshape(longer, [batch, 2 * inner]), tf.reshape(shorter, [batch, 2 * outer])];
      return { value: tf.concat(flat, 1) as Tensor2D, logDet };
    },
    inverse(z, context, parameters) {
      const [first, second] = tf.split(z, [2 * inner, 2 * outer], 1);
      const batch = z.shape[0];
      const parts: [Tensor3D, Tensor3D] = [
        tf.reshape(first, [batch, 2, inner]) as Tensor3D,
        tf.reshape(second, [batch, 2, outer]) as Tensor3D,
      ];
      const { longer, shorter, logDet } = run(parts, told(context, parameters), "inverse");
      return { value: join(longer, shorter), logDet };
    },
    initialise(x) {
      const rows = Math.min(START_ROWS, x.shape[0]);
      const [longer, shorter] = takeApart(tf.slice(x, [0, 0], [rows, -1]));
      const { numbers, standardised } = standardisation(longer.dataSync<"float32">(), inner, gains.numbers);
      const referred = strengths(standardised, innerRings);
      const start = [
        numbers,
        ...sequence.slice(1).map((move) => move === strength ? referred : new Float32Array(move.numbers)),
        whitening(standardised, innerRings),
        new Float32Array(strength.numbers),
        whitening(shorter.dataSync<"float32">(), outerRings),
      ];
      const base = Float32Array.from(start.flatMap((one) => [...one]));
      return { base: tf.tensor1d(base) };
    },
  };
}

/** Frees what a move leaves behind, where no gradient needs it. */
function inTidy(move: () => Moved): Moved {
  let moved: Moved | undefined;
  tf.tidy(() => {
    moved = move();
    return [moved.value, moved.logDet];
  });
  return moved!;
}

/**
 * The numbers of gains that give each species of `[rows, 2, n]` mean 0 and mean square 1 as a field, and what it
 * makes of them.
 */
function standardisation(coefficients: Float32Array, cells: number, count: number) {
  const numbers = new Float32Array(count), standardised = new Float32Array(coefficients.length);
  const rings = (count - 2) / 4, rows = coefficients.length / (2 * cells);
  for (let species = 0; species < 2; species++) {
    let mean = 0, square = 0;
    for (let row = 0; row < rows; row++) {
      const own = coefficients.subarray((2 * row + species) * cells, (2 * row + species + 1) * cells);
      mean += own[0] / rows;
      for (const value of own) square += value * value / (rows * cells);
    }
    const deviation = Math.sqrt(Math.max(square - mean * mean / cells, LEAST));
    numbers.fill(-log(deviation), species * rings, (species + 1) * rings);
    numbers[count - 2 + species] = -mean / deviation;
    for (let row = 0; row < rows; row++) {
      const start = (2 * row + species) * cells;
      for (let i = start; i < start + cells; i++) {
        standardised[i] = (coefficients[i] - (i === start ? mean : 0)) / deviation;
      }
    }
  }
  return { numbers, standardised };
}

/** Least variance that is scaled to 1: far below that of noisy patterns. */
const LEAST = 1e-12;

function checkSizes({ size, layers }: GaussianisationOptions): void {
  if (!Number.isInteger(size) || size < 4 || size % 2 !== 0) {
    throw new RangeError(
      `Cannot build a Gaussianisation: size must be an even number of at least 4, but it is ${size}`,
    );
  }
  if (!Number.isInteger(layers) || layers < 1) {
    throw new RangeError(
      `Cannot build a Gaussianisation: layers must be a whole number of at least 1, but it is ${layers}`,
    );
  }
}
