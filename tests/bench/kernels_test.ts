/**
 * The bench of kernels at toy size: everybody does the same work, and everything is reported.
 *
 * Against all peers it needs gcc and Debian's numpy, numba and scipy. Skipped where they are missing, but in CI, where
 * the bench must find or install them.
 */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { digestOf, requireAgreement } from "../../bench/agreement.ts";
import { PYTHON } from "../../bench/peers.ts";
import { writeFields } from "../../bench/peers/serve.ts";
import { type Integrator, measureSize } from "../../bench/speed.ts";
import { initialState } from "../../kernels/gray_scott/mod.ts";
import { simulate as oracle } from "../../kernels/gray_scott/reference.ts";
import { MODELS } from "../../kernels/reaction_diffusion/mod.ts";
import { ROOT, withFolder } from "../commands/cli.ts";
import { sayWhatIsMissing } from "../skipped.ts";

async function bench(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "-P=bench", `${ROOT}bench/main.ts`, ...args],
    cwd: ROOT,
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

/** What the kernel must give, by its oracle. */
function expectedDigest({ seed, rule, sizes: { 64: { checkedSteps: steps } } }: {
  seed: number;
  rule: { Da: number; Db: number; F: number; k: number };
  sizes: Record<64, { checkedSteps: number }>;
}): string {
  const grid = { width: 64, height: 64 };
  const start = initialState({ ...grid, draw: { seed, purpose: "bench" } });
  const { a, b } = oracle({ ...grid, ...start, ...rule, steps });
  return digestOf(Float32Array.from([...a, ...b]));
}

Deno.test("bench kernels: measures against what npm brings, and gives the oracle's digest", async () => {
  const names = ["typescript", "tfjs_conv", "workers_2", "dataset_end_to_end"];
  const { code, out, err } = await bench("kernels", "--quick", "--json", "--peers", names.join(","));
  assertEquals(code, 0, err);
  const result = JSON.parse(out);
  assertEquals(result.digest, expectedDigest(result));
  assertEquals(Object.keys(result.ratios), names);
  assert(Object.values(result.ratios).every((ratio) => (ratio as number) > 0), out);
  assertEquals(result.sizes[128].results.typescript.difference, 0);
  assert(result.dataset.parts.kernel > 0);
});

const available = await Promise.all([
  new Deno.Command("gcc", { args: ["--version"], stdout: "null" }).output().then(({ success }) => success),
  new Deno.Command(PYTHON, { args: ["-c", "import numpy, numba, scipy"], stderr: "null" }).output()
    .then(({ success }) => success),
]).then((found) => found.every(Boolean), () => false);
const isSkipped = !available && Deno.env.get("CI") !== "true";
if (isSkipped) sayWhatIsMissing("bench against all peers skipped: run bash bench/peers/install.sh");

Deno.test({
  name: "bench kernels: all peers do the same work, at every size",
  ignore: isSkipped,
  async fn() {
    const { code, out, err } = await bench("kernels", "--quick", "--json");
    assertEquals(code, 0, err);
    const { ratios, aside, sizes, commands } = JSON.parse(out);
    const promised = "gcc_O3 gcc_native_fastmath numpy numba scipy typescript tfjs_conv fadd_limit_share " +
      "workers_2 dataset_end_to_end";
    assertEquals(Object.keys(ratios).join(" "), promised);
    assertEquals(Object.keys(commands).sort(), Object.keys(sizes[64].results).sort());
    for (const exact of ["numpy", "numpy_flat", "typescript", "gcc_O3_folded", "gcc_lifted_128"]) {
      assertEquals(sizes[64].results[exact].difference, 0, exact);
    }
    assertEquals(Object.keys(aside).filter((name) => name in sizes[128].ratios), []);
  },
});

Deno.test("bench models: measures every model with both Laplacians, each giving fields of its own", async () => {
  const { code, out, err } = await bench("models", "--quick", "--json");
  assertEquals(code, 0, err);
  const { results } = JSON.parse(out) as { results: { name: string; megacells: number; digest: string }[] };
  assertEquals(results.length, 1 + 2 * MODELS.length);
  assertEquals(new Set(results.map(({ digest }) => digest)).size, results.length);
  assert(results.every(({ megacells }) => megacells > 0));
});

Deno.test("bench: names what there is to measure; refuses what there is not", async () => {
  for (const args of [[], ["kernel"]]) {
    const { code, err } = await bench(...args);
    assertEquals(code, 2);
    assert(err.includes("deno task bench kernels"), err);
  }
  const { code, err } = await bench("kernels", "--peers", "gcc");
  assertEquals(code, 1);
  assert(err.includes('Cannot measure against "gcc"'), err);
});

Deno.test("measureSize: a peer that did other work fails the bench, and so does one that gives NaN", () =>
  withFolder(async (folder) => {
    const peer = (name: string, value: number): Integrator => ({
      peer: { name, file: `${name}.ts`, what: name },
      run: (size, { steps, file }) => {
        const field = new Float32Array(size * size);
        if (file !== undefined) writeFields(file, { a: field.fill(value), b: field });
        return Promise.resolve(1e-6 * steps);
      },
    });
    const options = { size: 4, folder, rounds: 1, seconds: 1e-3 };
    const { ratios, results } = await measureSize([peer("ours", 0.5), peer("theirs", 0.50001)], options);
    assertEquals(ratios, { theirs: 1 });
    assert(results.theirs.difference! > 0);
    for (const wrong of [0.51, NaN]) {
      await assertRejects(
        () => measureSize([peer("ours", 0.5), peer("theirs", wrong)], options),
        Error,
        "Cannot compare with theirs",
      );
    }
  }));

Deno.test("requireAgreement: other bits fail where the same are promised, even those of −0", () => {
  const ours = Float32Array.of(0, 1), theirs = Float32Array.of(-0, 1);
  assertThrows(() => requireAgreement("c", { ours, theirs, isExact: true }), Error, "the kernel's bits");
  assertEquals(requireAgreement("c", { ours, theirs, isExact: false }), 0);
  assertThrows(() => requireAgreement("c", { ours, theirs: theirs.slice(1), isExact: false }));
});
