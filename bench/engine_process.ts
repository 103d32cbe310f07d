/**
 * Whole processes that make something or find nothing to do: ours, doit and Snakemake.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { PYTHON } from "./peers.ts";

/** How a process went. */
export interface Timed {
  readonly seconds: number;
  /** Peak of its resident memory. */
  readonly megabytes: number;
  readonly output: string;
}

const file = (path: string) => fileURLToPath(new URL(`peers/${path}`, import.meta.url));

/**
 * Runs a program to its end.
 *
 * @throws {Error} If it fails.
 */
export async function timed(folder: string, command: readonly string[]): Promise<Timed> {
  const { stdout } = await new Deno.Command(PYTHON, {
    args: [file("timed.py"), folder, ...command],
    stdin: "null",
    stderr: "inherit",
  }).output();
  const { code, ...result } = JSON.parse(new TextDecoder().decode(stdout));
  if (code !== 0) throw new Error(`Cannot measure ${command[0]}: it must end with 0, but: ${result.output}`);
  return result;
}

/** What our engine is asked for. */
export interface Work {
  readonly stages: number;
  readonly shards: number;
  /** Of work in each unit. */
  readonly milliseconds: number;
}

/** Runs our engine in a process of its own, and checks how many units it executed. */
export async function ours(
  folder: string,
  { stages, shards, milliseconds }: Work,
  executed: number,
): Promise<Timed> {
  const sizes = [stages, shards, milliseconds].map(String);
  const permissions = ["--no-prompt", "--allow-read", `--allow-write=${folder}`];
  const result = await timed(folder, [
    ...[Deno.execPath(), "run", "-q", ...permissions, file("engine.ts"), `${folder}/store`, ...sizes],
  ]);
  const said = JSON.parse(result.output);
  if (said.ok && said.executed === executed) return result;
  throw new Error(`Cannot measure ours: it must execute ${executed} units, but: ${result.output}`);
}

/** A peer: how it is called in its folder, and how it says that there was nothing to do. */
interface EnginePeer {
  readonly file: string;
  readonly command: readonly string[];
  readonly isIdle: (output: string) => boolean;
}

/** Peers by name. */
export const ENGINE_PEERS: Readonly<Record<"doit" | "snakemake", EnginePeer>> = {
  doit: {
    file: "dodo.py",
    command: ["doit"],
    isIdle: (output) => output.trim().split("\n").every((line) => line.startsWith("-- ")),
  },
  snakemake: {
    file: "Snakefile",
    command: ["snakemake", "--cores", "2"],
    isIdle: (output) => output.includes("Nothing to be done"),
  },
};

/** Puts a peer's file into its folder and lets it make the chain once. */
export async function prepare(folder: string, { file: name, command }: EnginePeer): Promise<void> {
  await Deno.mkdir(folder);
  await Deno.copyFile(file(name), `${folder}/${name}`);
  await timed(folder, command);
}

/** Runs a peer that has nothing to do. */
export async function idle(folder: string, { command, isIdle }: EnginePeer): Promise<Timed> {
  const result = await timed(folder, command);
  if (isIdle(result.output)) return result;
  throw new Error(`Cannot measure ${command[0]}: it must find nothing to do, but: ${result.output}`);
}
