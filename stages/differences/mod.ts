/**
 * Where artifacts of the stages differ, by what their files mean: for who verifies a store.
 *
 * @module
 */
import { readSafetensors } from "../../macronet/weights.ts";
import { byteDifference, type Difference, type UnequalArtifacts } from "../../pipeline/mod.ts";
import { svgToPng } from "../figures/svg_to_png.ts";
import { decodeNpy } from "../formats/npy.ts";
import { dataTypeOf, type NumericArray } from "../formats/numeric.ts";
import { canonicalPixels, decodePng } from "../formats/png.ts";
import { jsonDifference, jsonLinesDifference } from "./json.ts";
import { arrayDifference } from "./numbers.ts";
import { pictureDifference } from "./picture.ts";
import { textDifference } from "./text.ts";
import { zarrDifference } from "./zarr.ts";

/** What is different between two files, by their names' extensions. Throws where a file is not what its name says. */
type Compare = (name: string, stored: Uint8Array, recomputed: Uint8Array) => (Difference | undefined)[];

const decoder = new TextDecoder("utf-8", { fatal: true });

const ofTexts =
  (compare: (name: string, stored: string, recomputed: string) => Difference | undefined): Compare =>
  (name, stored, recomputed) => [compare(name, decoder.decode(stored), decoder.decode(recomputed))];

const COMPARE: Readonly<Record<string, readonly Compare[]>> = {
  safetensors: [
    (name, stored, recomputed) => tensorDifferences(name, tensorsOf(stored), tensorsOf(recomputed)),
  ],
  npy: [(name, stored, recomputed) => tensorDifferences(name, arrayOf(stored), arrayOf(recomputed))],
  png: [(name, stored, recomputed) => [pictureDifference(name, stored, recomputed)]],
  json: [ofTexts(jsonDifference), ofTexts(textDifference)],
  jsonl: [ofTexts(jsonLinesDifference), ofTexts(textDifference)],
  ...Object.fromEntries(
    ["csv", "html", "js", "md", "svg", "txt"].map((kind) => [kind, [ofTexts(textDifference)]]),
  ),
};

/**
 * Where artifacts differ: Zarr and npy arrays and safetensors tensors by element, pictures by pixel, JSON by path,
 * text by line; what is left by byte, such as a file that is broken or differs in its compressor alone.
 *
 * @returns At least one for each artifact, or for the array that several chunks belong to; in the order of names.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeSafetensors } from "../../macronet/weights.ts";
 * import { describeArtifacts } from "./mod.ts";
 *
 * const file = (value: number) => writeSafetensors({ bias: { shape: [2], data: Float32Array.of(1, value) } });
 * const [{ what, at, stored }] = await describeArtifacts({
 *   names: ["model.safetensors"],
 *   stored: () => Promise.resolve(file(2)),
 *   recomputed: () => Promise.resolve(file(3)),
 * });
 * assertEquals([what, at, stored], ["model.safetensors bias", "[1]", "2 (0x40000000)"]);
 * ```
 */
export async function describeArtifacts(files: UnequalArtifacts): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [array, names] of groups(files.names)) {
    const whole = array === undefined ? undefined : await zarrDifference(array, { ...files, names });
    if (whole !== undefined) differences.push(whole);
    else for (const name of names) differences.push(...await fileDifferences(name, files));
  }
  return differences;
}

/**
 * What identifies an artifact that a stage wrote with an identity: the pixels of a picture, or those that an SVG shows.
 *
 * @throws {TypeError} when it is no picture that can be read.
 */
export async function identityOf(name: string, bytes: Uint8Array): Promise<Uint8Array> {
  if (name.endsWith(".png")) return canonicalPixels(decodePng(bytes));
  if (name.endsWith(".svg")) return (await svgToPng(decoder.decode(bytes))).pixels;
  throw new TypeError(`Cannot identify ${name}: it must be a PNG or SVG picture, but is neither`);
}

/** Names in their order; chunks of one Zarr array together, under its folder. */
function groups(names: readonly string[]): [array: string | undefined, names: string[]][] {
  const groups = new Map<string, [string | undefined, string[]]>();
  for (const name of names) {
    const array = /^(.+)\/c(\/\d+)+$/.exec(name)?.[1];
    const key = array ?? `${name}/`;
    if (!groups.has(key)) groups.set(key, [array, []]);
    groups.get(key)![1].push(name);
  }
  return [...groups.values()];
}

async function fileDifferences(name: string, files: UnequalArtifacts): Promise<Difference[]> {
  const [stored, recomputed] = [await files.stored(name), await files.recomputed(name)];
  for (const compare of COMPARE[name.slice(name.lastIndexOf(".") + 1)] ?? []) {
    const found = tried(() => compare(name, stored, recomputed)).filter((one) => one !== undefined);
    if (found.length > 0) return found;
  }
  return [byteDifference(name, stored, recomputed)];
}

/** A file that cannot be read is compared in another way. */
function tried<T>(compare: () => T[]): T[] {
  try {
    return compare();
  } catch {
    return [];
  }
}

/** Arrays by what they are called, and the rest of what a file says. */
interface Arrays {
  readonly arrays: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: NumericArray }>;
  readonly metadata: object;
}

function tensorsOf(bytes: Uint8Array): Arrays {
  const { tensors, metadata } = readSafetensors(bytes);
  return { arrays: new Map(Object.entries(tensors)), metadata };
}

function arrayOf(bytes: Uint8Array): Arrays {
  return { arrays: new Map([["", decodeNpy(bytes)]]), metadata: {} };
}

/** What the files hold first, then the arrays that both hold. */
function tensorDifferences(name: string, stored: Arrays, recomputed: Arrays): (Difference | undefined)[] {
  const contents = ({ arrays, metadata }: Arrays) =>
    JSON.stringify({
      metadata,
      arrays: Object.fromEntries([...arrays].map(([key, { shape, data }]) => [key, typeOf({ shape, data })])),
    });
  const same = [...stored.arrays].filter(([key, array]) => {
    const other = recomputed.arrays.get(key);
    return other !== undefined && typeOf(other) === typeOf(array);
  });
  return [
    jsonDifference(name, contents(stored), contents(recomputed)),
    ...same.map(([key, array]) =>
      arrayDifference(key === "" ? name : `${name} ${key}`, array, recomputed.arrays.get(key)!)
    ),
  ];
}

function typeOf({ shape, data }: { shape: readonly number[]; data: NumericArray }): string {
  return `${dataTypeOf(data)} [${shape.join(", ")}]`;
}
