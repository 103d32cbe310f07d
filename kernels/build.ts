/**
 * Compiles every `kernels/<name>/assembly.ts` to the committed `kernels/<name>/<name>.wasm`. Where a kernel has a
 * `generate.ts`, the sources that its `generate()` returns are made first, and committed too.
 *
 * ```sh
 * deno run -A kernels/build.ts          # writes the sources and binaries
 * deno run -A kernels/build.ts --check  # makes them in memory; exits 1 naming each file that differs
 * ```
 *
 * The compiler's version is pinned in deno.json and its output is byte-identical from run to run, so the
 * committed binaries can be held to their sources.
 *
 * @module
 */
import asc from "assemblyscript/asc";

const kernelsFolder = new URL("./", import.meta.url);

/**
 * Flags of every kernel: no bounds checks or assertions (kernels load and store raw memory), no garbage
 * collector (they never allocate), and 128-bit SIMD, which every WebAssembly 2 engine has. None of them lets
 * the optimiser reorder floating-point arithmetic.
 */
const commonFlags = ["-O3", "--converge", "--noAssert", "--runtime", "stub", "--enable", "simd"];

/** A first line `// asc: --importMemory …` in an assembly.ts adds flags for that kernel alone. */
function ownFlags(source: string): string[] {
  const firstLine = source.slice(0, source.indexOf("\n"));
  const flags = /^\/\/ asc: (.+)$/.exec(firstLine);
  return flags ? flags[1].trim().split(/\s+/) : [];
}

/** The names of all kernels, sorted: the folders beside this file that hold an assembly.ts. */
export async function kernelNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(kernelsFolder)) {
    if (entry.isDirectory && await fileExists(sourceOf(entry.name))) names.push(entry.name);
  }
  return names.sort();
}

/** Where the kernel's committed binary lies. */
export function binaryOf(name: string): URL {
  return new URL(`${name}/${name}.wasm`, kernelsFolder);
}

/** Sources of the kernel that are made from others: path in its folder → text. Most kernels have none. */
export async function generatedSources(name: string): Promise<Readonly<Record<string, string>>> {
  const generator = new URL(`${name}/generate.ts`, kernelsFolder);
  if (!await fileExists(generator)) return {};
  const { generate } = await import(generator.href) as { generate: () => Record<string, string> };
  return generate();
}

/** Those among the kernel's generated sources that are not, as committed, what its generator makes. */
export async function staleSources(name: string): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of Object.entries(await generatedSources(name))) {
    const file = new URL(`${name}/${path}`, kernelsFolder);
    if (!await fileExists(file) || await Deno.readTextFile(file) !== text) stale.push(path);
  }
  return stale;
}

/**
 * Compiles one kernel in memory and returns the WebAssembly binary.
 *
 * @throws {Error} with the compiler's diagnostics if the source does not compile
 */
export async function compile(name: string): Promise<Uint8Array> {
  const flags = [...commonFlags, ...ownFlags(await Deno.readTextFile(sourceOf(name)))];
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main([`${name}/assembly.ts`, ...flags, "--outFile", "out.wasm"], {
    // Imports have their ending here as everywhere; the compiler adds another.
    readFile: (path) =>
      Deno.readTextFile(new URL(path.replace(/\.ts\.ts$/, ".ts"), kernelsFolder)).catch(() => null),
    writeFile: (_path, contents) => {
      binary = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !binary) {
    throw new Error(`Cannot build kernel ${name}: the compiler says\n${stderr.toString()}`, { cause: error });
  }
  return binary;
}

/** Whether the kernel's committed binary is, byte for byte, what its source compiles to. */
export async function isCurrent(name: string): Promise<boolean> {
  if (!await fileExists(binaryOf(name))) return false;
  const [committed, rebuilt] = await Promise.all([Deno.readFile(binaryOf(name)), compile(name)]);
  return committed.length === rebuilt.length && committed.every((byte, i) => byte === rebuilt[i]);
}

function sourceOf(name: string): URL {
  return new URL(`${name}/assembly.ts`, kernelsFolder);
}

async function fileExists(url: URL): Promise<boolean> {
  try {
    return (await Deno.stat(url)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function build(): Promise<void> {
  for (const name of await kernelNames()) {
    for (const [path, text] of Object.entries(await generatedSources(name))) {
      const file = new URL(`${name}/${path}`, kernelsFolder);
      await Deno.mkdir(new URL("./", file), { recursive: true });
      await Deno.writeTextFile(file, text);
    }
    const binary = await compile(name);
    await Deno.writeFile(binaryOf(name), binary);
    console.log(`${name}.wasm  ${binary.length} bytes`);
  }
}

async function check(): Promise<void> {
  for (const name of await kernelNames()) {
    for (const path of await staleSources(name)) {
      console.error(
        `Cannot accept kernels/${name}/${path}: it must be what generate.ts makes, but it is not; ` +
          "run `deno task build` and commit the result",
      );
      Deno.exitCode = 1;
    }
    if (await isCurrent(name)) continue;
    console.error(
      `Cannot accept kernels/${name}/${name}.wasm: it must be what assembly.ts compiles to, but a byte differs; ` +
        "run `deno task build` and commit the result",
    );
    Deno.exitCode = 1;
  }
}

if (import.meta.main) await (Deno.args.includes("--check") ? check() : build());
