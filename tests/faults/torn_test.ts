/** Files of a store that are cut short, nonsense or gone, all but its objects: nothing that a run gives depends on it. */
import { assert, assertEquals } from "@std/assert";
import { graph } from "../../pipeline/mod.ts";
import { counting, only, outputs, run, withFolder } from "../pipeline/toy/mod.ts";
import { overwrite } from "./harm.ts";
import { assertIntact, files } from "./store_state.ts";

const toyGraph = graph(counting());
const UNITS = ["count 0", "count 1", "count 2", "sum null"];

const harms: [name: string, harm: (bytes: Uint8Array) => Uint8Array][] = [
  ["cut in half", (bytes) => bytes.slice(0, bytes.length / 2)],
  ["empty", () => new Uint8Array()],
  ["nonsense", (bytes) => bytes.map((byte) => byte ^ 0xff)],
];

/** Files that a run reads or adds to, and how many units run again without them. */
const manifests: [what: string, which: RegExp, executed: number][] = [
  ["every record", /\/records\/[0-9a-f]{64}\.json$/, 4],
  ["every file of a code digest", /\/records\/code\//, 0],
  ["every measured time", /\.time\.json$/, 0],
  ["what is known of the code", /\/cache\//, 0],
  ["the log of the run", /\/runs\//, 0],
  ["the version of the store", /\/store\.json$/, 0],
];

for (const [what, which, executed] of manifests) {
  for (const [name, harm] of harms) {
    Deno.test(`${what} is ${name}: ${executed} units run, with the same bytes`, () =>
      withFolder(async (artifacts) => {
        const first = await run(toyGraph, { artifacts });
        const harmed = [...files(artifacts)].filter((path) => which.test(path));
        assert(harmed.length > 0);
        for (const path of harmed) overwrite(path, harm);

        const second = await run(toyGraph, { artifacts });
        assert(second.ok);
        assertEquals(second.executed, executed);
        // What waits for an input is looked up when that is made again; each is named then.
        assertEquals(only(second.events, "broken").map(({ what }) => what), Array(executed).fill("record"));
        assertEquals(outputs(second), outputs(first));
        // What only tells how a unit came about is written with the unit, not when that is reused.
        if (executed === 0) { for (const path of harmed) Deno.removeSync(path); }
        assertEquals(assertIntact(artifacts), UNITS);
        assertEquals((await run(toyGraph, { artifacts })).executed, 0);
      }));
  }
}

Deno.test("the files of a code digest that were cut short are written again with the next unit", () =>
  withFolder(async (artifacts) => {
    await run(toyGraph, { artifacts });
    const codes = [...files(`${artifacts}/records/code`)];
    const whole = codes.map((path) => Deno.readTextFileSync(path));
    for (const path of codes) overwrite(path, (bytes) => bytes.slice(0, 40));
    await run(graph(counting({ from: 5 })), { artifacts });
    assertEquals(codes.map((path) => Deno.readTextFileSync(path)), whole);
  }));

for (const folder of ["objects", "records", "records/code", "runs", "cache", "count", "sum"]) {
  Deno.test(`the folder ${folder} is gone: it is made again`, () =>
    withFolder(async (artifacts) => {
      const first = await run(toyGraph, { artifacts });
      await Deno.remove(`${artifacts}/${folder}`, { recursive: true });
      const second = await run(toyGraph, { artifacts });
      assertEquals(second.executed, ["objects", "records"].includes(folder) ? 4 : 0);
      assertEquals(outputs(second), outputs(first));
      assertEquals(assertIntact(artifacts), UNITS);
      assertEquals(await Deno.readTextFile(`${artifacts}/sum/sum.txt`), "6");
    }));
}
