import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";

for (const [batch, parts] of [[5000, 1], [16384, 4]]) {
  Deno.test(`fit on a batch of ${batch} in ${parts} parts that has no room says which fits, and that does`, async () => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        fileURLToPath(new URL("too_large_batch.ts", import.meta.url)),
        `${batch}`,
        `${parts}`,
      ],
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(code, 0, err);
    const { said, advised, twice, left } = JSON.parse(out);
    const advice = `Cannot train on: a batch of ${batch} rows must fit into the 4 GB of WebAssembly, ` +
      "but needs more; train.batch = ";
    assertEquals(said.slice(0, advice.length), advice);
    assertEquals(advised, "trained 2 steps");
    assertMatch(twice, /^Cannot train on: /); // or less would have been advised than fits
    assertEquals(left, 0);
  });
}
