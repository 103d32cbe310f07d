/** `verify` as a user calls it, on a store of the smoke profile that is changed behind its back. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { writeSafetensors } from "../../macronet/weights.ts";
import { readSafetensors } from "../../macronet/weights.ts";
import { canonicalPixels, decodePng, encodePng } from "../../stages/formats/png.ts";
import { forge } from "../forge.ts";
import { interrupted, jsonLines, macronet, start, withFolder } from "./cli.ts";

const STORED = ["--profile", "smoke", "--artifacts", "store"];

/** Key of the one unit of a stage, from its record. */
async function keyOf(store: string, stage: string): Promise<string> {
  for await (const { name } of Deno.readDir(`${store}/records`)) {
    if (!/^[0-9a-f]{64}\.json$/.test(name)) continue;
    const { record } = JSON.parse(await Deno.readTextFile(`${store}/records/${name}`));
    if (record.stage === stage) return name.slice(0, 64);
  }
  throw new Error(`Cannot find a record of ${stage}`);
}

const scratch = (folder: string) => [...Deno.readDirSync(`${folder}/store/scratch`)];

Deno.test("macronet verify: passes what is as it was made, and names array, element, path and pixel of what is not", () =>
  withFolder(async (folder) => {
    const verify = (...args: string[]) => macronet(["verify", ...args, ...STORED], { folder });
    const early = await verify("linear/train");
    assertEquals(early.code, 1);
    assertMatch(
      early.err,
      /it must be in the store .* but is not; deno task macronet run linear\/train --profile/,
    );

    await macronet(["run", "linear/render", ...STORED], { folder });
    const first = await verify("linear/evaluate", "--recompute", "2", "--seed", "3", "--json");
    assertEquals(first.code, 0, first.err);
    const summary = jsonLines(first.out).at(-1);
    assertEquals([summary.ok, summary.recomputed, summary.seed, summary.lock.differences], [true, 2, 3, []]);
    assertEquals(scratch(folder), []);
    const plain = await verify("linear/cache");
    assertEquals([plain.code, plain.err], [0, ""]);
    assertMatch(plain.out, /linear\/cache +1 of 1 unit +identical to the lock\n/);
    assertStringIncludes(
      plain.out,
      "Not checked: whether this machine gives the bytes of the other 3 units again.",
    );

    const { store } = { store: `${folder}/store` };
    // From the end of the graph to its beginning: behind a forged stage nothing is in the store any more.
    const forged = async (stage: string, change: Parameters<typeof forge>[1], expected: RegExp) => {
      await forge(store, { ...change, key: await keyOf(store, stage) });
      const { code, out } = await verify(stage, "--stage", stage);
      assertEquals(code, 1);
      assertMatch(out, expected);
      assertMatch(out, /The lock agrees with what was recomputed: the store was changed\./);
      assertMatch(out, new RegExp(`They differ from stage ${stage} on`));
      assertEquals(scratch(folder), []);
    };
    await forged("linear/render", {
      key: "",
      name: "4b.png",
      identity: (bytes) => canonicalPixels(decodePng(bytes)),
      change: (bytes) => {
        const picture = decodePng(bytes);
        picture.rgba[4 * (picture.width + 2) + 1] ^= 1;
        return encodePng(picture);
      },
    }, /4b\.png pixel \(2, 1\), green: stored 254, recomputed 255; 1 of \d+ pixels differs, by at most 1\n/);
    await forged(
      "linear/evaluate",
      {
        key: "",
        name: "metrics.json",
        change: (bytes) => {
          const metrics = JSON.parse(new TextDecoder().decode(bytes));
          metrics.mutual_information_nats.value += 0.5;
          return new TextEncoder().encode(JSON.stringify(metrics, null, 2) + "\n");
        },
      },
      /metrics\.json mutual_information_nats\.value: stored 0\.\d+, recomputed 0\.\d+; 1 of \d+ values differs, by at most 0\.5/,
    );
    await forged(
      "linear/train",
      {
        key: "",
        name: "model.safetensors",
        change: (bytes) => {
          const { tensors, metadata } = readSafetensors(bytes);
          const [tensor] = Object.values(tensors).filter(({ data }) => data instanceof Float32Array);
          tensor.data[3] = 0.5;
          return writeSafetensors(tensors, metadata);
        },
      },
      /model\.safetensors \S+ \[[\d, ]+\]: stored 0\.5 \(0x3f000000\), recomputed \S+ \(0x[0-9a-f]{8}\); 1 of \d+ elements differs/,
    );
    await forged(
      "linear/cache",
      {
        key: "",
        name: "dataset.zarr/test/u/c/0/0/0",
        change: (bytes) => void new Float32Array(bytes.buffer).fill(7, 1, 2),
      },
      /dataset\.zarr\/test\/u \[0, 0, 1\]: stored 7 \(0x40e00000\), recomputed \S+ \(0x[0-9a-f]{8}\); 1 of \d+ elements differs/,
    );
  }));

Deno.test("macronet verify: stopped by Ctrl-C it says 130, and leaves the store as it was", () =>
  withFolder(async (folder) => {
    await macronet(["run", "linear/train", ...STORED], { folder });
    const process = start(["verify", "linear/train", "--stage", "train", "--json", ...STORED], { folder });
    const { code, out } = await interrupted(process, /"unit-start"/);
    assertEquals(code, 130);
    assertEquals(jsonLines(out).at(-1).aborted, true);
    assertEquals(scratch(folder), []);
    assertEquals((await macronet(["verify", "linear/train", ...STORED], { folder })).code, 0);
  }));

Deno.test("macronet verify: refuses a wrong call before anything is touched", () =>
  withFolder(async (folder) => {
    for (
      const [args, message] of [
        [["--recompute", "0"], /--recompute 0: it must be a whole number from 1 on, or "all"/],
        [["--seed", "7"], /--seed: it must choose what --recompute computes/],
        [["--stage", "linear\/trian"], /did you mean "linear\/train"/],
        [["linear", "--stage", "turing/train"], /Cannot choose stage "turing\/train": there is none/],
      ] as const
    ) {
      const { code, err } = await macronet(["verify", ...args, ...STORED], { folder });
      assertEquals(code, 2);
      assertMatch(err, message);
    }
    assert([...Deno.readDirSync(folder)].length === 0);
  }));
