/**
 * Stores of other versions: a newer one is left alone with a clear error, an older one is read.
 *
 * `fixtures/store-1/` is a store as an early version wrote it, with no `store.json` yet; `counting()` made it. If a
 * test here fails, stores that people have are no longer read: raise the version in `store_version.ts` or `record.ts`,
 * and keep the fixture for the error.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { codeDigester } from "../../pipeline/code_digest.ts";
import { layout } from "../../pipeline/layout.ts";
import { graph, openArtifacts, plan } from "../../pipeline/mod.ts";
import { macronet } from "../commands/cli.ts";
import { counting, outputs, root, run, withFolder } from "../pipeline/toy/mod.ts";
import { assertIntact, files } from "./store_state.ts";

const FIXTURE = fileURLToPath(import.meta.resolve("./fixtures/store-1"));
const toyGraph = graph(counting());

/** The code of the toy stages when the fixture was written: what is done with a store does not hang on it. */
const CODE: Record<string, string> = {
  count: "d19c312a8ab8fe29b5b3de2fbb199d193ee0bada1e51cfe3d0ffb5fe314934a1",
  sum: "84db9bd067cbb4987ee190c28e9cc27d7e3caa68cfde8f167fbc6c6cea68564c",
};
const asOfThen: ReturnType<typeof codeDigester> = {
  digest: ({ id }) => ({
    digest: CODE[id],
    module: "",
    uses: {},
    ingredients: {},
    reaches: {},
    outlines: () => ({}),
  }),
};

function withOldStore(body: (artifacts: string) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    for (const path of files(FIXTURE)) {
      const to = `${folder}${path.slice(FIXTURE.length)}`;
      await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
      await Deno.copyFile(path, to);
    }
    await body(folder);
  });
}

Deno.test("an older store is read: every unit is found, every object is whole", () =>
  withOldStore(async (artifacts) => {
    const plans = plan(toyGraph, { root, artifacts, digester: asOfThen });
    assertEquals(plans.map(({ state }) => state), ["done", "done"]);
    const bytes = await openArtifacts(plans[1], artifacts).read("sum.txt");
    assertEquals(new TextDecoder().decode(bytes), "6");
  }));

Deno.test("an older store is worked on, and says its version then", () =>
  withOldStore(async (artifacts) => {
    const then = plan(toyGraph, { root, artifacts, digester: asOfThen });
    const now = await run(toyGraph, { artifacts });
    assert(now.ok);
    assertEquals(outputs(now), Object.fromEntries(then.map(({ stage, output }) => [stage.id, output])));
    assertEquals(JSON.parse(await Deno.readTextFile(layout(artifacts).version)), { type: "store/1" });
    assertIntact(artifacts);
  }));

/** Every file and its text. */
const stateOf = (folder: string) =>
  [...files(folder)].sort().map((path) => [path, Deno.readTextFileSync(path)]);

Deno.test("a newer store is refused by a run and a plan, and not touched", () =>
  withFolder(async (artifacts) => {
    await run(toyGraph, { artifacts });
    await Deno.writeTextFile(layout(artifacts).version, '{ "type": "store/2" }\n');
    const before = stateOf(artifacts);
    const { message } = await assertRejects(() => run(toyGraph, { artifacts }), Error);
    assertEquals(
      message,
      `Cannot use the store ${artifacts}: it must be of store/1, but is of store/2; ` +
        "use the version that wrote it, or another --artifacts folder",
    );
    await assertRejects(
      async () => await Promise.try(() => plan(toyGraph, { root, artifacts })),
      Error,
      message,
    );
    assertEquals(stateOf(artifacts), before);
  }));

Deno.test("a record of a newer version is refused by a run, and nothing is touched", () =>
  withFolder(async (artifacts) => {
    const { stages } = await run(toyGraph, { artifacts });
    const path = layout(artifacts).record(stages[1].keys[0]);
    await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace("record/1", "record/2"));
    const before = stateOf(artifacts);
    await assertRejects(() => run(toyGraph, { artifacts }), Error, "must be of record/1, but is of record/2");
    assertEquals(stateOf(artifacts), before);
  }));

Deno.test("the command line says so of a newer store in one line", () =>
  withFolder(async (folder) => {
    const store = layout(`${folder}/store`);
    await Deno.mkdir(store.artifacts);
    await Deno.writeTextFile(store.version, '{ "type": "store/2" }');
    for (const command of ["run", "status"]) {
      const { code, out, err } = await macronet([command, "linear/simulate", "--artifacts", "store"], {
        folder,
      });
      assertEquals(
        err,
        `error: Cannot use the store ${folder}/store: it must be of store/1, but is of store/2; ` +
          "use the version that wrote it, or another --artifacts folder\n",
      );
      assertEquals([code, out], [1, ""]);
    }
    assertEquals([...files(folder)], [store.version]);
  }));
