import { deepStrictEqual, ok } from "node:assert/strict";
import { emitDispatch, emitModel, fileOf } from "../../../kernels/reaction_diffusion/emit.ts";
import { grayScott, MODELS } from "../../../kernels/reaction_diffusion/mod.ts";

/** How often each SIMD operation stands in a row function, per vector of cells. */
function operations(source: string, name: string): Record<string, number> {
  const body = source.slice(source.indexOf(`function ${name}(`));
  const loop = body.slice(body.indexOf("while"), body.indexOf("\n}\n"));
  const vectors = loop.match(/v128\.store\(outB/g)!.length;
  const count = (pattern: RegExp) => (loop.match(pattern) ?? []).length / vectors;
  return {
    add: count(/\.(add|sub)\(/g),
    mul: count(/\.mul\(/g),
    div: count(/\.div\(/g),
    load: count(/\.load\(/g),
  };
}

Deno.test("emitModel writes what the model does: Gray-Scott is 17 operations and 10 loads", () => {
  deepStrictEqual(operations(emitModel(grayScott), "grayScott5"), { add: 11, mul: 6, div: 0, load: 10 });
});

Deno.test("emitModel computes once what the model computes once", () => {
  const square = { ...grayScott, update: { ...grayScott.update!, next: twice } };
  deepStrictEqual(operations(emitModel(square), "grayScott5"), { add: 6, mul: 1, div: 0, load: 10 });
});

/** Both species become the same square. */
const twice: NonNullable<typeof grayScott.update>["next"] = ([a], _, __, { mul }) => {
  const squared = mul(a, a);
  return [squared, squared];
};

Deno.test("emitDispatch numbers row functions by the model's place and the Laplacian", () => {
  const source = emitDispatch(MODELS);
  MODELS.forEach(({ name }, i) => {
    ok(source.includes(`import { ${name}5, ${name}9 } from "./${fileOf(name)}.ts";`));
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
