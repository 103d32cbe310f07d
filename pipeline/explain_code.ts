/**
 * What became other in the code of a stage, and how the stage reaches it.
 *
 * @module
 */
import type { KeptCode } from "./code_digest.ts";
import { codePath, type CodeStep } from "./code_path.ts";

/** A difference between two states of the code of a stage. */
export type CodeReason =
  | {
    readonly kind: "code";
    readonly ingredient: string;
    readonly change: "changed" | "added" | "removed";
    /** Which of its declarations changed, came or went, if that is known. */
    readonly declarations?: readonly string[];
    /** From the stage's module to it. Empty for what was removed. */
    readonly path: readonly CodeStep[];
  }
  /** A package has another version. */
  | {
    readonly kind: "package";
    readonly before: string;
    readonly after: string;
    readonly path: readonly CodeStep[];
  }
  /** Another module is loaded under a role; `module` is that of the stage itself. */
  | { readonly kind: "use"; readonly role: string; readonly before?: string; readonly after?: string }
  /** The code is another, but the files behind the one before were not kept. */
  | { readonly kind: "code unknown" };

/**
 * The differences between the code that a stage ran with before and the one it has now.
 *
 * @param before `undefined` when it was not kept.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const before = { digest: "1", ingredients: { "a.ts": "11", "b.ts": "22" }, reaches: { "a.ts": ["b.ts"], "b.ts": [] } };
 * const after = { ...before, digest: "2", ingredients: { "a.ts": "11", "b.ts": "23" } };
 * assert.deepEqual(codeReasons(before, after), [{
 *   kind: "code",
 *   ingredient: "b.ts",
 *   change: "changed",
 *   path: [{ ingredient: "a.ts", names: [] }, { ingredient: "b.ts", names: [] }],
 * }]);
 * ```
 */
export function codeReasons(before: KeptCode | undefined, after: KeptCode): CodeReason[] {
  if (before === undefined) return [{ kind: "code unknown" }];
  if (before.digest === after.digest) return [];
  const names = [...new Set([...Object.keys(before.ingredients), ...Object.keys(after.ingredients)])].sort();
  const packages = versions(before, after);
  const versioned = new Set(packages.flatMap(({ before, after }) => [before, after]));
  const files = names.filter((name) =>
    before.ingredients[name] !== after.ingredients[name] && !versioned.has(name)
  ).map((name) => fileReason(name, before, after));
  const reasons = [
    ...useReasons(before, after),
    // What changed explains more than what came or went because of it.
    ...files.filter(({ change }) => change === "changed"),
    ...packages,
    ...files.filter(({ change }) => change !== "changed"),
  ];
  return reasons.length > 0 ? reasons : [{ kind: "code unknown" }];
}

function fileReason(name: string, before: KeptCode, after: KeptCode): CodeReason & { kind: "code" } {
  if (after.ingredients[name] === undefined) {
    return { kind: "code", ingredient: name, change: "removed", path: [] };
  }
  if (before.ingredients[name] === undefined) {
    return { kind: "code", ingredient: name, change: "added", path: codePath(after, name, undefined) };
  }
  const declarations = changedDeclarations(name, before, after);
  return {
    kind: "code",
    ingredient: name,
    change: "changed",
    ...(declarations !== undefined && { declarations }),
    path: codePath(after, name, declarations),
  };
}

/** `undefined` when it is not known; empty when only their order changed. */
function changedDeclarations(name: string, before: KeptCode, after: KeptCode): string[] | undefined {
  const [old, now] = [before, after].map(({ outlines }) => outlines?.[name]?.declarations);
  if (old === undefined || now === undefined) return undefined;
  const names = [...new Set([...Object.keys(now), ...Object.keys(old)])];
  return names.filter((name) => own(old, name)?.digest !== own(now, name)?.digest);
}

/** Packages that are there under another version than before. */
function versions(before: KeptCode, after: KeptCode): (CodeReason & { kind: "package" })[] {
  const gone = Object.keys(before.ingredients).filter((name) => after.ingredients[name] === undefined);
  const come = Object.keys(after.ingredients).filter((name) => before.ingredients[name] === undefined);
  return come.flatMap((name) => {
    const old = gone.find((old) => bare(old) !== undefined && bare(old) === bare(name));
    if (old === undefined) return [];
    return [{ kind: "package", before: old, after: name, path: codePath(after, name, undefined) }];
  });
}

/** `npm:tool@1.2.3` → `npm:tool`; `undefined` for what is no package. */
function bare(ingredient: string): string | undefined {
  return /^((?:npm|jsr):.+)@[^@]+$/.exec(ingredient)?.[1];
}

function useReasons(before: KeptCode, after: KeptCode): CodeReason[] {
  if (before.module === undefined || after.module === undefined) return [];
  const [old, now] = [before, after].map((
    { module, uses },
  ) => ({ module, ...uses } as Record<string, string>));
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].sort().filter((role) =>
    old[role] !== now[role]
  )
    .map((role) => ({
      kind: "use",
      role,
      ...(old[role] !== undefined && { before: old[role] }),
      ...(now[role] !== undefined && { after: now[role] }),
    }));
}

/** Declarations may be called `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
