import { deepStrictEqual, ok } from "node:assert/strict";
import { emit } from "../../../kernels/reaction_diffusion/emit.ts";
import { grayScott, type Model, MODELS } from "../../../kernels/reaction_diffusion/mod.ts";

/** How often each SIMD operation stands in the loop of Gray-Scott's 5-point row function, per vector of cells. */
function operations(model: Model): Record<string, number> {
  const source = emit([model])["generated/gray_scott_5.ts"];
  const loop = source.slice(source.indexOf("while"));
  const vectors = loop.match(/v128\.store\(outB/g)!.length;
  const count = (pattern: RegExp) => (loop.match(pattern) ?? []).length / vectors;
  return {
    add: count(/\.(add|sub)\(/g),
    mul: count(/\.mul\(/g),
    load: count(/\.load\(/g),
    shuffle: count(/\.shuffle</g),
  };
}

Deno.test("emit writes what the model does: Gray-Scott is 17 operations, each vector loaded once", () => {
  deepStrictEqual(operations(grayScott), { add: 11, mul: 6, load: 6, shuffle: 4 });
});

Deno.test("emit computes once what the model computes once", () => {
  const twice: NonNullable<typeof grayScott.update>["next"] = ([a], _, __, { mul }) => {
    const squared = mul(a, a);
    return [squared, squared];
  };
  const model = { ...grayScott, update: { ...grayScott.update!, next: twice } };
  deepStrictEqual(operations(model), { add: 6, mul: 1, load: 6, shuffle: 4 });
});

Deno.test("emit names literals once, before the loop", () => {
  const source = emit([grayScott])["generated/gray_scott_9.ts"];
  deepStrictEqual(source.match(/f32x4\.splat\(.*?\)/g), ["f32x4.splat(0.25)"]);
  ok(source.indexOf("splat") < source.indexOf("while"));
});

Deno.test("emit numbers row functions by the model's place and the Laplacian", () => {
  const source = emit(MODELS)["generated/rows.ts"];
  MODELS.forEach(({ name }, i) => {
    ok(source.includes(`case ${2 * i}: ${name}5(`) && source.includes(`case ${2 * i + 1}: ${name}9(`));
  });
});

Deno.test("models: names differ and are identifiers, defaults are finite, diffusion names parameters", () => {
  deepStrictEqual(new Set(MODELS.map(({ name }) => name)).size, MODELS.length);
  for (const { name, parameters, diffusion } of MODELS) {
    ok(/^[a-z][A-Za-z0-9]*$/.test(name), name);
    ok(Object.values(parameters).every(Number.isFinite), name);
    ok(diffusion.every((key) => parameters[key] >= 0), name);
  }
});
