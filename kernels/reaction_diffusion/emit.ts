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
const VECTORS = 4;

const HEAD = `// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-lint-ignore-file
// deno-fmt-ignore-file
//
// Made from models/ by \`deno task build\`.`;

/** Sources of the row functions of all models and of the choice among them: path in the kernel's folder → text. */
export function emit(models: readonly Model[]): Record<string, string> {
  const rows = models.flatMap((model) => ([5, 9] as const).map((laplacian) => ({ model, laplacian })));
  return {
    ...Object.fromEntries(
      rows.map(({ model, laplacian }) => [pathOf(model, laplacian), emitRow(model, laplacian)]),
    ),
    "generated/rows.ts": `${HEAD} One step of one row by the function of that number: twice the model's
// place in the list, plus 1 for 9 points.

${rows.map(({ model, laplacian }) => importOf(model, laplacian)).join("\n")}

export const vectorsAtOnce: usize = ${VECTORS};

export function updateRow(
  kernel: i32, up: usize, row: usize, down: usize, out: usize, end: usize, plane: usize, coefficients: usize,
): void {
  switch (kernel) {
${
      rows.map(({ model, laplacian }, i) =>
        `    case ${i}: ${model.name}${laplacian}(up, row, down, out, end, plane, coefficients); return;`
      ).join("\n")
    }
  }
}
`,
  };
}

/** `grayScott` → `generated/gray_scott_5.ts`, as the files of a model are called. */
function pathOf({ name }: Model, laplacian: Laplacian): string {
  const file = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `generated/${file}_${laplacian}.ts`;
}

function importOf(model: Model, laplacian: Laplacian): string {
  return `import { ${model.name}${laplacian} } from "${pathOf(model, laplacian).replace("generated", ".")}";`;
}

/**
 * A row function. Pointers are those of the cell left of the row's first, so that no offset is negative. Left and right
 * neighbours are shuffled together from the vectors beside, which are loaded once.
 */
function emitRow(model: Model, laplacian: Laplacian): string {
  const update = updateOf(model);
  const step = stepSize(model, { parameters: model.parameters, timeStep: 1, dx: 1, laplacian });
  const names = Object.keys(update.coefficients(model.parameters, step));
  const coefficients = Object.fromEntries(names.map((name) => [name, `k_${name}`]));
  const code = new Code();
  for (const b of ["", "B"]) code.add(`const c${b}_0 = next${b};`);
  for (let i = 0; i < VECTORS; i++) {
    for (const b of ["", "B"]) code.add(`const c${b}_${i + 1} = v128.load(row${b}, ${16 * (i + 1) + 4});`);
    const sums = ["", "B"].map((b) => STENCILS[laplacian].sum(neighbours(code, { b, i }), code.arithmetic));
    const state = update.next([`c_${i}`, `cB_${i}`], [sums[0], sums[1]], coefficients, code.arithmetic);
    code.add(`v128.store(out, ${state[0]}, ${16 * i + 4});`);
    code.add(`v128.store(outB, ${state[1]}, ${16 * i + 4});`);
  }
  for (const b of ["", "B"]) {
    code.add(`last${b} = c${b}_${VECTORS - 1}; next${b} = c${b}_${VECTORS};`);
    for (const pointer of ["up", "row", "down", "out"]) code.add(`${pointer}${b} += ${16 * VECTORS};`);
  }
  const indented = (lines: readonly string[], by: string) => lines.map((line) => `${by}${line}\n`).join("");
  return `${HEAD} ${model.title}, ${laplacian}-point Laplacian: a row of ${model.species[0]}, and of
// ${model.species[1]}, which lies \`plane\` behind it. Pointers are those of the cell left of the first.

export function ${model.name}${laplacian}(
  up: usize, row: usize, down: usize, out: usize, end: usize, plane: usize, coefficients: usize,
): void {
${
    indented([
      ...names.map((name, i) => `const k_${name} = v128.load(coefficients, ${16 * i});`),
      ...code.literals(),
      "let upB = up + plane, rowB = row + plane, downB = down + plane, outB = out + plane;",
      "let last = v128.load(row - 12), next = v128.load(row, 4);",
      "let lastB = v128.load(rowB - 12), nextB = v128.load(rowB, 4);",
    ], "  ")
  }  while (row < end) {
${indented(code.lines, "    ")}  }
}
`;
}

/** Neighbours of vector i: of those not used, nothing is written. */
function neighbours(code: Code, { b, i }: { b: string; i: number }): Neighbours<string> {
  const centre = `c${b}_${i}`, before = i === 0 ? `last${b}` : `c${b}_${i - 1}`, after = `c${b}_${i + 1}`;
  const load = (pointer: string, cells: number) =>
    code.value(`v128.load(${pointer}${b}, ${16 * i + 4 * cells})`);
  return {
    get left() {
      return code.value(`v128.shuffle<f32>(${before}, ${centre}, 3, 4, 5, 6)`);
    },
    get right() {
      return code.value(`v128.shuffle<f32>(${centre}, ${after}, 1, 2, 3, 4)`);
    },
    get up() {
      return load("up", 1);
    },
    get down() {
      return load("down", 1);
    },
    get upLeft() {
      return load("up", 0);
    },
    get upRight() {
      return load("up", 2);
    },
    get downLeft() {
      return load("down", 0);
    },
    get downRight() {
      return load("down", 2);
    },
  };
}

/** Lines of AssemblyScript, and the arithmetic that writes them. */
class Code {
  readonly lines: string[] = [];
  readonly #literals = new Map<number, string>();

  readonly arithmetic: Arithmetic<string> = {
    add: (x, y) => this.value(`f32x4.add(${x}, ${y})`),
    sub: (x, y) => this.value(`f32x4.sub(${x}, ${y})`),
    mul: (x, y) => this.value(`f32x4.mul(${x}, ${y})`),
    div: (x, y) => this.value(`f32x4.div(${x}, ${y})`),
    // As unsigned integers, floats order as their values do if positive, and negative ones and NaN are the largest.
    raise: (x, least) => this.value(`i32x4.max_u(${x}, ${least})`),
    number: (value) => {
      if (!this.#literals.has(value)) this.#literals.set(value, `n${this.#literals.size}`);
      return this.#literals.get(value)!;
    },
  };

  add(line: string): void {
    this.lines.push(line);
  }

  /** Names the value of an expression. */
  value(expression: string): string {
    const name = `t${this.lines.length}`; // not v: v128 is a type
    this.lines.push(`const ${name} = ${expression};`);
    return name;
  }

  /** Literals that the arithmetic met. They stand before the loop. */
  literals(): string[] {
    return [...this.#literals].map(([value, name]) => `const ${name} = f32x4.splat(${value});`);
  }
}
