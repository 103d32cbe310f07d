import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import jsonld from "jsonld";
import { matchesGlob } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { sha256 } from "../../pipeline/canonical.ts";
import { readSummary, SPLITS } from "../../stages/dataset.ts";
import { CARD } from "../../stages/dataset_card.ts";
import { openZarrArray } from "../../stages/formats/zarr_reader.ts";
import { inputOf, json, together } from "./in_memory.ts";
import { runStage, simulate, TINY, type Tiny } from "./tiny.ts";

/** Parsed JSON, whose shape is what is tested. */
// deno-lint-ignore no-explicit-any
type Loose = any;

const datasetOf = async (tiny: Tiny) => {
  const shards = together(...await Promise.all([0, 1, 2].map((shard) => simulate(tiny, shard))));
  return (await runStage("cache", tiny, { simulate: shards })).artifacts;
};
const settings = { ...TINY.turing.settings };
settings.cache = { ...settings.cache, dataType: "float16", compression: "zstd" };
const turing = { ...TINY.turing, settings };
const artifacts = await datasetOf(turing);
const card = json<Loose>(artifacts, CARD);

/** Terms of the card as their full names, with nothing fetched and nothing that the context does not know. */
const [expanded] = await jsonld.expand(card, {
  base: "https://example.org/",
  safe: true,
  documentLoader: (url: string) => Promise.reject(new Error(`${url} must not be fetched`)),
} as Loose) as Loose[];
const CR = "http://mlcommons.org/croissant/", SC = "https://schema.org/";
const ids = (nodes: Loose[]) => nodes.map((node) => node["@id"].replace("https://example.org/", ""));

/** Names of all properties, at any depth. */
function namesIn(value: Loose): string[] {
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}

Deno.test("datasetCard: valid JSON-LD with all that Croissant 1.0 requires, each once", () => {
  assertEquals(expanded["@type"], [`${SC}Dataset`]);
  assertEquals(expanded["http://purl.org/dc/terms/conformsTo"], [{
    "@language": "en",
    "@value": "http://mlcommons.org/croissant/1.0",
  }]);
  for (const name of ["description", "license", "name", "url", "creator", "datePublished"]) {
    assertEquals(expanded[`${SC}${name}`]?.length, 1, name);
  }
  for (const file of expanded[`${SC}distribution`]) {
    const isSet = file["@type"][0] === `${CR}FileSet`;
    const needed = isSet ? [] : ["contentUrl", "contentSize", "sha256"];
    for (const name of ["name", "encodingFormat", ...needed]) {
      assertEquals(file[SC + name]?.length, 1, `${file["@id"]}: ${name}`);
    }
    if (isSet) assertEquals(file[`${CR}includes`].length, 2);
  }
  for (const records of expanded[`${CR}recordSet`]) {
    assertEquals(records["@type"], [`${CR}RecordSet`]);
    for (const field of records[`${CR}field`]) {
      assertEquals(field["@type"], [`${CR}Field`]);
      assert(field[`${CR}dataType`][0]["@id"].startsWith("http"), field["@id"]);
    }
  }
  // A term that the context forgets becomes one of schema.org's, where it means nothing.
  const own = ["citeAs", "data", "dataType", "extract", "field", "fileProperty", "fileSet", "includes"];
  own.push("isLiveDataset", "key", "recordSet", "repeated", "source");
  const names = new Set(namesIn(expanded));
  for (const name of own) assertEquals([names.has(CR + name), names.has(SC + name)], [true, false], name);
  const kinds = [...expanded[`${SC}distribution`], ...expanded[`${CR}recordSet`]];
  const all = ids([...kinds, ...expanded[`${CR}recordSet`].flatMap((set: Loose) => set[`${CR}field`])]);
  assertEquals(new Set(all).size, all.length, "ids are unique");
});

Deno.test("datasetCard: the digest and size of every other file of the data set, and of nothing else", () => {
  const listed = card.distribution.filter((file: Loose) => file["@type"] === "cr:FileObject");
  const named = Object.fromEntries(
    listed.map(({ contentUrl, sha256, contentSize }: Loose) => [contentUrl, [sha256, contentSize]]),
  );
  const actual = [...artifacts].filter(([name]) => name !== CARD);
  assertEquals(named, Object.fromEntries(actual.map(([name, b]) => [name, [sha256(b), `${b.length} B`]])));
});

Deno.test("datasetCard: each record set is a split, each of its fields an array that is there", async () => {
  const { counts, columns } = await readSummary(inputOf(artifacts));
  const sets = new Map(card.recordSet.map((set: Loose) => [set["@id"], set])) as Map<string, Loose>;
  assertEquals([...sets.keys()], ["splits", ...SPLITS]);
  assertEquals(sets.get("splits").data.map((row: Loose) => row["splits/name"]), SPLITS);
  const fileSets = new Map(
    card.distribution.filter((file: Loose) => file["@type"] === "cr:FileSet").map((
      file: Loose,
    ) => [file["@id"], file]),
  ) as Map<string, Loose>;
  for (const split of SPLITS) {
    const { field, description } = sets.get(split);
    assertStringIncludes(description, `${counts[split]} samples`);
    assertEquals(field.map(({ name }: Loose) => name), columns);
    for (const { name, source, description } of field) {
      const { includes } = fileSets.get(source.fileSet["@id"]);
      const folder = includes[0].replace("zarr.json", "");
      const inFolder = [...artifacts.keys()].filter((file) => file.startsWith(folder));
      const isIncluded = (file: string) => includes.some((glob: string) => matchesGlob(file, glob));
      assertEquals([...artifacts.keys()].filter(isIncluded), inFolder);
      const array = await openZarrArray(inputOf(artifacts), folder.slice(0, -1));
      assertEquals(array.shape[0], counts[split]);
      const stored = `${array.dataType}, shape [${array.shape.slice(1).join(", ")}] a sample`;
      assertEquals(description, `${turing.system.descriptions![name]}; ${stored}`);
    }
  }
});

Deno.test("datasetCard: says how it was made, what was rejected and what the early exit saved", async () => {
  const { rejected, steps } = await readSummary(inputOf(artifacts));
  const values = Object.fromEntries(card.additionalProperty.map(({ name, value }: Loose) => [name, value]));
  const { physics, simulate, cache } = turing.settings;
  const { box, observation, ...flat } = physics as {
    box: Record<string, readonly number[]>;
    observation: { noise: number; unknown: Record<string, boolean> };
  };
  assertEquals(values["settings.physics.observation.noise"], observation.noise);
  assertEquals(values["settings.physics.observation.unknown.start"], observation.unknown.start);
  for (const [name, value] of Object.entries(flat)) assertEquals(values[`settings.physics.${name}`], value);
  for (const [name, side] of Object.entries(box)) {
    assertEquals(values[`settings.physics.box.${name}`], JSON.stringify(side));
  }
  assertEquals(values["settings.simulate.seed"], simulate.seed);
  assertEquals(values["settings.simulate.samples"], simulate.samples);
  assertEquals(values["settings.simulate.shards"], 3);
  assertEquals(values["settings.cache.dataType"], cache.dataType);
  assertEquals(values["summary.rejected"], rejected);
  assertEquals(values["summary.steps.computed"], steps!.computed);
  assertMatch(
    card.description,
    new RegExp(`Rejected as trivial: ${rejected}\\. Computed ${steps!.computed} of`),
  );
  assertEquals([card.name, card.version], ["macronet-tiny", config.version]);
});

Deno.test("datasetCard: a system without descriptions has a card, too", async () => {
  const { descriptions: _, ...system } = TINY.linear.system;
  const plain = json<Loose>(await datasetOf({ ...TINY.linear, system }), CARD);
  assertEquals(plain.recordSet[1].field[0].description, "float32, shape [2, 2] a sample");
});
