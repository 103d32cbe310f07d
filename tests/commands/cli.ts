/** The command line as a user calls it: another process, whose words and exit code are what counts. */
import { fileURLToPath } from "node:url";

/** Folder of deno.json. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What came back. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Starts a command that may write to one folder outside the project. */
export function start(args: readonly string[], { folder, env = {} }: Options): Deno.ChildProcess {
  const permissions = ["-P=run", "--allow-read", `--allow-write=${folder}`];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", ...permissions, `${ROOT}main.ts`, ...args],
    cwd: folder,
    env,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs a command to its end. */
export async function macronet(args: readonly string[], options: Options): Promise<Outcome> {
  return await ended(start(args, options));
}

/** What a process said by the time it ended. */
export async function ended(process: Deno.ChildProcess): Promise<Outcome> {
  const [{ code }, out, err] = await Promise.all([
    process.status,
    text(process.stdout),
    text(process.stderr),
  ]);
  return { code, out, err };
}

/** What a process said after it was told to stop, as soon as its output matched. */
export async function interrupted(process: Deno.ChildProcess, at: RegExp): Promise<Outcome> {
  const onText = (said: string, done: () => void) => {
    if (!at.test(said)) return;
    process.kill("SIGINT");
    done();
  };
  const [{ code }, out, err] = await Promise.all([
    process.status,
    text(process.stdout, onText),
    text(process.stderr),
  ]);
  return { code, out, err };
}

async function text(
  stream: ReadableStream<Uint8Array>,
  onText?: (said: string, done: () => void) => void,
): Promise<string> {
  let said = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    said += chunk;
    onText?.(said, () => onText = undefined);
  }
  return said;
}

/** The JSON lines of a command. */
// deno-lint-ignore no-explicit-any
export function jsonLines(text: string): any[] {
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** A folder for one test. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "macronet-" }));
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface Options {
  readonly folder: string;
  readonly env?: Record<string, string>;
}
