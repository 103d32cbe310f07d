/**
 * What a stage may touch: its code and its inputs, which it may read, and a scratch folder of its own. No other file,
 * no network, no environment, no process.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { CodeDigest } from "./code_digest.ts";
import { linkOrCopy, removeIfThere } from "./files.ts";
import type { Layout } from "./layout.ts";
import { BrokenObjectError } from "./store.ts";
import { StoreError } from "./store_error.ts";
import type { Job } from "./worker_protocol.ts";

/** The engine's own code, which every worker is made of. */
const ENGINE = fileURLToPath(new URL(".", import.meta.url));

/** What the workers of one stage may touch. */
export interface Sandbox {
  /** Files and folders that may be read. */
  readonly read: readonly string[];
  /** Holds each input object under its digest. */
  readonly inputs: string;
}

/** What a sandbox is made for. */
export interface SandboxOf {
  readonly stage: string;
  readonly code: CodeDigest;
  /** What the stage may read. */
  readonly inputs: Job["inputs"];
}

/**
 * The sandboxes of the stages of a run, below one folder.
 *
 * Inputs are links in a folder of the stage: to allow objects one by one would make every read search through all of
 * them, which takes half a minute for ten thousand.
 */
export class Sandboxes {
  readonly #root: string;
  readonly #layout: Layout;
  readonly #folder: string;
  readonly #open = new Map<string, Sandbox>();

  /**
   * @param root Folder of the project.
   * @param folder Where the links are made; whoever made it removes it.
   */
  constructor(root: string, { layout, folder }: { layout: Layout; folder: string }) {
    this.#root = root;
    this.#layout = layout;
    this.#folder = folder;
  }

  /**
   * The sandbox of a stage, which stays until it is closed.
   *
   * @throws {BrokenObjectError} when an input is not in the store any more.
   * @throws {StoreError} when there is no room for a link.
   */
  open({ stage, code, inputs }: SandboxOf): Sandbox {
    const known = this.#open.get(stage);
    if (known !== undefined) return known;
    const folder = `${this.#folder}/${stage}`;
    const digests = new Set(Object.values(inputs).flatMap((entries) => entries.map(({ digest }) => digest)));
    try {
      Deno.mkdirSync(folder, { recursive: true });
      for (const digest of digests) this.#link(digest, `${folder}/${digest}`);
    } catch (error) {
      removeIfThere(folder);
      throw error instanceof BrokenObjectError ? error : new StoreError(folder, error);
    }
    const sandbox = { inputs: folder, read: [ENGINE, folder, ...this.#codeFiles(code)] };
    this.#open.set(stage, sandbox);
    return sandbox;
  }

  /** Takes the inputs of a stage away, because it is done or they are others now. */
  close(stage: string): void {
    if (this.#open.delete(stage)) removeIfThere(`${this.#folder}/${stage}`);
  }

  #link(digest: string, name: string): void {
    try {
      linkOrCopy(this.#layout.object(digest), name);
    } catch (error) {
      throw error instanceof Deno.errors.NotFound ? new BrokenObjectError(digest, "it is missing") : error;
    }
  }

  /** A package may read what it came with. */
  #codeFiles({ ingredients }: CodeDigest): string[] {
    const names = Object.keys(ingredients);
    const files = names.filter((name) => !/^(npm|jsr|node):/.test(name)).map((name) =>
      `${this.#root}/${name}`
    );
    return names.some((name) => name.startsWith("npm:")) ? [...files, `${this.#root}/node_modules`] : files;
  }
}
