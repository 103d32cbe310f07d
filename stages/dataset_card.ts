/**
 * A card of a data set, for people and for search engines: what it holds, how it was made, and the digest of every
 * file. JSON-LD by the vocabulary of MLCommons Croissant 1.0, with its context inline: nothing is fetched to read it.
 *
 * Format: https://docs.mlcommons.org/croissant/docs/croissant-spec.html
 *
 * @module
 */
import type { Json, JsonObject } from "../pipeline/stage.ts";
import { DATASET, type DatasetSummary, type Split, SPLITS, stepsSaved } from "./dataset.ts";

/** Name of the artifact, beside the hierarchy. */
export const CARD = "croissant.json";

/** A file of the hierarchy. */
export interface DatasetFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256. */
  readonly digest: string;
}

/** A column as it is stored. */
export interface DatasetColumn {
  readonly name: string;
  /** Size of one event. */
  readonly shape: readonly number[];
  readonly dataType: string;
  /** What it is, with its units. */
  readonly description?: string;
}

/** What a card is written from. */
export interface DatasetCardOptions {
  /** Of the system, such as `turing`. */
  readonly name: string;
  readonly title: string;
  /** What the samples and their splits are a function of: plain JSON. */
  readonly settings: JsonObject;
  readonly columns: readonly DatasetColumn[];
  readonly summary: DatasetSummary;
  readonly files: readonly DatasetFile[];
}

/**
 * The project's version and its date. Croissant demands a date of publication; that of a run would give other bytes
 * every day.
 */
const RELEASE = { version: "0.1.0", datePublished: "2026-11-25" };

const ARTICLE = "https://arxiv.org/abs/2210.07374";

/** The terms used here, from the context that the specification recommends. */
const CONTEXT = {
  "@language": "en",
  "@vocab": "https://schema.org/",
  cr: "http://mlcommons.org/croissant/",
  dct: "http://purl.org/dc/terms/",
  sc: "https://schema.org/",
  citeAs: "cr:citeAs",
  conformsTo: "dct:conformsTo",
  data: { "@id": "cr:data", "@type": "@json" },
  dataType: { "@id": "cr:dataType", "@type": "@vocab" },
  extract: "cr:extract",
  field: "cr:field",
  fileProperty: "cr:fileProperty",
  fileSet: "cr:fileSet",
  includes: "cr:includes",
  isLiveDataset: "cr:isLiveDataset",
  key: "cr:key",
  recordSet: "cr:recordSet",
  repeated: "cr:repeated",
  source: "cr:source",
};

/** The vocabulary's own names of the splits. */
const SPLIT_KINDS: Readonly<Record<Split, string>> = {
  train: "cr:TrainingSplit",
  validation: "cr:ValidationSplit",
  test: "cr:TestSplit",
};

/** The card of a data set. Paths in it are relative to its own place. */
export function datasetCard(options: DatasetCardOptions): JsonObject {
  const { name, title, settings, columns, summary, files } = options;
  return {
    "@context": CONTEXT,
    "@type": "sc:Dataset",
    conformsTo: "http://mlcommons.org/croissant/1.0",
    name: `macronet-${name}`,
    alternateName: title,
    description: describe(options),
    ...RELEASE,
    license: "https://spdx.org/licenses/MIT",
    url: ARTICLE,
    creator: { "@type": "sc:Organization", name: "The macronet authors" },
    citeAs:
      `@article{zhang2022relational, title={A relational macrostate theory guides artificial intelligence ` +
      `to learn macro and design micro}, author={Zhang, Yanbo and Walker, Sara Imari}, ` +
      `journal={arXiv preprint arXiv:2210.07374}, year={2022}}`,
    keywords: ["simulation", "dynamical systems", "macrostates", title],
    isLiveDataset: false,
    additionalProperty: [...properties("settings", settings), ...properties("summary", facts(summary))],
    distribution: [
      ...files.map(fileObject),
      ...SPLITS.flatMap((split) => columns.map((column) => fileSet(split, column))),
    ],
    recordSet: [splitRecords(), ...SPLITS.map((split) => records(split, columns, summary))],
  };
}

function describe({ name, title, columns, summary }: DatasetCardOptions): string {
  const { counts, rejected, steps } = summary;
  const sizes = SPLITS.map((split) => `${counts[split]} for ${split}`).join(", ");
  return [
    `${title}: simulated pairs of observations u and v of one system, a row of each belonging together.`,
    `Accepted samples: ${sizes}. Rejected as trivial: ${rejected}.`,
    ...(steps === undefined ? [] : [`${stepsSaved(steps)}.`]),
    ...columns.map((column) => `Column ${column.name}: ${describeColumn(column)}.`),
    `Stored as Zarr v3. Made by macronet from the settings below alone: "deno task macronet run ${name}/cache" ` +
    `gives the same bytes on every machine.`,
  ].join(" ");
}

function describeColumn({ description, shape, dataType }: DatasetColumn): string {
  const stored = `${dataType}, shape [${shape.join(", ")}] a sample`;
  return description === undefined ? stored : `${description}; ${stored}`;
}

function facts({ counts, rejected, steps }: DatasetSummary): JsonObject {
  return { counts, rejected, ...(steps === undefined ? {} : { steps }) };
}

/** One property a value, named by its path, e.g. `settings.physics.box.Da`. A list is given as JSON. */
function properties(path: string, value: Json): JsonObject[] {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) => properties(`${path}.${key}`, inner));
  }
  const plain = typeof value === "object" ? JSON.stringify(value) : value;
  return [{ "@type": "sc:PropertyValue", name: path, value: plain }];
}

function fileObject({ name, size, digest }: DatasetFile): JsonObject {
  return {
    "@type": "cr:FileObject",
    "@id": name,
    name,
    contentUrl: name,
    contentSize: `${size} B`,
    encodingFormat: name.endsWith(".json") ? "application/json" : "application/octet-stream",
    sha256: digest,
  };
}

/** The array of one column: its metadata and its chunks, which are numbered along the first axis alone. */
function fileSet(split: Split, { name, shape }: DatasetColumn): JsonObject {
  const id = arrayId(split, name);
  return {
    "@type": "cr:FileSet",
    "@id": id,
    name: `${split}/${name}`,
    description: `Column ${name} of the ${split} split, a Zarr array`,
    encodingFormat: "application/vnd.zarr; version=3",
    includes: [`${id}/zarr.json`, [id, "c/*", ...shape.map(() => "0")].join("/")],
  };
}

function arrayId(split: Split, column: string): string {
  return `${DATASET}/${split}/${column}`;
}

function splitRecords(): JsonObject {
  return {
    "@type": "cr:RecordSet",
    "@id": "splits",
    name: "splits",
    dataType: "cr:Split",
    key: { "@id": "splits/name" },
    field: [
      { "@type": "cr:Field", "@id": "splits/name", name: "name", dataType: "sc:Text" },
      { "@type": "cr:Field", "@id": "splits/url", name: "url", dataType: "sc:URL" },
    ],
    data: SPLITS.map((split) => ({ "splits/name": split, "splits/url": SPLIT_KINDS[split] })),
  };
}

/** One record a sample. A field repeats: its values are those of the sample in row-major order. */
function records(
  split: Split,
  columns: readonly DatasetColumn[],
  { counts }: DatasetSummary,
): JsonObject {
  return {
    "@type": "cr:RecordSet",
    "@id": split,
    name: split,
    description: `${counts[split]} samples, one along the first axis of each array`,
    field: columns.map((column) => ({
      "@type": "cr:Field",
      "@id": `${split}/${column.name}`,
      name: column.name,
      description: describeColumn(column),
      dataType: "sc:Float",
      repeated: true,
      source: { fileSet: { "@id": arrayId(split, column.name) }, extract: { fileProperty: "content" } },
    })),
  };
}
