/**
 * How small and how fast data sets are stored: real Turing patterns as Zarr in each type and compression, beside
 * `.npy` and a plain copy.
 *
 * All are given the same float32 values and give float32 values back, in memory: no disk is measured. Rounds are
 * interleaved, and the median counts.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { createHash } from "node:crypto";
import { rowRange } from "../macronet/matrix.ts";
import { decodeNpy, encodeNpy } from "../stages/formats/npy.ts";
import { bytesOf } from "../stages/formats/numeric.ts";
import { type Compression, zarrFiles } from "../stages/formats/zarr.ts";
import { readZarrArray } from "../stages/formats/zarr_reader.ts";
import { system } from "../systems/turing.ts";
import type { Bench } from "./bench.ts";
import { machine, ownVersions } from "./machine.ts";
import { spread } from "./statistics.ts";
import { table } from "./table.ts";

/** How much to measure. */
export interface StorageWork {
  /** Live patterns of the paper's size; 256 of them fill one chunk of a data set. */
  readonly patterns: number;
  /** Rounds that count; one more warms up. */
  readonly rounds: number;
}

/** A chunk. */
export const FULL_STORAGE: StorageWork = { patterns: 256, rounds: 7 };

/** Once, for the tests. */
export const QUICK_STORAGE: StorageWork = { patterns: 4, rounds: 1 };

const SEED = 1;

/** One way of storing. */
interface Format {
  readonly name: string;
  write(values: Float32Array<ArrayBuffer>): Promise<Files>;
  read(files: Files): Promise<Float32Array>;
}

type Files = ReadonlyMap<string, Uint8Array>;

/** What was measured of one format. Megabytes are 10⁶ bytes of float32 values, whatever they are stored as. */
export interface StorageResult {
  readonly format: string;
  /** Bytes of the float32 values over bytes stored. */
  readonly ratio: number;
  readonly writeMegabytesPerSecond: number;
  readonly readMegabytesPerSecond: number;
  /** Largest difference between a value and what is read back. */
  readonly largestError: number;
  /** SHA-256 of what is stored. */
  readonly digest: string;
}

/** Everything that was measured: plain JSON. */
export interface StorageResults {
  readonly bench: "storage";
  readonly work: { patterns: number; megabytes: number; seed: number; rounds: number; digest: string };
  readonly results: readonly StorageResult[];
}

/** Measures all formats on the same patterns. Takes some ten seconds, most of them to grow the patterns. */
export async function storageResults({ patterns, rounds }: StorageWork): Promise<StorageResults> {
  const { shape, values } = livePatterns(patterns);
  const formats = [
    ...(["float32", "float16"] as const).flatMap((dataType) =>
      (["none", "zstd"] as const).map((compression) => zarr(shape, dataType, compression))
    ),
    npy(shape),
    copy(),
  ];
  const times = formats.map(() => ({ write: [] as number[], read: [] as number[] }));
  const found: StorageResult[] = [];
  // The first round warms up and does not count.
  for (let round = 0; round <= rounds; round++) {
    for (const [i, format] of formats.entries()) {
      const begun = performance.now();
      const files = await format.write(values);
      const written = performance.now();
      const back = await format.read(files);
      const end = performance.now();
      if (round === 0) {
        found.push(describe(format.name, { values, files, back }));
      } else {
        times[i].write.push(written - begun);
        times[i].read.push(end - written);
      }
    }
  }
  const megabytes = values.byteLength / 1e6;
  const rate = (milliseconds: number[]) => 1000 * megabytes / spread(milliseconds).median;
  return {
    bench: "storage",
    work: { patterns, megabytes, seed: SEED, rounds, digest: sha256([bytesOf(values)]) },
    results: found.map((result, i) => ({
      ...result,
      writeMegabytesPerSecond: rate(times[i].write),
      readMegabytesPerSecond: rate(times[i].read),
    })),
  };
}

/** The first live patterns of a data set. */
function livePatterns(count: number): { shape: number[]; values: Float32Array<ArrayBuffer> } {
  const { physics } = system.profiles.paper;
  const shape = [count, ...system.shapes(physics).v];
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  const values = new Float32Array(count * width);
  for (let from = 0, live = 0; live < count; from += 16) {
    const randomness = { seed: SEED, purpose: "simulate", from };
    const { v, accepted } = system.grow(physics, system.prior(physics, 16, randomness), randomness);
    for (let i = 0; i < v.rows && live < count; i++) {
      if (accepted.data[i] === 1) values.set(rowRange(v, i, i + 1).data, width * live++);
    }
  }
  return { shape, values };
}

function zarr(shape: readonly number[], dataType: "float32" | "float16", compression: Compression): Format {
  const options = { path: "v", shape, chunkShape: shape, dataType, compression };
  return {
    name: `zarr ${dataType}, ${compression}`,
    async write(values) {
      const stored = dataType === "float16" ? new Float16Array(values) : values;
      return new Map(
        (await Array.fromAsync(zarrFiles(options, stored))).map(({ name, bytes }) => [name, bytes]),
      );
    },
    async read(files) {
      const { data } = await readZarrArray({ read: (name) => Promise.resolve(files.get(name)!) }, "v");
      return data instanceof Float32Array ? data : new Float32Array(data);
    },
  };
}

function npy(shape: readonly number[]): Format {
  return {
    name: "npy float32",
    write: (data) => Promise.resolve(new Map([["v.npy", encodeNpy({ shape, data })]])),
    read: (files) => Promise.resolve(decodeNpy(files.get("v.npy")!).data as Float32Array),
  };
}

/** What any format has to do at least. */
function copy(): Format {
  return {
    name: "copy",
    write: (values) => Promise.resolve(new Map([["v", bytesOf(values.slice())]])),
    read: (files) => Promise.resolve(new Float32Array(files.get("v")!.slice().buffer)),
  };
}

function describe(
  format: string,
  { values, files, back }: { values: Float32Array; files: Files; back: Float32Array },
): StorageResult {
  const size = [...files.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  const largestError = values.reduce((most, value, i) => Math.max(most, Math.abs(value - back[i])), 0);
  return {
    format,
    ratio: values.byteLength / size,
    writeMegabytesPerSecond: NaN,
    readMegabytesPerSecond: NaN,
    largestError,
    digest: sha256([...files.values()]),
  };
}

function sha256(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** `deno task bench storage`. */
export const bench: Bench = {
  name: "storage",
  summary: "data sets as Zarr in each type and compression: size, speed and largest error",
  flags: [["--json", "one JSON object instead of a table"]],
  async run(args) {
    const results = await storageResults(FULL_STORAGE);
    if (parseArgs([...args], { boolean: ["json"] }).json) {
      return console.log(JSON.stringify({ ...results, machine: machine(), versions: ownVersions() }));
    }
    const { cpu, arch } = machine();
    console.log(`${cpu}, ${arch}, deno ${Deno.version.deno}\n\n${storageTable(results)}`);
  },
};

/** What was measured, for people. */
export function storageTable(
  { work: { patterns, megabytes, seed, rounds, digest }, results }: StorageResults,
): string {
  const rows = results.map(({ format, ratio, largestError, ...rates }) => [
    format,
    ratio.toFixed(2),
    rates.writeMegabytesPerSecond.toFixed(0),
    rates.readMegabytesPerSecond.toFixed(0),
    largestError.toExponential(1),
  ]);
  return `Storage: ${patterns} live patterns, ${
    megabytes.toFixed(1)
  } MB, seed ${seed}; median of ${rounds} rounds\n\n` +
    table([["", "ratio", "write MB/s", "read MB/s", "largest error"], ...rows]) +
    `\n\ndigest of the patterns: ${digest}`;
}
