/**
 * The same weights on arm64: a small training gives the same bytes in two processes here, and on Deno's own arm64 build
 * under emulation. That loads all that the program is made of: V8's compiler for arm64, tfjs and its WebAssembly, and
 * our kernels.
 *
 * `bash tests/conformance/arm64_setup.sh` fetches what the emulation needs. Skipped where it is missing, but in CI,
 * where it must be there.
 */
import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { TrainingDigest } from "./train_digest.ts";
import { sayWhatIsMissing } from "../skipped.ts";

/** The emulated run took 69 s on two cores; the others 2 s each. */
const STEPS = 60;

const decoder = new TextDecoder();
const setup = fileURLToPath(new URL("./arm64_setup.sh", import.meta.url));
const program = fileURLToPath(new URL("./train_digest.ts", import.meta.url));

/** The command that runs Deno for arm64, or the line that says what it lacks. */
async function arm64Command(): Promise<{ command?: string; problem: string }> {
  const { success, stdout, stderr } = await new Deno.Command("bash", { args: [setup, "--check"] }).output();
  if (success) return { command: decoder.decode(stdout).trim(), problem: "" };
  return { problem: `${decoder.decode(stderr).trim()}; bash tests/conformance/arm64_setup.sh` };
}

async function train(command: string, threads = 1): Promise<TrainingDigest> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [
      "run",
      "-q",
      "--cached-only",
      "--no-check",
      "--no-code-cache",
      "--allow-read",
      program,
      `${STEPS}`,
      `${threads}`,
    ],
  }).output();
  assert(success, decoder.decode(stderr));
  return JSON.parse(decoder.decode(stdout));
}

const here = train(Deno.execPath());
const { command, problem } = await arm64Command();
const isSkipped = command === undefined && Deno.env.get("CI") !== "true";
if (isSkipped) sayWhatIsMissing(`arm64 skipped: ${problem}`);

Deno.test("a training gives the same weights and losses in another process on two threads, learns, and is of our kernels", async () => {
  const first = await here;
  assertEquals(await train(Deno.execPath(), 2), first);
  assertEquals([first.steps, first.native], [STEPS, true]);
  assert(first.last < first.first - 1, `the loss goes from ${first.first} to ${first.last}`);
});

Deno.test({
  name: "a training gives the same weights and losses on arm64",
  ignore: isSkipped,
  fn: async () => {
    assert(command !== undefined, problem);
    assertEquals(await train(command), { ...await here, arch: "aarch64" });
  },
});
