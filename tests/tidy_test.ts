/** The rules of the house, as tests: what may import what, and what has no place in the data path. */
import { assertEquals } from "@std/assert";
import jsTokens from "js-tokens";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUTSIDE = ["node_modules", "artifacts", "coverage", ".git"];

/** A source file: its path from the root, its text, and its code without comments. */
interface Source {
  readonly path: string;
  readonly text: string;
  readonly code: string;
}

function* paths(folder: string): Iterable<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (folder === ROOT && OUTSIDE.includes(name)) continue;
    if (isDirectory) yield* paths(join(folder, name));
    else yield relative(ROOT, join(folder, name));
  }
}

const everything = [...paths(ROOT)].sort();
const sources: readonly Source[] = everything.filter((path) => path.endsWith(".ts")).map((path) => {
  const text = Deno.readTextFileSync(join(ROOT, path));
  const code = [...jsTokens(text)].filter(({ type }) => !type.endsWith("Comment")).map(({ value }) => value);
  return { path, text, code: code.join("") };
});
const project = sources.filter(({ path }) => !/^(tests|bench)\//.test(path));

/** Files that a source names in an import, from the root; packages by their specifier. */
function imports({ path, code }: Source): string[] {
  const specifiers = code.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g);
  return [...specifiers].map(([, specifier]) =>
    specifier.startsWith(".") ? join(dirname(path), specifier) : specifier
  );
}

/** The room of a path: its first folder, or the file's own name. */
function room(path: string): string {
  return path.startsWith("@std/") ? "std" : path.split("/")[0].replace(/\.ts$/, "");
}

/** Complaints, one a line: the rule holds when there are none. */
function assertNone(complaints: Iterable<string>): void {
  assertEquals([...complaints], []);
}

/** From the top floor to the ground; each may use those below it. */
const FLOORS = ["main", "commands", "stages", "systems", "macronet", "kernels"];

Deno.test("imports go down the floors: main, commands, stages, systems, macronet, kernels", () => {
  const isUp = (from: string, to: string) => FLOORS.indexOf(to) < FLOORS.indexOf(from);
  assertNone(
    project.filter(({ path }) => FLOORS.includes(room(path))).flatMap((source) =>
      imports(source).filter((to) => FLOORS.includes(room(to)) && isUp(room(source.path), room(to)))
        .map((to) => `${source.path} imports ${to}`)
    ),
  );
});

Deno.test("imports: pipeline knows nothing of science, and main, commands and stages alone know it", () => {
  assertNone(
    project.flatMap((source) =>
      imports(source).filter((to) => {
        const [from, into] = [room(source.path), room(to)];
        if (from === "pipeline") return FLOORS.includes(into);
        return into === "pipeline" && !["main", "commands", "stages"].includes(from);
      }).map((to) => `${source.path} imports ${to}`)
    ),
  );
});

Deno.test("imports: kernels and std stand alone", () => {
  const alone = project.filter(({ path }) => ["kernels", "std"].includes(room(path)));
  assertNone(
    alone.flatMap((source) =>
      imports(source).filter((to) =>
        [...FLOORS, "pipeline"].includes(room(to)) && room(to) !== room(source.path)
      )
        .map((to) => `${source.path} imports ${to}`)
    ),
  );
});

Deno.test("imports: a kernel is entered by its mod.ts", () => {
  const outside = project.filter(({ path }) => room(path) !== "kernels");
  assertNone(
    outside.flatMap((source) =>
      imports(source).filter((to) => room(to) === "kernels" && !to.endsWith("/mod.ts"))
        .map((to) => `${source.path} imports ${to}`)
    ),
  );
});

const stages = new Set(
  project.filter(({ path, code }) => /^stages\/[^/]+\.ts$/.test(path) && /export const run\b/.test(code))
    .map(({ path }) => path),
);

Deno.test("imports: a stage takes from another the names of its artifacts and types, no code", () => {
  const named = /import\s*(type\b)?\s*\{([^}]*)\}\s*from\s*"\.\/([^"]+)"/g;
  const isName = (item: string) => /^type /.test(item) || /^[A-Z][A-Z_]*$/.test(item);
  assertNone(
    project.filter(({ path }) => stages.has(path)).flatMap(({ path, code }) =>
      [...code.matchAll(named)].filter(([, type, , from]) => !type && stages.has(`stages/${from}`))
        .flatMap(([, , items, from]) => items.split(",").map((item) => [item.trim(), from]))
        .filter(([item]) => item !== "" && !isName(item))
        .map(([item, from]) => `${path} imports ${item} from stages/${from}`)
    ),
  );
});

Deno.test("imports: figures and formats know no stage, formats nothing but formats", () => {
  const isFormat = (path: string) => path.startsWith("stages/formats/");
  assertNone(
    project.filter(({ path }) => /^stages\/(figures|formats)\//.test(path)).flatMap((source) =>
      imports(source).filter((to) => {
        if (isFormat(source.path)) return FLOORS.includes(room(to)) && !isFormat(to);
        return /^stages\/[^/]+\.ts$/.test(to);
      }).map((to) => `${source.path} imports ${to}`)
    ),
  );
});

Deno.test("packages are named in deno.json alone, at exact versions, and all are used", () => {
  const packages = Object.entries(config.imports).filter(([, target]) => target.startsWith("npm:"));
  assertNone(
    packages.filter(([, target]) => !/^npm:.+@\d+\.\d+\.\d+(\/|$)/.test(target)).map(([name]) =>
      `${name} floats`
    ),
  );
  assertNone(
    sources.filter(({ path }) => !path.startsWith("tests/")).filter(({ code }) =>
      /"(npm|jsr|https?):/.test(code)
    )
      .filter((source) => imports(source).some((to) => /^(npm|jsr|https?):/.test(to))).map(({ path }) =>
        path
      ),
  );
  const used = new Set(sources.flatMap(imports));
  const isUsed = (name: string) => [...used].some((to) => to === name || to.startsWith(`${name}/`));
  assertNone(packages.filter(([name]) => !isUsed(name)).map(([name]) => `${name} is not used`));
});

/** Where it may be asked what time it is: what is shown or logged, and never stored as a result. */
const CLOCKS = [
  /^(main\.ts$|commands\/|std\/cli\/unstable_progress_bar\.ts$)/,
  /^pipeline\/(run|run_log|progress|progress_state|events|provenance|verify)\.ts$/,
  /^stages\/figures\/report_script\.ts$/,
];

Deno.test("no results depend on a clock or on the engine's random numbers", () => {
  const bare = project.filter(({ path }) => !CLOCKS.some((clock) => clock.test(path)));
  assertNone([
    ...project.filter(({ code }) => /\bMath\.random\b/.test(code)).map(({ path }) => `${path}: Math.random`),
    ...bare.filter(({ code }) => /\bDate\.now\b|\bnew Date\b|\bperformance\.now\b/.test(code))
      .map(({ path }) => `${path}: a clock`),
  ]);
});

Deno.test("no results depend on the engine's transcendental functions: their last bits are its own choice", () => {
  const engine = /\bMath\.(a?(sin|cos|tan)h?|atan2|exp|expm1|log|log1p|log2|log10|pow|cbrt|hypot)\b|\*\*/;
  const dataPath = project.filter(({ path }) =>
    /^(kernels|macronet|systems|stages)\//.test(path) &&
    !/^stages\/figures\/|\/(assembly|reference)\.ts$/.test(path)
  );
  assertNone(
    dataPath.flatMap(({ path, code }) => {
      const match = engine.exec(code);
      return match === null ? [] : [`${path}: ${match[0]}`];
    }),
  );
});

Deno.test("every kernel has its source, its binary, its oracle and its door", () => {
  const kernels = new Set(everything.map((path) => /^kernels\/([^/]+)\//.exec(path)?.[1]).filter(Boolean));
  assertNone(
    [...kernels].flatMap((name) =>
      ["assembly.ts", `${name}.wasm`, "reference.ts", "mod.ts"].map((file) => `kernels/${name}/${file}`)
    ).filter((path) => !everything.includes(path)),
  );
});

Deno.test("no file is longer than 350 lines", () => {
  assertNone(
    project.map(({ path, text }) => [path, text.split("\n").length - 1] as const)
      .filter(([, lines]) => lines > 350).map(([path, lines]) => `${path}: ${lines} lines`),
  );
});

Deno.test("nothing is left to be done", () => {
  const marks = new RegExp(["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|"));
  const texts = everything.filter((path) => /\.(ts|md|json|yml)$/.test(path) && path !== "deno.lock");
  assertNone(texts.filter((path) => marks.test(Deno.readTextFileSync(join(ROOT, path)))));
});
