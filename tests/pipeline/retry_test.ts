import assert from "node:assert/strict";
import { retrying } from "../../pipeline/retry.ts";

async function triesOf(error: Error): Promise<number> {
  let tries = 0;
  await assert.rejects(
    retrying(() => {
      tries++;
      return Promise.reject(error);
    }),
    (thrown) => thrown === error,
  );
  return tries;
}

Deno.test("retrying() gives up after four tries, and throws what it met", async () => {
  assert.equal(await triesOf(new Deno.errors.Busy("for ever")), 4);
  assert.equal(await triesOf(Object.assign(new Error("stale handle"), { code: "ESTALE" })), 4);
});

Deno.test("retrying() does not try again what would fail again", async () => {
  for (const error of [new Error("full"), new TypeError("wrong"), new Deno.errors.NotFound("gone")]) {
    assert.equal(await triesOf(error), 1);
  }
});
