/**
 * The compiler and the Python modules that peers need: whether they are there, and how they get there.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { needOf, type Peer, PYTHON } from "./peers.ts";

/** The versions of what the peers need. What is missing is installed first. */
export async function requireTools(peers: readonly Peer[]): Promise<Record<string, string>> {
  const needs = [...new Set(peers.map(needOf))].filter((need) => need !== undefined);
  if ((await missing(needs)).length > 0) await install(needs);
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

async function install(needs: readonly string[]): Promise<void> {
  const script = fileURLToPath(new URL("peers/install.sh", import.meta.url));
  await new Deno.Command("bash", { args: [script], stdin: "null", stdout: "inherit", stderr: "inherit" })
    .output();
  const still = await missing(needs);
  if (still.length === 0) return;
  throw new Error(
    `Cannot measure against all peers: they need ${needs.join(", ")}, but ${still.join(", ")} is missing; ` +
      "run bash bench/peers/install.sh as root, or choose those that need nothing: " +
      "--peers typescript,tfjs_conv,workers_2,dataset_end_to_end,storage",
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
