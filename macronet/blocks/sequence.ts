/**
 * Layers one after the other, on a batch in blocks.
 *
 * @module
 */
import { BLOCK, type Pointer, type Span } from "../../kernels/training/mod.ts";
import { type BlockLayer, type GradientPass, type Pass, wholeSpan } from "./layer.ts";

/**
 * Where the inputs of the layers are when the gradient needs them: `kept`, or `rebuilt` from the outputs by the
 * layers' inverses (Gomez et al. 2017, "The reversible residual network"), up to rounding.
 */
export type Activations = "kept" | "rebuilt";

/** The layers as one. All have the same number of features. */
export function sequence(layers: readonly BlockLayer[], activations: Activations): BlockLayer {
  const { features } = layers[0];
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const shape = { layers, features, parameters };
  return activations === "kept" ? keeping(shape) : rebuilding(shape);
}

interface Shape {
  readonly layers: readonly BlockLayer[];
  readonly features: number;
  readonly parameters: number;
}

/** The memory of a pass through several layers: `kept` has each one's own, and the events between them. */
function keeping({ layers, features, parameters }: Shape): BlockLayer {
  const last = layers.length - 1;
  /** What layer i is given, with its place in the whole's. */
  function* parts<P extends Pass>(pass: P): Generator<{ layer: BlockLayer; own: P; output: Span }> {
    const event = BLOCK * features * pass.blocks;
    let kept = pass.kept, first = 0;
    for (const layer of layers) {
      const own = ownPass(pass, { layer, first, kept, scratch: pass.scratch + 2 * 4 * event });
      kept += 4 * layer.kept(pass.blocks);
      yield { layer, own, output: wholeSpan(kept, features) };
      kept += 4 * event;
      first += layer.parameters;
    }
  }
  return {
    features,
    parameters,
    kept: (blocks) => sum(layers, (layer) => layer.kept(blocks)) + last * BLOCK * features * blocks,
    scratch: (blocks) => 2 * BLOCK * features * blocks + largest(layers, (layer) => layer.scratch(blocks)),
    forward(pass, x, y) {
      let input = x, i = 0;
      for (const { layer, own, output } of parts(pass)) {
        const to = i++ === last ? y : output;
        layer.forward(own, input, to);
        input = to;
      }
    },
    inverse(pass, y, x) {
      const all = [...parts(pass)];
      let from = y;
      for (let i = last; i >= 0; i--) {
        const to = i === 0 ? x : all[i - 1].output;
        all[i].layer.inverse(all[i].own, from, to);
        from = to;
      }
    },
    backward(pass, { x, y }, dy, dx) {
      const all = [...parts(pass)];
      const [even, odd] = pingPong(pass.scratch, features, pass.blocks);
      let from = dy;
      for (let i = last; i >= 0; i--) {
        const to = i === 0 ? dx : i % 2 === 0 ? even : odd;
        const values = { x: i === 0 ? x : all[i - 1].output, y: i === last ? y : all[i].output };
        all[i].layer.backward(all[i].own, values, from, to);
        from = to;
      }
    },
  };
}

/** Nothing is kept but by one layer at a time. */
function rebuilding({ layers, features, parameters }: Shape): BlockLayer {
  const last = layers.length - 1;
  const events = 4, logDets = 1; // of a value and of its gradient, two each, and log-determinants that nobody needs
  const perBlock = BLOCK * (events * features + logDets);
  const ownKept = (blocks: number) => largest(layers, (layer) => layer.kept(blocks));
  function* parts<P extends Pass>(pass: P): Generator<{ layer: BlockLayer; own: P }> {
    const kept = pass.scratch + 4 * perBlock * pass.blocks;
    const scratch = kept + 4 * ownKept(pass.blocks);
    let first = 0;
    for (const layer of layers) {
      yield { layer, own: ownPass(pass, { layer, first, kept, scratch }) };
      first += layer.parameters;
    }
  }
  const through = (
    pass: Pass,
    [from, to]: readonly [Span, Span],
    direction: "forward" | "inverse",
  ) => {
    const all = [...parts(pass)];
    const between = pingPong(pass.scratch, features, pass.blocks);
    let input = from;
    for (let step = 0; step <= last; step++) {
      const { layer, own } = all[direction === "forward" ? step : last - step];
      const output = step === last ? to : between[step % 2];
      layer[direction](own, input, output);
      input = output;
    }
  };
  return {
    features,
    parameters,
    kept: () => 0,
    scratch: (blocks) =>
      perBlock * blocks + ownKept(blocks) + largest(layers, (layer) => layer.scratch(blocks)),
    forward: (pass, x, y) => through(pass, [x, y], "forward"),
    inverse: (pass, y, x) => through(pass, [y, x], "inverse"),
    backward(pass, { x, y }, dy, dx) {
      const { scratch, blocks } = pass;
      const bytes = 4 * BLOCK * features * blocks;
      const values = pingPong(scratch, features, blocks);
      const gradients = pingPong(scratch + 2 * bytes, features, blocks);
      const unused = scratch + 4 * bytes;
      const all = [...parts(pass)];
      let output = y, from = dy;
      for (let i = last; i >= 0; i--) {
        const { layer, own } = all[i];
        const input = i === 0 ? x : values[i % 2], to = i === 0 ? dx : gradients[i % 2];
        if (i > 0 || layer.kept(blocks) > 0) {
          layer.inverse({ ...own, logDet: unused }, output, i === 0 ? values[0] : input);
        }
        layer.backward(own, { x: input, y: output }, from, to);
        output = input;
        from = to;
      }
    },
  };
}

function pingPong(at: Pointer, features: number, blocks: number): readonly [Span, Span] {
  return [wholeSpan(at, features), wholeSpan(at + 4 * BLOCK * features * blocks, features)];
}

function ownPass<P extends Pass>(
  pass: P,
  { layer, first, kept, scratch }: { layer: BlockLayer; first: number; kept: Pointer; scratch: Pointer },
): P {
  const own = { ...pass, kept, scratch, parameters: pass.parameters.slice(first, first + layer.parameters) };
  if (!isGradientPass(pass)) return own;
  return { ...own, gradients: pass.gradients.slice(first, first + layer.parameters) };
}

function isGradientPass(pass: Pass): pass is GradientPass {
  return "gradients" in pass;
}

function sum(layers: readonly BlockLayer[], floats: (layer: BlockLayer) => number): number {
  return layers.reduce((total, layer) => total + floats(layer), 0);
}

function largest(layers: readonly BlockLayer[], floats: (layer: BlockLayer) => number): number {
  return layers.reduce((most, layer) => Math.max(most, floats(layer)), 0);
}
