import assert from "node:assert/strict";
import { graph } from "../../pipeline/mod.ts";
import { misbehaving, run, withFolder } from "./toy/mod.ts";

Deno.test("context.write() copies what it cannot move: a part of a buffer, the memory of a WASM module", () =>
  withFolder(async (artifacts) => {
    const result = await run(graph([misbehaving("view"), misbehaving("memory")]), { artifacts });
    assert.ok(result.ok, result.failures[0]?.message);
    assert.deepEqual(await Deno.readFile(`${artifacts}/view/x`), new Uint8Array([2, 3]));
    assert.deepEqual(await Deno.readFile(`${artifacts}/view/y`), new Uint8Array([1, 2, 3, 4]));
    assert.equal((await Deno.stat(`${artifacts}/memory/x`)).size, 65536);
  }));
