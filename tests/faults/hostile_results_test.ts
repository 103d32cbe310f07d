/** What stages hand to stages, and to `export`: summaries, tables, training records, models. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { matrix } from "../../macronet/matrix.ts";
import { writeSafetensors } from "../../macronet/weights.ts";
import { codeDigester } from "../../pipeline/code_digest.ts";
import { CodeScans } from "../../pipeline/code_scan.ts";
import { outputDigest } from "../../pipeline/key.ts";
import { layout } from "../../pipeline/layout.ts";
import { graph, parseLock, type Stage } from "../../pipeline/mod.ts";
import { writeRecord } from "../../pipeline/record.ts";
import { openSession } from "../../pipeline/session.ts";
import { putObject } from "../../pipeline/store.ts";
import { zarrFiles } from "../../stages/formats/zarr.ts";
import { stages } from "../../stages/graph.ts";
import { architectureOf, readModel } from "../../stages/model.ts";
import { parseSummary } from "../../stages/summary.ts";
import { readTables, writeTables } from "../../stages/tables.ts";
import { readTrainingMetrics, writeTrainingMetrics } from "../../stages/training_metrics.ts";
import { system as linear } from "../../systems/linear.ts";
import type { System } from "../../systems/system.ts";
import { macronet, ROOT, withFolder } from "../commands/cli.ts";
import { testReader } from "./hostile.ts";
import { changedBytes, encode, jsonTexts } from "./hostile_inputs.ts";
import { files } from "./store_state.ts";

const scales = { mean: [0, 1], deviation: [1, 2] };
const summary = {
  counts: { train: 8, validation: 1, test: 1 },
  rejected: 2,
  columns: ["u", "v", "time"],
  steps: { computed: 5, asked: 9 },
  normalisation: { u: scales, v: scales },
};
const group = (attributes: unknown) => ({ zarr_format: 3, node_type: "group", attributes });

testReader("summaries of data sets", {
  inputs: jsonTexts(group(summary)),
  read: (text) => JSON.parse(JSON.stringify(parseSummary(text, "zarr.json"))),
  again: (summary) => parseSummary(JSON.stringify(group(summary)), "zarr.json"),
  check: ({ columns, counts }) => {
    for (const column of columns) assertMatch(column, /^\w[\w-]*$/);
    assert(counts.train >= 0);
  },
});

const tables = writeTables({
  u: matrix(Float32Array.of(1, 2, 3, 4), 2),
  v: matrix(new Float32Array(), 3),
});
const others = writeSafetensors({
  u: { shape: [2], data: Float32Array.of(1, 2) },
  v: { shape: [1, 1], data: Uint8Array.of(1) },
});

testReader("tables", {
  inputs: changedBytes(tables, tables, others),
  read: readTables,
  again: (columns) => readTables(writeTables(columns)),
});

const loss = { total: 0.5, prediction: -1, distributionU: 2, distributionV: 3, macroVariance: 4 };
const record = { step: 0, train: loss, validation: loss, roundTrip: 1e-7 };

testReader("records of a training", {
  inputs: fc.oneof(
    jsonTexts(record).map((line) => encode(`${JSON.stringify(record)}\n${line.replaceAll("\n", " ")}\n`)),
    changedBytes(writeTrainingMetrics([record, { ...record, step: 7 }])),
  ),
  read: (bytes) =>
    readTrainingMetrics(bytes).map(({ step, train: { total }, roundTrip }) => ({ step, total, roundTrip })),
  check: (records) => {
    for (const numbers of records) {
      for (const number of Object.values(numbers)) assertEquals(typeof number, "number");
    }
  },
});

const system = linear as unknown as System;
const { physics, network } = system.profiles.smoke;
const architecture = { physics, network, seed: 1 };

testReader("architectures of models", {
  inputs: fc.oneof(
    jsonTexts(architecture).map((text) => writeSafetensors({}, { architecture: text })),
    changedBytes(writeSafetensors({}, { architecture: JSON.stringify(architecture) })),
  ),
  read: (bytes) => JSON.stringify(architectureOf(bytes)),
  again: (text) => JSON.stringify(architectureOf(writeSafetensors({}, { architecture: text }))),
});

Deno.test("readModel: arrays that are missing, of another shape or type, or no model at all", () => {
  const unit = (name: "u" | "v") => {
    const size = system.shapes(physics)[name].reduce((product, side) => product * side, 1);
    return { shape: [2, size], data: new Float32Array(2 * size).fill(1) };
  };
  const normalisation = { "normalisation.u": unit("u"), "normalisation.v": unit("v") };
  const text = JSON.stringify(architecture);
  const read = (tensors: Parameters<typeof writeSafetensors>[0], metadata = { architecture: text }) =>
    readModel(writeSafetensors(tensors, metadata), system);
  assertThrows(
    () => read({}),
    RangeError,
    '"normalisation.u" must be a matrix of float32, but there is none',
  );
  assertThrows(() => read(normalisation), RangeError, "of float32, but there is none");
  const { "normalisation.u": { shape, data } } = normalisation;
  const asDoubles = { ...normalisation, "normalisation.u": { shape, data: Float64Array.from(data) } };
  assertThrows(() => read(asDoubles), RangeError, "must be a matrix of float32, but is Float64Array");
  assertThrows(
    () => read({}, { architecture: "{}" }),
    RangeError,
    "its architecture must be JSON of physics, network",
  );
  assertThrows(() => readModel(encode("no model"), system), RangeError, "Cannot read safetensors");
});

/** A store in which a stage and all before it is done, with artifacts that nobody computed. Every digest in it holds. */
async function forgeStore(
  artifacts: string,
  wanted: string,
  made: (stage: Stage) => readonly { name: string; bytes: Uint8Array }[],
): Promise<void> {
  const places = layout(artifacts);
  const session = openSession(places);
  const digester = codeDigester(ROOT.replace(/\/$/, ""), new CodeScans());
  const outputs = new Map<string, string>();
  for (const stage of graph(stages({ profile: "smoke", systems: [wanted.split("/")[0]] })).stages) {
    const inputs = Object.fromEntries(
      Object.entries(stage.inputs ?? {}).map(([role, id]) => [role, outputs.get(id)!]),
    );
    const all = [];
    for (let shard = 0; shard < (stage.shards ?? 1); shard++) {
      const entries = [];
      for (const { name, bytes } of made(stage)) {
        const unique = stage.shards === undefined ? name : `${shard}-${name}`;
        entries.push({
          name: unique,
          digest: await putObject(bytes, { layout: places, session }),
          size: bytes.length,
        });
      }
      all.push(...entries);
      writeRecord({
        stage: stage.id,
        params: stage.params,
        shard: stage.shards === undefined ? null : shard,
        inputs,
        code: digester.digest(stage).digest,
        artifacts: entries,
      }, { layout: places, session });
    }
    outputs.set(stage.id, outputDigest(all));
    if (stage.id === wanted) break;
  }
  session.close();
}

Deno.test("macronet export: a column of a forged data set that climbs out of --to is refused, and nothing is written", () =>
  withFolder(async (folder) => {
    const column = "../../climbed";
    const data = Float32Array.of(1, 2);
    const array = (split: string, name: string) =>
      Array.fromAsync(
        zarrFiles({
          path: `dataset.zarr/${split}/${name}`,
          shape: [1, 2],
          chunkShape: [1, 2],
          dataType: "float32",
        }, data),
      );
    const forge = async (store: string, columns: string[]) => {
      const root = {
        name: "dataset.zarr/zarr.json",
        bytes: encode(JSON.stringify(group({ ...summary, columns }))),
      };
      const arrays = await Promise.all(["train", "validation", "test"].map((split) => array(split, "u")));
      await forgeStore(
        `${folder}/${store}`,
        "linear/cache",
        ({ id }) => id === "linear/cache" ? [root, ...arrays.flat()] : [{ name: "part", bytes: encode(id) }],
      );
    };
    await forge("good", ["u"]);
    await forge("evil", [column]);
    const call = (store: string) =>
      macronet(["export", "linear/cache", "--profile", "smoke", "--artifacts", store, "--to", "a/b/c"], {
        folder,
      });

    const { code, err } = await call("evil");
    assertMatch(
      err,
      /^error: Cannot read dataset\.zarr\/zarr\.json: columns must be names of letters.*climbed/,
    );
    assertEquals(code, 1);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["evil", "good"]);

    assertEquals((await call("good")).code, 0, "the forgery is one that export takes");
    assertEquals([...files(`${folder}/a`)].length, 3);
  }));

Deno.test("parseLock: the committed lock is read as it is", async () => {
  const text = await Deno.readTextFile(`${ROOT}/reproduce.lock.json`);
  assertEquals(parseLock(text, "reproduce.lock.json"), JSON.parse(text));
});
