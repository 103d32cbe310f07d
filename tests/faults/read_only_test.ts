/**
 * A store that may only be read, on a disk that takes nothing: whatever reads works, whatever writes says so in one
 * line, and not a file is touched.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { macronet, withFolder } from "../commands/cli.ts";
import { ROOMY, withoutDisks as ignore, withSmallDisk } from "./small_disk.ts";
import { assertIntact, files } from "./store_state.ts";

const STAGE = ["linear/cache", "--profile", "smoke"];

Deno.test({
  name: "a read-only store can be looked at and exported from, and refuses a run in one line",
  ignore,
  fn: () =>
    withSmallDisk(ROOMY, ({ folder: disk, protect }) =>
      withFolder(async (folder) => {
        const store = `${disk}/store`;
        const here = [...STAGE, "--artifacts", store];
        assertEquals((await macronet(["run", ...here], { folder: disk })).code, 0);
        // As a copy that lost its dates: whoever looks hashes, and cannot put the date back.
        for (const object of [...files(`${store}/objects`)].slice(0, 3)) Deno.utimeSync(object, 5, 5);
        await protect();
        const before = stateOf(store);

        for (const rehash of [[], ["--rehash"]]) {
          const status = await macronet(["status", ...here, ...rehash], { folder });
          assertMatch(status.out, /\n2 of 2 stages done; nothing to run\.\n$/);
          assertEquals([status.code, status.err], [0, ""]);
        }
        const graph = await macronet(["graph", "--state", ...here], { folder });
        assertMatch(graph.out, /linear\/cache<br>done"\]:::done/);
        assertEquals([graph.code, graph.err], [0, ""]);
        const planned = await macronet(["run", "--dry-run", ...here], { folder });
        assertMatch(planned.out, /\n2 of 2 stages done; nothing to run\.\n$/);
        const exported = await macronet(["export", ...here, "--to", "out"], { folder });
        assertEquals([exported.code, exported.err], [0, ""]);
        assertEquals([...files(`${folder}/out`)].length, 9);

        for (const more of [[], ["--set", "linear.cache.validationShare=0.03"]]) {
          const run = await macronet(["run", ...here, ...more], { folder: disk });
          assertEquals(
            run.err,
            `error: Cannot use the store ${store}: it must be writable and have room, ` +
              "but Read-only file system (os error 30); choose another --artifacts folder, or only look at this one\n",
          );
          assertEquals([run.code, run.out], [1, ""]);
        }
        const within = await macronet(["export", ...here], { folder: disk });
        assertMatch(
          within.err,
          /^error: Cannot store [^\n]+\.npy: Read-only file system \(os error 30\)\. Make room there, or choose another --to folder\n$/,
        );
        assertEquals([within.code, within.out], [1, ""]);
        assertEquals(stateOf(store), before);
        assertIntact(store);
      })),
});

/** Path, size and date of every file. */
function stateOf(folder: string): string[] {
  return [...files(folder)].sort().map((path) => {
    const { size, mtime } = Deno.statSync(path);
    return `${path} ${size} ${mtime!.getTime()}`;
  });
}
