/**
 * Which code does a stage run, in 256 bits: every local module that it reaches, by tokens; every other file
 * that it names, by bytes; every package, by its integrity in deno.lock.
 *
 * @module
 */
import { dirname, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { digestOf, sha256 } from "./canonical.ts";
import { type CodeOutline, codeOutline, located as locatedOutline } from "./code_outline.ts";
import { type CodeScan, CodeScans } from "./code_scan.ts";
import { type ImportMap, resolve } from "./import_map.ts";
import { type DenoLock, packageIdentity } from "./package_identity.ts";
import type { Stage } from "./stage.ts";

/** The code of a stage. */
export interface CodeDigest {
  /** SHA-256 over all of it: part of the key of the stage. */
  readonly digest: string;
  /** What went into it: path from the project root or package → digest. Sorted. */
  readonly ingredients: Readonly<Record<string, string>>;
  /** Ingredient → the ingredients that it names itself: the way from the stage's module to a changed file. */
  readonly reaches: Readonly<Record<string, readonly string[]>>;
  /** Ingredient of the stage's module. */
  readonly module: string;
  /** Role → the ingredient that is loaded under it. */
  readonly uses: Readonly<Record<string, string>>;
  /** Module → its declarations. Reads the tokens again: for `explain`, and to keep them for it. */
  outlines(): Readonly<Record<string, CodeOutline>>;
}

/** A code digest as it is kept. Earlier versions kept files only. */
export type KeptCode = Pick<CodeDigest, "digest" | "ingredients" | "reaches"> & {
  readonly module?: string;
  readonly uses?: Readonly<Record<string, string>>;
  readonly outlines?: Readonly<Record<string, CodeOutline>>;
};

/** Digests the code of stages; reads each file once in its life. */
export interface CodeDigester {
  /**
   * The code that a stage reaches.
   *
   * @throws {TypeError} when the code names something that cannot be found or pinned.
   */
  digest(stage: Pick<Stage, "id" | "module" | "uses">): CodeDigest;
}

/** A file or package, and what it names. */
interface Node {
  readonly name: string;
  readonly digest: string;
  readonly next: readonly Node[];
  /** Of a module. */
  outline?(): CodeOutline;
}

const MODULE = /\.[cm]?[jt]sx?$/;

/**
 * A digester for the project in `root`, with the imports of its deno.json and the pins of its deno.lock. Make
 * a new one for each plan: it remembers files and would miss an edit.
 *
 * @param scans What is known of texts from before. Default: nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathToFileURL } from "node:url";
 *
 * const root = await Deno.makeTempDir();
 * const module = pathToFileURL(`${root}/toy.ts`).href;
 * const digest = () => codeDigester(root).digest({ id: "toy", module }).digest;
 *
 * await Deno.writeTextFile(`${root}/toy.ts`, "export const run = () => 1;");
 * const before = digest();
 * await Deno.writeTextFile(`${root}/toy.ts`, "// why\nexport const run = () =>\n  1;");
 * assert.equal(digest(), before);
 * await Deno.writeTextFile(`${root}/toy.ts`, "export const run = () => 2;");
 * assert.notEqual(digest(), before);
 * ```
 */
export function codeDigester(root: string, scans: CodeScans = new CodeScans()): CodeDigester {
  const reader = new CodeReader(root, scans);
  return {
    digest({ id, module, uses }) {
      try {
        const entry = reader.file(new URL(module));
        const roles = Object.entries(uses ?? {}).map(([role, url]) =>
          [role, reader.file(new URL(url))] as const
        );
        return combine(entry, roles);
      } catch (cause) {
        throw new TypeError(`Cannot digest the code of "${id}": ${(cause as Error).message}`, { cause });
      }
    },
  };
}

/** The role under which a module is used counts: swapping two of them is another program. */
function combine(entry: Node, roles: readonly (readonly [string, Node])[]): CodeDigest {
  const reached = new Map<string, Node>();
  const reach = (node: Node): void => {
    if (reached.has(node.name)) return;
    reached.set(node.name, node);
    node.next.forEach(reach);
  };
  reach(entry);
  for (const [, node] of roles) reach(node);

  const sorted = [...reached.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  const ingredients = Object.fromEntries(sorted.map(({ name, digest }) => [name, digest]));
  const uses = Object.fromEntries(roles.map(([role, { name }]) => [role, name]));
  const modules = sorted.filter(({ outline }) => outline !== undefined);
  return {
    digest: digestOf("code/1", { module: entry.name, uses, ingredients }),
    ingredients,
    reaches: Object.fromEntries(sorted.map(({ name, next }) => [name, next.map((node) => node.name)])),
    module: entry.name,
    uses,
    outlines: () => Object.fromEntries(modules.map(({ name, outline }) => [name, outline!()])),
  };
}

class CodeReader {
  readonly #root: string;
  readonly #map: ImportMap;
  readonly #lock: DenoLock;
  readonly #scans: CodeScans;
  readonly #nodes = new Map<string, Node>();

  constructor(root: string, scans: CodeScans) {
    this.#root = root;
    this.#scans = scans;
    const config = readJson(`${root}/deno.json`) as { imports?: Record<string, string> };
    this.#map = { base: pathToFileURL(`${root}/deno.json`), imports: config.imports ?? {} };
    this.#lock = readJson(`${root}/deno.lock`) as DenoLock;
  }

  file(url: URL): Node {
    const known = this.#nodes.get(url.href);
    if (known !== undefined) return known;

    const path = fileURLToPath(url);
    const name = relative(this.#root, path).replaceAll("\\", "/");
    if (name.startsWith("../")) throw new TypeError(`${path} must be inside the project root ${this.#root}`);
    const bytes = readFile(path, name);
    if (!MODULE.test(name)) return this.#remember(url.href, { name, digest: sha256(bytes), next: [] });

    const { digest, references } = scan(bytes, name, this.#scans);
    const next: Node[] = [];
    // Remembered before its imports are read, because modules may import each other in a circle.
    const targets = new Map<string, string>();
    const outline = once(() =>
      locatedOutline(codeOutline(bytes), (specifier) => targets.get(specifier) ?? specifier)
    );
    const node = this.#remember(url.href, { name, digest, next, outline });
    for (const { specifier, kind, line } of references) {
      try {
        const named = kind === "url" ? this.#link(specifier, url) : this.#follow(specifier, url);
        next.push(...named);
        for (const { name } of named) targets.set(specifier, name);
      } catch (cause) {
        if ((cause as { located?: boolean }).located) throw cause;
        throw located(`${name}:${line} needs "${specifier}", but ${(cause as Error).message}`);
      }
    }
    return node;
  }

  /** A URL that leads out of the file system names no code of the project. */
  #link(specifier: string, importer: URL): Node[] {
    const target = new URL(specifier, importer);
    return target.protocol === "file:" ? [this.file(target)] : [];
  }

  #follow(specifier: string, importer: URL): Node[] {
    const target = resolve(specifier, importer, this.#map);
    switch (target.kind) {
      case "file":
        return [this.file(target.url)];
      case "package": {
        const { name, digest } = packageIdentity(target.specifier, this.#lock);
        return [this.#nodes.get(name) ?? this.#remember(name, { name, digest, next: [] })];
      }
      case "builtin": {
        const name = target.specifier;
        return [this.#nodes.get(name) ?? this.#remember(name, { name, digest: "builtin", next: [] })];
      }
    }
  }

  #remember(key: string, node: Node): Node {
    this.#nodes.set(key, node);
    return node;
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}

function scan(bytes: Uint8Array, name: string, scans: CodeScans): CodeScan {
  try {
    return scans.scan(bytes);
  } catch (cause) {
    throw located(`in ${name}, ${(cause as Error).message}`);
  }
}

/** An error that already says in which file it is, so that outer files do not add themselves. */
function located(message: string): Error {
  return Object.assign(new TypeError(message), { located: true });
}

function readFile(path: string, name: string): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (cause) {
    throw new TypeError(
      isFolder(path)
        ? `${name}/ is a folder; name the files that are read`
        : `${name || dirname(path)} cannot be read: ${(cause as Error).message}`,
    );
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return {};
    throw new TypeError(`Cannot read ${path}: it must be JSON, but ${(cause as Error).message}`);
  }
}
