import { deepStrictEqual, match } from "node:assert/strict";
import { fileURLToPath } from "node:url";

const [MEGABYTE, GIGABYTE] = [2 ** 20, 2 ** 30];

Deno.test("allocations that have no room throw, whoever makes them, and write nothing; then all goes on", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", fileURLToPath(new URL("full_memory.ts", import.meta.url))],
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  deepStrictEqual(code, 0, err);
  const { megabytes, unharmed, errors, sum } = JSON.parse(out);
  deepStrictEqual(megabytes, 4096 - 64); // all but the last, which is partly tfjs's own
  deepStrictEqual(unharmed, true);
  deepStrictEqual(
    errors.map(({ bytes }: { bytes: number }) => bytes),
    [64 * MEGABYTE, 64 * MEGABYTE, 128 * MEGABYTE, 4 * GIGABYTE + 64],
  );
  for (const { message } of errors) {
    match(
      message,
      /^Cannot allocate \d+ bytes for tensors: they must fit into the 4 GB of WebAssembly, but beside \d+ bytes /,
    );
  }
  deepStrictEqual(sum, [(2 + 3 + 4) * 7]);
});
