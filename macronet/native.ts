/**
 * Networks and couplings as single operations of tfjs, computed by the kernels in `kernels/training/` on tfjs's own
 * memory.
 *
 * tfjs spends more time on handing operations around than on computing these small networks: some forty operations to
 * a coupling, and as many to its gradient. Here it is one and one. What the backward pass needs is kept in a
 * *workspace*, a tensor that belongs to one application of a layer and that tfjs keeps and frees with the rest of its
 * tape; so a layer may be applied many times in a step, and nothing is left behind.
 *
 * Where a version of tfjs does not let its memory be used, {@linkcode isNative} is false, and `conditioner.ts` and
 * `coupling.ts` compose the same from stock operations.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D, TensorInfo } from "@tensorflow/tfjs";
import { shareClones, type TensorMemory, tensorMemory } from "./tensor_memory.ts";
import { panelFloats, type Pointer, type TrainingKernels, trainingKernels } from "../kernels/training/mod.ts";
import type { Mapped } from "./bijection.ts";
import {
  backward,
  forward,
  type NetworkShape,
  type Pass,
  scratchFloats,
  workspaceFloats,
} from "./panel_network.ts";

/** The memory and what works on it. */
interface Native {
  readonly memory: TensorMemory;
  readonly kernels: TrainingKernels;
}

let native: Native | undefined;
let registered = false;

/** The largest bound of a log-scale: the kernels' eˣ ends at 87. */
export const LARGEST_LOG_SCALE = 80;

/**
 * Makes the operations of this module usable, or says on stderr, in one line, why they are not.
 *
 * @param backend What `tf.backend()` gives.
 */
export function startNative(backend: unknown): void {
  try {
    const memory = tensorMemory(backend);
    native = { memory, kernels: trainingKernels(memory.memory) };
  } catch (error) {
    native = undefined;
    console.error(`Training with stock operations, which is slower: ${(error as Error).message}`);
    return;
  }
  if (!registered) registerOperations();
  registered = true;
}

/** Whether {@linkcode startNative} succeeded. */
export function isNative(): boolean {
  return native !== undefined;
}

/**
 * A multilayer perceptron: x `[batch, inputs]` to `[batch, outputs]`, differentiable in x and in the parameters.
 *
 * @param parameters Weight, bias, weight, bias, ….
 */
export function nativePerceptron(
  x: Tensor2D,
  parameters: readonly Tensor[],
  shape: Omit<NetworkShape, "heads">,
): Tensor2D {
  const network = { ...shape, heads: 1 };
  const workspace = allocate(workspaceFloats(network, x.shape[0]));
  const [y] = run("Perceptron", [x, workspace, ...parameters], { network });
  return y as Tensor2D;
}

/** Which columns pass and which are moved, by how much at most, and by what network. */
export interface CouplingPlan {
  readonly passes: { readonly at: number; readonly size: number };
  readonly moves: { readonly at: number; readonly size: number };
  /** At most {@linkcode LARGEST_LOG_SCALE}. */
  readonly logScaleBound: number;
  /** Inputs are the columns that pass; two heads, log-scale and shift, of as many outputs as columns are moved. */
  readonly network: NetworkShape;
}

/** An affine coupling, as `coupling.ts` defines it. Differentiable in x and in the parameters. */
export function nativeCoupling(x: Tensor2D, parameters: readonly Tensor[], plan: CouplingPlan): Mapped {
  const batch = x.shape[0];
  const workspace = allocate(couplingLayout(plan, batch).end);
  const [value, logDet] = run("Coupling", [x, workspace, ...parameters], { plan });
  return { value: value as Tensor2D, logDet: logDet as Tensor1D };
}

function allocate(floats: number): Tensor {
  return run("Workspace", [], { floats: floats + ALIGNMENT / 4 })[0];
}

/** Of workspaces and scratch, in bytes: that of a line of the processor's cache. */
const ALIGNMENT = 64;

function aligned(pointer: Pointer): Pointer {
  return Math.ceil(pointer / ALIGNMENT) * ALIGNMENT;
}

/** Where a coupling's workspace has what, in floats from its start. */
function couplingLayout({ network, moves }: CouplingPlan, batch: number) {
  const size = panelFloats({ batch, columns: moves.size });
  const logScales = workspaceFloats(network, batch);
  return { logScales, scaled: logScales + size, scales: logScales + 2 * size, end: logScales + 3 * size };
}

/** Runs one of the operations registered below. Inputs are a list, which is what lets tfjs save all of them. */
function run(name: string, inputs: readonly Tensor[], attributes: Record<string, unknown>): Tensor[] {
  return tf.engine().runKernel<Tensor[]>(
    `Macronet${name}`,
    inputs as unknown as tf.NamedTensorMap,
    attributes as unknown as tf.NamedAttrMap,
  );
}

/** What an operation computes with. */
interface Call extends Native {
  readonly inputs: readonly TensorInfo[];
  readonly attributes: Record<string, unknown>;
  /** `floats` of memory until the operation is done. */
  scratch(floats: number): Pointer;
}

function registerOperations(): void {
  shareClones();
  register("Workspace", ({ memory, attributes }) => [memory.allocate([attributes.floats as number])]);
  register("Perceptron", runPerceptron);
  register("PerceptronGradient", runPerceptronGradient);
  register("Coupling", runCoupling);
  register("CouplingGradient", runCouplingGradient);
  differentiate("Perceptron");
  differentiate("Coupling");
}

function register(name: string, compute: (call: Call) => TensorInfo[]): void {
  tf.registerKernel({
    kernelName: `Macronet${name}`,
    backendName: "wasm",
    kernelFunc({ inputs, attrs }) {
      const { memory, kernels } = native!;
      const used: TensorInfo[] = [];
      const scratch = (floats: number) => {
        const tensor = memory.allocate([floats + ALIGNMENT / 4]);
        used.push(tensor);
        return aligned(memory.pointerTo(tensor));
      };
      try {
        const attributes = attrs as unknown as Record<string, unknown>;
        return compute({ memory, kernels, inputs: inputs as unknown as TensorInfo[], attributes, scratch });
      } finally {
        used.forEach(memory.free);
      }
    },
  });
}

/** Says that `${name}Gradient`, of the gradients in the outputs and all inputs, gives those in x and the parameters. */
function differentiate(name: string): void {
  tf.registerGradient({
    kernelName: `Macronet${name}`,
    saveAllInputs: true,
    gradFunc(dy, saved, attributes) {
      const outputs = Array.isArray(dy) ? dy : [dy];
      const [dx, ...rest] = run(`${name}Gradient`, [...outputs, ...saved], attributes as never);
      const workspace = dx; // never asked for: nothing that is differentiated leads to a workspace
      const gradients = [dx, workspace, ...rest].map((gradient) => () => gradient);
      return gradients as unknown as Record<string, () => Tensor>;
    },
  });
}

function runPerceptron(call: Call): TensorInfo[] {
  const { memory, kernels, inputs: [x, workspace, ...parameters], scratch } = call;
  const network = call.attributes.network as NetworkShape;
  const [batch, columns] = x.shape;
  const y = memory.allocate([batch, network.outputs]);
  const output = scratch(panelFloats({ batch, columns: network.outputs }));
  const pass = passOf(call, { network, batch, workspace, parameters, heads: [output] });
  kernels.toPanels(memory.pointerTo(x), columns, pass.workspace, batch, columns);
  forward(pass);
  kernels.fromPanels(output, memory.pointerTo(y), network.outputs, batch, network.outputs);
  return [y];
}

function runPerceptronGradient(call: Call): TensorInfo[] {
  const { memory, kernels, inputs: [dy, x, workspace, ...parameters], scratch } = call;
  const network = call.attributes.network as NetworkShape;
  const [batch, columns] = x.shape;
  const dx = memory.allocate(x.shape);
  const gradients = parameters.map(({ shape }) => memory.allocate(shape));
  const head = scratch(panelFloats({ batch, columns: network.outputs }));
  const panels = scratch(panelFloats({ batch, columns }));
  kernels.toPanels(memory.pointerTo(dy), network.outputs, head, batch, network.outputs);
  zeros(memory, panels, panelFloats({ batch, columns }));
  const pass = passOf(call, { network, batch, workspace, parameters, heads: [head] });
  backward(pass, gradients.map(memory.pointerTo), panels);
  kernels.fromPanels(panels, memory.pointerTo(dx), columns, batch, columns);
  return [dx, ...gradients];
}

function runCoupling(call: Call): TensorInfo[] {
  const { memory, kernels, inputs: [x, workspace, ...parameters], scratch } = call;
  const plan = call.attributes.plan as CouplingPlan;
  const { passes, moves, network, logScaleBound } = plan;
  const [batch, dimension] = x.shape;
  const value = memory.allocate(x.shape), logDet = memory.allocate([batch]);
  const moved = scratch(panelFloats({ batch, columns: moves.size }));
  const { logScales, scaled, scales } = couplingPointers(call, plan, { batch, workspace });
  const pass = passOf(call, { network, batch, workspace, parameters, heads: [logScales, scaled] });
  const from = memory.pointerTo(x), to = memory.pointerTo(value);
  kernels.toPanels(from + 4 * passes.at, dimension, pass.workspace, batch, passes.size);
  kernels.toPanels(from + 4 * moves.at, dimension, moved, batch, moves.size);
  forward(pass);
  kernels.affineMove(
    moved,
    logScales,
    scaled,
    scales,
    memory.pointerTo(logDet),
    logScaleBound,
    batch,
    moves.size,
  );
  kernels.fromPanels(pass.workspace, to + 4 * passes.at, dimension, batch, passes.size);
  kernels.fromPanels(moved, to + 4 * moves.at, dimension, batch, moves.size);
  return [value, logDet];
}

function runCouplingGradient(call: Call): TensorInfo[] {
  const { memory, kernels, inputs: [dz, dLogDet, x, workspace, ...parameters], scratch } = call;
  const plan = call.attributes.plan as CouplingPlan;
  const { passes, moves, network, logScaleBound } = plan;
  const [batch, dimension] = x.shape;
  const dx = memory.allocate(x.shape);
  const gradients = parameters.map(({ shape }) => memory.allocate(shape));
  const dMoved = scratch(panelFloats({ batch, columns: moves.size }));
  const dPassed = scratch(panelFloats({ batch, columns: passes.size }));
  const { logScales, scaled, scales } = couplingPointers(call, plan, { batch, workspace });
  const from = memory.pointerTo(dz), to = memory.pointerTo(dx);
  kernels.toPanels(from + 4 * passes.at, dimension, dPassed, batch, passes.size);
  kernels.toPanels(from + 4 * moves.at, dimension, dMoved, batch, moves.size);
  kernels.affineMoveGradient(
    dMoved,
    memory.pointerTo(dLogDet),
    logScales,
    scaled,
    scales,
    logScaleBound,
    batch,
    moves.size,
  );
  const pass = passOf(call, { network, batch, workspace, parameters, heads: [logScales, dMoved] });
  backward(pass, gradients.map(memory.pointerTo), dPassed);
  kernels.fromPanels(dPassed, to + 4 * passes.at, dimension, batch, passes.size);
  kernels.fromPanels(scales, to + 4 * moves.at, dimension, batch, moves.size);
  return [dx, ...gradients];
}

function couplingPointers(
  { memory }: Call,
  plan: CouplingPlan,
  { batch, workspace }: { batch: number; workspace: TensorInfo },
) {
  const start = aligned(memory.pointerTo(workspace));
  const { logScales, scaled, scales } = couplingLayout(plan, batch);
  return { logScales: start + 4 * logScales, scaled: start + 4 * scaled, scales: start + 4 * scales };
}

function passOf(
  { memory, kernels, scratch }: Call,
  { network, batch, workspace, parameters, heads }: {
    network: NetworkShape;
    batch: number;
    workspace: TensorInfo;
    parameters: readonly TensorInfo[];
    heads: readonly Pointer[];
  },
): Pass {
  return {
    kernels,
    shape: network,
    batch,
    workspace: aligned(memory.pointerTo(workspace)),
    scratch: scratch(scratchFloats(network, batch)),
    parameters: parameters.map(memory.pointerTo),
    heads,
  };
}

/** The view is made anew, because an allocation may have grown the memory and detached an older one. */
function zeros({ memory }: TensorMemory, pointer: Pointer, floats: number): void {
  new Float32Array(memory.buffer, pointer, floats).fill(0);
}
