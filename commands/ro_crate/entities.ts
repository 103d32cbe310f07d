/**
 * The parts of an RO-Crate: entities of JSON-LD, each with an `@id` by which others name it.
 *
 * @module
 */
import type { ArtifactEntry, Json, JsonObject } from "../../pipeline/mod.ts";
import { extensionOf } from "../run_pictures.ts";

/** A node of the graph. */
export interface Entity extends JsonObject {
  readonly "@id": string;
  readonly "@type": string | readonly string[];
}

/** A reference to an entity. */
export function ref(id: string): JsonObject {
  return { "@id": id };
}

/** References to entities. */
export function refs(entities: readonly (Entity | string)[]): JsonObject[] {
  return entities.map((entity) => ref(typeof entity === "string" ? entity : entity["@id"]));
}

/**
 * A path inside the crate as a URI.
 *
 * @example
 * ```ts
 * import { uri } from "./entities.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(uri("data/a b/ü#.json"), "data/a%20b/%C3%BC%23.json");
 * ```
 */
export function uri(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** The id of an entity that is no file. */
export function localId(...parts: readonly string[]): string {
  return `#${parts.map(uri).join("/")}`;
}

/** Folder in the crate of what a stage gave. */
export function dataFolder(stage: string): string {
  return `data/${stage}/`;
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  json: "application/json",
  jsonl: "application/jsonl",
  md: "text/markdown",
  png: "image/png",
  svg: "image/svg+xml",
  ts: "text/typescript",
  txt: "text/plain",
  wasm: "application/wasm",
};

/** The media type of a file by its name. */
export function encodingFormat(name: string): string {
  const extension = extensionOf(name);
  return Object.hasOwn(TYPES, extension) ? TYPES[extension] : "application/octet-stream";
}

/** An artifact as a file of the crate. */
export function artifactFile(stage: string, { name, digest, size }: ArtifactEntry): Entity {
  return {
    "@id": uri(dataFolder(stage) + name),
    "@type": "File",
    name: `${stage}/${name}`,
    encodingFormat: encodingFormat(name),
    contentSize: String(size),
    sha256: digest,
  };
}

/** What a program takes or gives, in general. Bioschemas' profile says which properties it has. */
export function formalParameter(id: string, name: string, additionalType: string): Entity {
  return {
    "@id": id,
    "@type": "FormalParameter",
    conformsTo: ref("https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"),
    name,
    additionalType,
  };
}

/** The value of a setting in this run. A list is given as JSON. */
export function propertyValue(id: string, name: string, value: Json, parameter: Entity): Entity {
  const plain = value === null || typeof value === "object" ? JSON.stringify(value) : value;
  return { "@id": id, "@type": "PropertyValue", name, value: plain, exampleOfWork: ref(parameter["@id"]) };
}

/** What kind of value a setting has, in schema.org's words. */
export function valueType(value: Json): string {
  if (typeof value === "boolean") return "Boolean";
  if (typeof value !== "number") return "Text";
  return Number.isInteger(value) ? "Integer" : "Float";
}
