import { deepStrictEqual, match, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { TrainingResult } from "../../bench/training.ts";
import { sayWhatIsMissing } from "../skipped.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs `bench/main.ts training` in a process of its own. */
async function bench(args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=bench", "bench/main.ts", "training", ...args],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, error };
}

const hasTorch = await (async () => {
  try {
    const command = new Deno.Command("/usr/bin/python3", { args: ["-c", "import torch"], stderr: "null" });
    return (await command.output()).success;
  } catch {
    return false;
  }
})();
const isSkipped = !hasTorch && Deno.env.get("CI") !== "true";
if (isSkipped) sayWhatIsMissing("training bench skipped: missing python3-torch; bash bench/peers/install.sh");

Deno.test({
  name: "bench training: PyTorch, stock tfjs and we do the same work, and all keys are there",
  ignore: isSkipped,
  fn: async () => {
    const only = "oscillator_1t,turing_1t,linear_2t,stock_tfjs";
    const { code, out, error } = await bench(["--json", "--quick", "--only", only]);
    deepStrictEqual(code, 0, error);
    const { ratios, aside, medians, matches, limit, commands } = JSON.parse(out) as TrainingResult;
    deepStrictEqual(Object.keys(ratios), only.split(","));
    ok(
      Object.values(ratios).every((ratio) => ratio > 0) && Object.values(medians).every((ratio) => ratio > 0),
    );
    deepStrictEqual(Object.keys(aside), ["oscillator_1t", "turing_1t", "linear_2t"]);
    ok(limit > 1, `${limit} gigaflops`);
    deepStrictEqual(Object.keys(commands), ["ours", "torch", "torch_by_hand", "stock"]);
    deepStrictEqual(Object.keys(matches.oscillator_1t.trainers), ["ours", "torch", "torch_by_hand", "stock"]);
    for (const { lossDifference, trainers, limitShare } of Object.values(matches)) {
      ok(lossDifference < 1e-4, `losses are ${lossDifference} apart`);
      ok(limitShare > 0 && limitShare < 1);
      const [first, , last] = trainers.ours!.losses;
      // Four steps into the warm-up a loss is another, not yet a lower one.
      ok(Number.isFinite(last) && last !== first, `the loss goes from ${first} to ${last}`);
    }
  },
});

Deno.test("bench training: an unknown name is refused with those there are", async () => {
  const { code, error } = await bench(["--only", "rings"]);
  deepStrictEqual(code, 1);
  match(
    error,
    /Cannot measure "rings": it must be one of oscillator_1t, linear_1t, turing_1t, oscillator_2t/,
  );
});
