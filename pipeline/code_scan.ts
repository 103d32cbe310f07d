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
const TYPE = "scans/4";

const MAX_KEPT = 300;

/**
 * Scans by the SHA-256 of the text. A cache file that is missing, torn or of another version is empty.
 *
 * A wrong scan would hide a change of code. So the file begins with the SHA-256 of what follows, on a line of its
 * own: a bit that flips on the disk empties the cache, and nothing else.
 */
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
    const body = JSON.stringify({ type: TYPE, scans: { ...Object.fromEntries(kept), ...this.#used } });
    return `${textDigest(body)}\n${body}`;
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
  return { digest: textDigest(lengths), references: codeReferences(tokens) };
}

function textDigest(text: string): string {
  return sha256(new TextEncoder().encode(text));
}

function load(path: string): Record<string, CodeScan> {
  try {
    const text = Deno.readTextFileSync(path);
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    if (text.slice(0, Math.max(end, 0)) !== textDigest(body)) return {};
    const { type, scans } = JSON.parse(body);
    return type === TYPE && Object.values(scans).every(isScan) ? scans : {};
  } catch {
    return {};
  }
}

function isScan(value: unknown): value is CodeScan {
  const { digest, references } = value as Partial<Record<keyof CodeScan, unknown>>;
  return typeof digest === "string" && /^[0-9a-f]{64}$/.test(digest) && Array.isArray(references) &&
    references.every(isReference);
}

function isReference(value: unknown): value is CodeReference {
  const { specifier, kind, line } = value as Partial<Record<keyof CodeReference, unknown>>;
  return typeof specifier === "string" && (kind === "import" || kind === "url") && typeof line === "number";
}
