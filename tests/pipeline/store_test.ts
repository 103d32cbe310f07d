import assert from "node:assert/strict";
import { sha256 } from "../../pipeline/canonical.ts";
import { layout } from "../../pipeline/layout.ts";
import { openSession } from "../../pipeline/session.ts";
import { putObject, readObject } from "../../pipeline/store.ts";
import { withFolder } from "./toy/mod.ts";

Deno.test("putObject: bytes hashed while they are written lie where their digest says, once, and nothing else", () =>
  withFolder(async (artifacts) => {
    const places = layout(artifacts);
    const session = openSession(places);
    const bytes = new Uint8Array((8 << 20) + 1).map((_, i) => i % 251);
    const digest = await putObject(bytes, { layout: places, session });
    assert.equal(digest, sha256(bytes));
    const { ino } = Deno.statSync(places.object(digest));
    assert.equal(await putObject(bytes, { layout: places, session }), digest);
    assert.equal(Deno.statSync(places.object(digest)).ino, ino, "not written again");
    assert.deepEqual([...Deno.readDirSync(`${artifacts}/objects/00`)], []);
    assert.equal(sha256(readObject(digest, places)), digest);
    session.close();
  }));
