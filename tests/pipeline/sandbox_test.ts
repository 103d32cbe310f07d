import assert from "node:assert/strict";
import { graph } from "../../pipeline/mod.ts";
import { counting, root, run, toy, withFolder } from "./toy/mod.ts";

const attempts = [
  "write",
  "write over its own code",
  "remove",
  "rename",
  "chmod",
  "read",
  "list",
  "look at",
  "read through a link in its scratch",
  "write through a link in its scratch",
  "climb out of its scratch",
  "connect",
  "fetch",
  "import code",
  "environment",
  "host name",
  "run",
  "foreign functions",
  "a worker that may more",
];
for (const how of attempts) {
  Deno.test(`a stage cannot get out of its sandbox, and fails loudly: ${how}`, () =>
    withFolder(async (folder) => {
      const artifacts = `${folder}/store`;
      await Deno.writeTextFile(`${folder}/victim`, "x");
      const escape = { id: "escape", module: toy("escape"), params: { how, path: `${folder}/victim` } };
      const result = await run(graph([escape]), { artifacts });
      assert.match(
        result.failures[0]?.message ?? "",
        /a stage may read its code and inputs and write to its/,
      );
      assert.doesNotMatch(result.failures[0].message, /run again/);
      assert.equal(await Deno.readTextFile(`${folder}/victim`), "x");
      assert.deepEqual([...Deno.readDirSync(`${artifacts}/scratch`)], [], "nothing is left of its scratch");
    }));
}

Deno.test("a stage cannot read the project, nor what another stage made unless it is its input", () =>
  withFolder(async (artifacts) => {
    const { stages } = await run(graph(counting()), { artifacts });
    const { digest } = stages[0].artifacts[0];
    for (
      const path of [
        `${root}/README.md`,
        `${artifacts}/count/part-0.txt`,
        `${artifacts}/objects/${digest.slice(0, 2)}/${digest}`,
      ]
    ) {
      const escape = { id: "escape", module: toy("escape"), params: { how: "read", path } };
      assert.match((await run(graph([escape]), { artifacts })).failures[0].message, /Requires read access/);
    }
  }));

Deno.test("each unit finds an empty scratch folder of its own, and leaves none", () =>
  withFolder(async (artifacts) => {
    const stage = { id: "large", module: toy("scratch"), params: {}, shards: 4 };
    assert.ok((await run(graph([stage]), { artifacts })).ok);
    for (let shard = 0; shard < 4; shard++) {
      assert.equal(await Deno.readTextFile(`${artifacts}/large/${shard}`), `0 found, ${shard} kept`);
    }
    assert.deepEqual([...Deno.readDirSync(`${artifacts}/scratch`)], []);
  }));
