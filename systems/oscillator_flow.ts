/**
 * The network of the oscillator, from (x, p, ε) to the macrostate and what is abandoned.
 *
 * @module
 */
import { actnorm } from "../macronet/actnorm.ts";
import type { Bijection } from "../macronet/bijection.ts";
import { chain } from "../macronet/chain.ts";
import { affineCoupling } from "../macronet/coupling.ts";
import { linear } from "../macronet/linear.ts";
import { permutation } from "../macronet/permutation.ts";
import { realNvp } from "../macronet/real_nvp.ts";
import { split } from "../macronet/split.ts";
import { standardise } from "../macronet/standardise.ts";

/** Size of the network and what it sees. */
export interface OscillatorNetwork {
  /** What of (x, p, ε) the network sees; the rest is abandoned as it is. */
  readonly microstate: typeof MICROSTATES[number];
  readonly blocks: number;
  readonly width: number;
  /** Of the conditioner that writes the macrostate. */
  readonly widthMacro: number;
  readonly hiddenLayers: number;
  readonly logScaleBound: number;
  /** Of the coupling that writes the macrostate: how far it may turn down ε, the noise on it. */
  readonly logScaleBoundMacro: number;
}

/**
 * The state and the noise coordinate; the state alone, the literal network of the plane, of which energy cannot be a
 * coordinate; the position alone, which does not tell the energy, and a noise coordinate.
 */
export const MICROSTATES = ["state+noise", "state", "position+noise"] as const;

/** Microstate: x, p and the noise coordinate. */
export const DIMENSION = 3;

/**
 * What (x, p) are multiplied by before anything else. Conditioners start with features as wide as their inputs, and
 * what a normal distribution makes of energy, Φ⁻¹(1 − e^(−H)), is a cusp: it falls to −∞ at the origin.
 */
export const MAGNIFICATION = 8;

/** The flow on (x, p, ε): one on what the network sees, and nothing on the rest. */
export function oscillatorFlow(network: OscillatorNetwork, seed: number): Bijection {
  const { microstate, blocks, width, hiddenLayers, logScaleBound } = network;
  switch (microstate) {
    case "state+noise":
      return energyFlow(network, { dimension: DIMENSION, seed });
    case "state": {
      const conditioner = { width, hiddenLayers };
      const inner = realNvp({ dimension: 2, blocks, conditioner, logScaleBound, seed, purpose: "rotation" });
      return split({ dimension: DIMENSION, inner });
    }
    case "position+noise": {
      const inner = energyFlow(network, { dimension: 2, seed });
      return chain([permutation([0, 2, 1]), split({ dimension: DIMENSION, inner })]);
    }
  }
}

/**
 * A flow on a state and ε. The first coupling writes a function of the state into ε, which then is the macrostate and
 * passes through the rest unmoved; the blocks after it turn the state, given the macrostate, into what is abandoned.
 */
function energyFlow(
  network: OscillatorNetwork,
  { dimension, seed }: { readonly dimension: number; readonly seed: number },
): Bijection {
  const { blocks, width, widthMacro, hiddenLayers, logScaleBound, logScaleBoundMacro } = network;
  const conditioner = { width, hiddenLayers };
  const state = dimension - 1;
  const mixed = (purpose: string) => split({ dimension, inner: linear({ dimension: state, seed, purpose }) });
  const moveFirst = () =>
    affineCoupling({ dimension, split: 1, transforms: "first", conditioner, logScaleBound });
  const block = (index: number) => [
    actnorm({ dimension }),
    mixed(`rotation.${index}.0`),
    moveFirst(),
    mixed(`rotation.${index}.1`),
    moveFirst(),
  ];
  return chain([
    standardise({
      mean: new Array(dimension).fill(0),
      deviation: [...new Array(state).fill(1 / MAGNIFICATION), 1],
    }),
    affineCoupling({
      dimension,
      split: state,
      transforms: "second",
      conditioner: { width: widthMacro, hiddenLayers },
      logScaleBound: logScaleBoundMacro,
    }),
    ...Array.from({ length: blocks - 1 }, (_, index) => block(index)).flat(),
    actnorm({ dimension }),
    permutation([state, ...Array.from({ length: state }, (_, i) => i)]),
  ]);
}
