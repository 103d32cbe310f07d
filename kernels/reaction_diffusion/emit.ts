/**
 * Models as AssemblyScript: the functions that the driver in `assembly.ts` calls for each row.
 *
 * A model's update is run once on names instead of numbers; every operation on them writes a line. So the compiled
 * step has the operations that the model wrote, one `const` each, and what the model computes once is computed once.
 *
 * @module
 */
import type { Arithmetic } from "./arithmetic.ts";
import type { Model } from "./model.ts";
import { type Laplacian, type Neighbours, STENCILS } from "./stencil.ts";
import { stepSize, updateOf } from "./update.ts";

/** Vectors of four cells that a row function takes at a time; rows are padded to whole ones of these. */
const VECTORS = 2;

const HEAD = `// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-lint-ignore-file
// deno-fmt-ignore-file
`;

/** A model's row functions, one for each Laplacian. */
export function emitModel(model: Model): string {
  return `${HEAD}//
// Made from models/ by \`deno task build\`. ${model.title}: the pointers are those of the cell left of the first, and
// \`plane\` is how far behind a row of ${model.species[0]} lies that of ${model.species[1]}.

${emitRow(model, 5)}
${emitRow(model, 9)}`;
}

/** The choice of a row function by its number: twice the model's place in the list, plus 1 for 9 points. */
export function emitDispatch(models: readonly Model[]): string {
  const names = models.flatMap(({ name }) => [`${name}5`, `${name}9`]);
  return `${HEAD}//
// Made from models/ by \`deno task build\`: one step of one row of the model and Laplacian chosen.

${models.map(({ name }) => `import { ${name}5, ${name}9 } from "./${fileOf(name)}.ts";`).join("\n")}

export const vectorsAtOnce: usize = ${VECTORS};

export function updateRow(
  kernel: i32, up: usize, row: usize, down: usize, out: usize, end: usize, plane: usize, coefficients: usize,
): void {
  switch (kernel) {
${
    names.map((name, i) => `    case ${i}: ${name}(up, row, down, out, end, plane, coefficients); return;`)
      .join("\n")
  }
  }
}
`;
}

/** `grayScott` → `gray_scott`, as the files of a model are called. */
export function fileOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function emitRow(model: Model, laplacian: Laplacian): string {
  const update = updateOf(model);
  const size = stepSize(model, { parameters: model.parameters, timeStep: 1, dx: 1, laplacian });
  const names = Object.keys(update.coefficients(model.parameters, size));
  const coefficients = Object.fromEntries(names.map((name) => [name, `k_${name}`]));
  const constants = new Map<string, string>();
  const vectors = Array.from({ length: VECTORS }, (_, i) => {
    const lines: string[] = [];
    const arithmetic = writer(lines, { prefix: `v${i}_`, constants });
    const load = (pointer: string, cells: number) => {
      const bytes = 16 * i + 4 * cells;
      return write(lines, `v${i}_`, `v128.load(${pointer}${bytes > 0 ? `, ${bytes}` : ""})`);
    };
    const neighbours = (b: string): Neighbours<string> => ({
      get left() {
        return load(`row${b}`, 0);
      },
      get right() {
        return load(`row${b}`, 2);
      },
      get up() {
        return load(`up${b}`, 1);
      },
      get down() {
        return load(`down${b}`, 1);
      },
      get upLeft() {
        return load(`up${b}`, 0);
      },
      get upRight() {
        return load(`up${b}`, 2);
      },
      get downLeft() {
        return load(`down${b}`, 0);
      },
      get downRight() {
        return load(`down${b}`, 2);
      },
    });
    const { sum } = STENCILS[laplacian];
    const sums = [sum(neighbours(""), arithmetic), sum(neighbours("B"), arithmetic)] as const;
    const state = [load("row", 1), load("rowB", 1)] as const;
    const next = update.next(state, sums, coefficients, arithmetic);
    lines.push(`v128.store(out, ${next[0]}, ${16 * i + 4});`, `v128.store(outB, ${next[1]}, ${16 * i + 4});`);
    return lines;
  });
  const step = 16 * VECTORS;
  const moved = ["up", "row", "down", "out"].flatMap((pointer) => [
    `${pointer} += ${step};`,
    `${pointer}B += ${step};`,
  ]);
  const head = [
    ...names.map((name, i) => `const k_${name} = v128.load(coefficients, ${16 * i});`),
    ...[...constants].map(([value, name]) => `const ${name} = f32x4.splat(${value});`),
    "let upB = up + plane, rowB = row + plane, downB = down + plane, outB = out + plane;",
  ];
  return `export function ${model.name}${laplacian}(
  up: usize, row: usize, down: usize, out: usize, end: usize, plane: usize, coefficients: usize,
): void {
${head.map((line) => `  ${line}\n`).join("")}  while (row < end) {
${[...vectors.flat(), ...moved].map((line) => `    ${line}\n`).join("")}  }
}
`;
}

function write(lines: string[], prefix: string, expression: string): string {
  const name = `${prefix}${lines.length}`;
  lines.push(`const ${name} = ${expression};`);
  return name;
}

function writer(
  lines: string[],
  { prefix, constants }: { prefix: string; constants: Map<string, string> },
): Arithmetic<string> {
  const operation = (name: string) => (x: string, y: string) =>
    write(lines, prefix, `f32x4.${name}(${x}, ${y})`);
  return {
    add: operation("add"),
    sub: operation("sub"),
    mul: operation("mul"),
    div: operation("div"),
    // As unsigned integers, floats order as their values do if positive, and negative ones and NaN are the largest.
    raise: (x, least) => write(lines, prefix, `i32x4.max_u(${x}, ${least})`),
    number(value) {
      const text = String(value);
      if (!constants.has(text)) constants.set(text, `n${constants.size}`);
      return constants.get(text)!;
    },
  };
}
