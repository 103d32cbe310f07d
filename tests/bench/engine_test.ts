import { deepStrictEqual, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { sayWhatIsMissing } from "../skipped.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs `bench/main.ts engine` in a process of its own, small. */
async function bench(args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=bench", "bench/main.ts", "engine", "--json", "--quick", ...args],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  deepStrictEqual(code, 0, error);
  return JSON.parse(out);
}

const hasPeers = await (async () => {
  try {
    const command = new Deno.Command("/usr/bin/python3", {
      args: ["-c", "import doit, snakemake"],
      stderr: "null",
    });
    return (await command.output()).success;
  } catch {
    return false;
  }
})();
const isSkipped = !hasPeers && Deno.env.get("CI") !== "true";
if (isSkipped) {
  sayWhatIsMissing("engine bench skipped: missing doit or snakemake; bash bench/peers/install.sh");
}

Deno.test({
  name: "bench engine: doit, Snakemake and we make the same, and all keys are there",
  ignore: isSkipped,
  fn: async () => {
    const { ratios, aside } = await bench([]);
    deepStrictEqual(Object.keys(ratios), [
      "noop_vs_doit",
      "noop_vs_snakemake",
      "noop_10000_s",
      "overhead_per_shard_ms",
      "store_put_share",
      "store_get_share",
    ]);
    for (const [key, value] of Object.entries(ratios)) ok(value as number > 0, `${key} is ${value}`);
    ok(aside.noop_10000_mb > 10 && aside.noop_10000_mb < 400, `${aside.noop_10000_mb} MB`);
  },
});

Deno.test({
  name: "bench engine --growth: a run and nothing to do at each size",
  ignore: isSkipped,
  fn: async () => {
    const { growth } = await bench(["--growth"]);
    deepStrictEqual(growth.map(({ shards }: { shards: number }) => shards), [10, 20]);
    ok(growth.every(({ run, noop }: { run: number; noop: number }) => run > noop && noop > 0));
  },
});
