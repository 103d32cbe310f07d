/**
 * The compiler and the Python modules that peers need: whether they are there, and how they get there.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { PYTHON } from "./peers.ts";

/**
 * The versions of a compiler (`gcc`) and of Python modules. What is missing is installed first.
 *
 * @param options.otherwise What to do where that cannot be.
 * @throws {Error} If something is still missing.
 */
export async function requireTools(
  tools: readonly string[],
  { otherwise }: { readonly otherwise: string },
): Promise<Record<string, string>> {
  const needs = [...new Set(tools)];
  if ((await missing(needs)).length > 0) await install(needs, otherwise);
  const versions = await Promise.all(needs.map(async (need) => [need, await version(need)] as const));
  return Object.fromEntries(versions) as Record<string, string>;
}

async function missing(needs: readonly string[]): Promise<string[]> {
  const versions = await Promise.all(needs.map(version));
  return needs.filter((_, i) => versions[i] === undefined);
}

/** As the tool itself tells it; `undefined` where there is none. */
async function version(tool: string): Promise<string | undefined> {
  const said =
    await (tool === "gcc"
      ? output("gcc", ["-dumpfullversion"])
      : output(PYTHON, ["-c", `import ${tool}; print(${tool}.__version__)`]));
  return said?.split("\n")[0].trim();
}

async function install(needs: readonly string[], otherwise: string): Promise<void> {
  const script = fileURLToPath(new URL("peers/install.sh", import.meta.url));
  await new Deno.Command("bash", { args: [script], stdin: "null", stdout: "inherit", stderr: "inherit" })
    .output();
  const still = await missing(needs);
  if (still.length === 0) return;
  throw new Error(
    `Cannot measure against all peers: they need ${needs.join(", ")}, but ${still.join(", ")} is missing; ` +
      `run bash bench/peers/install.sh as root${otherwise}`,
  );
}

/** What a program prints, or `undefined` if it cannot be run or fails. */
async function output(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
