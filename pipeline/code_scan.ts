/**
 * What a module's text amounts to, remembered between runs: reading tokens is the dearest part of a plan that
 * finds nothing to do.
 *
 * @module
 */
import { sha256 } from "./canonical.ts";
import { withoutBraces } from "./code_braces.ts";
import { type CodeReference, codeReferences } from "./code_references.ts";
import { codeTokens } from "./code_tokens.ts";
import type { Session } from "./session.ts";

/** A module, read. */
export interface CodeScan {
  /** SHA-256 over its tokens. */
  readonly digest: string;
  readonly references: readonly CodeReference[];
}

/** To be raised when the same text is to give another scan. */
const TYPE = "scans/2";

const MAX_KEPT = 300;

/** Scans by the SHA-256 of the text. A cache file that is missing, torn or of another version is empty. */
export class CodeScans {
  readonly #known: Readonly<Record<string, CodeScan>>;
  readonly #used: Record<string, CodeScan> = {};

  /** @param path The cache file, if there is to be one. */
  constructor(readonly path?: string) {
    this.#known = path === undefined ? {} : load(path);
  }

  /**
   * The scan of a module's text.
   *
   * @throws {TypeError} when it computes what it imports.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   *
   * const scan = (source: string) => new CodeScans().scan(new TextEncoder().encode(source));
   * assert.equal(scan("f(1) // why").digest, scan("f(\n  1,\n)").digest);
   * ```
   */
  scan(text: Uint8Array): CodeScan {
    const key = sha256(text);
    return this.#used[key] ??= this.#known[key] ?? read(text);
  }

  /** The text of a cache file of the scans that were used, or `undefined` when it would be the same. */
  update(): string | undefined {
    const isNew = Object.keys(this.#used).some((key) => this.#known[key] === undefined);
    if (!isNew) return undefined;
    // Those of other versions and of other selections of stages stay, up to a size that reads quickly.
    const kept = Object.entries(this.#known).filter(([key]) => this.#used[key] === undefined).slice(
      -MAX_KEPT,
    );
    return JSON.stringify({ type: TYPE, scans: { ...Object.fromEntries(kept), ...this.#used } });
  }
}

/** Keeps what was read, if there is room: without it the next plan is slower and the same. */
export function saveScans(scans: CodeScans, session: Session): void {
  const text = scans.update();
  if (text === undefined || scans.path === undefined) return;
  try {
    session.writeText(scans.path, text);
  } catch {
    // A full disk will be said by whoever needs it.
  }
}

function read(text: Uint8Array): CodeScan {
  const tokens = withoutBraces(codeTokens(new TextDecoder().decode(text)));
  const lengths = tokens.map(({ value }) => `${value.length}:${value}`).join();
  return { digest: sha256(new TextEncoder().encode(lengths)), references: codeReferences(tokens) };
}

function load(path: string): Record<string, CodeScan> {
  try {
    const { type, scans } = JSON.parse(Deno.readTextFileSync(path));
    return type === TYPE ? scans : {};
  } catch {
    return {};
  }
}
