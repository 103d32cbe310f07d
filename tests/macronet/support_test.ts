import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D } from "@tensorflow/tfjs";
import { uniforms } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { multilayerPerceptron } from "../../macronet/conditioner.ts";
import { toTensor } from "../../macronet/macrostate_map.ts";
import { type Matrix, matrix } from "../../macronet/matrix.ts";
import { minimise } from "../../macronet/minimise.ts";
import { unflatten } from "../../macronet/parameters.ts";
import { support } from "../../macronet/support.ts";
import { batchOf, EMULATOR, movedStart, ROWS, RULE } from "./resemblance_cases.ts";

await useWasmBackend();

const places = support({ dimension: RULE, network: EMULATOR });

/** Each term of the loss. */
function terms(rules: Record<"seen" | "designed", Tensor2D>, weight: number) {
  return tf.tidy(() =>
    places.loss(rules, movedStart(places.parameters), weight).map((term) => term.dataSync()[0])
  );
}

/** Rules from −1 to 1, and others. */
function rulesOf(): Record<"seen" | "designed", Tensor2D> {
  const { u, v } = batchOf(1, RULE);
  return { seen: tf.tanh(u), designed: tf.tanh(v) };
}

Deno.test("support: terms of rules that were seen and of designs are what the formula gives by hand", () => {
  tf.tidy(() => {
    const { seen, designed } = rulesOf();
    const classifier = multilayerPerceptron({ inputs: RULE, outputs: 1, ...EMULATOR });
    const own = movedStart(places.parameters);
    const mean = (x: Tensor2D) =>
      classifier.apply(x, own).dataSync<"float32">()
        .reduce((sum, value) => sum + Math.log(1 + Math.exp(-value)) / ROWS, 0);
    const [ofSeen, ofUniform, ofDesigned] = terms({ seen, designed }, 3);
    assertAlmostEquals(ofSeen, mean(seen), 1e-5);
    assertAlmostEquals(ofDesigned, 3 * mean(designed), 1e-5);
    assert(ofUniform > 0 && ofUniform !== ofSeen);
  });
});

Deno.test("support: what a rule is told from depends on that rule alone, not on its place in the batch", () => {
  tf.tidy(() => {
    const { seen, designed } = rulesOf();
    const half = ROWS / 2;
    const [first, second] = tf.split(seen, 2) as Tensor2D[];
    const ofUniform = (rules: Tensor2D) => terms({ seen: rules, designed }, 1)[1];
    const parts = (ofUniform(first) * half + ofUniform(second) * half) / ROWS;
    assertAlmostEquals(ofUniform(seen), parts, 1e-6);
    assertAlmostEquals(ofUniform(tf.reverse(seen, 0)), parts, 1e-6);
  });
});

Deno.test("support: designs learn from the classifier, and the classifier nothing from designs", () => {
  tf.tidy(() => {
    const rules = rulesOf(), own = movedStart(places.parameters), names = Object.keys(own);
    const gradients = (weight: number) =>
      tf.grads((designed: tf.Tensor, ...values: tf.Tensor[]) => {
        const named = Object.fromEntries(names.map((name, i) => [name, values[i]]));
        const found = places.loss({ seen: rules.seen, designed: designed as Tensor2D }, named, weight);
        return tf.addN([...found, tf.mul(0, tf.sum(designed))]).asScalar();
      })([rules.designed, ...Object.values(own)]).map((gradient) => [...gradient.dataSync()]);
    const [still, ...without] = gradients(0), [moved, ...withDesigns] = gradients(2);
    assertEquals(new Set(still.map(Math.abs)), new Set([0]));
    assert(moved.every((slope) => slope !== 0));
    assertEquals(withDesigns, without);
  });
});

Deno.test("support: learns the density of u over a uniform one, and that there are none elsewhere", () => {
  const rules = (rows: number, purpose: string) =>
    matrix(Float32Array.from(uniforms(rows, { seed: 1, purpose })), 1);
  const line = support({ dimension: 1, network: { width: 16, hiddenLayers: 2 } });
  const pairs = (u: Matrix) => ({ u, v: u });
  const { parameters } = minimise({
    objective: {
      parameters: line.parameters,
      loss: (given, { u }) => tf.addN(line.loss({ seen: u, designed: u }, given, 0)).asScalar(),
    },
    train: pairs(rules(4096, "train")),
    validation: pairs(rules(512, "validation")),
    options: {
      seed: 1,
      batch: 128,
      steps: 600,
      learningRate: 0.01,
      warmup: 10,
      clipNorm: 5,
      logEvery: 100,
    },
    purpose: "support",
  });
  tf.tidy(() => {
    const given = unflatten(parameters, line.parameters);
    const seen = toTensor(matrix(Float32Array.of(0.5), 1));
    /** softplus(−D) */
    const outside = (place: number) =>
      line.loss({ seen, designed: toTensor(matrix(Float32Array.of(place), 1)) }, given, 1)[2].dataSync()[0];
    // All u lie in the upper half, so that their density there is twice a uniform one: D = log 2.
    for (const place of [0.2, 0.5, 0.8]) assertAlmostEquals(outside(place), Math.log(1.5), 0.1);
    for (const place of [-0.2, -0.5, -0.8]) assert(outside(place) > 3, String(outside(place)));
  });
});
