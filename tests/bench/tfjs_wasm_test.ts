import { assert, assertEquals } from "@std/assert";
import { ROOT } from "../commands/cli.ts";

Deno.test("bench tfjs_wasm: does the work of the stock kernels, and says the time of those that tfjs has not", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "-P=bench", `${ROOT}bench/main.ts`, "tfjs_wasm", "--quick", "--json"],
    cwd: ROOT,
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const { results } = JSON.parse(new TextDecoder().decode(stdout));
  for (const { name, milliseconds: { ours, stock }, difference } of results) {
    assert(ours > 0, name);
    const isMissing = /BackpropFilter/.test(name);
    assertEquals(stock === undefined, isMissing, name);
    assertEquals(difference === undefined, isMissing, name);
  }
});
