/**
 * A run held against `reproduce.lock.json`, and what that says to a person.
 *
 * @module
 */
import {
  compareLock,
  type LockComparison,
  type LockDifference,
  type LockedProfile,
  type RunResult,
} from "../pipeline/mod.ts";
import type { Selection } from "./selection.ts";
import { count } from "./table.ts";

/** What came of the comparison. */
export interface LockVerdict extends LockComparison {
  /** Stages that the lock cannot speak of, because their settings were changed. */
  readonly notCompared: readonly string[];
  /** Whether the file has digests of the profile at all. */
  readonly isLocked: boolean;
}

/** Most differences that are listed. */
const MOST_LISTED = 12;

/**
 * Compares the stages that ran under default settings. In a run of everything, a stage that is locked and no
 * longer there differs too.
 */
export function judge(
  { stages }: Pick<RunResult, "stages">,
  locked: LockedProfile | undefined,
  { isDefault, isWhole }: Pick<Selection, "isDefault" | "isWhole">,
): LockVerdict {
  const notCompared = stages.map(({ stage }) => stage.id).filter((id) => !isDefault(id));
  if (locked === undefined) return { identical: 0, total: 0, differences: [], notCompared, isLocked: false };
  const comparison = compareLock(locked, { stages: stages.filter(({ stage }) => isDefault(stage.id)) });
  const gone = isWhole ? goneFrom(locked, new Set(stages.map(({ stage }) => stage.id))) : [];
  const differences = [...comparison.differences, ...gone];
  return {
    ...comparison,
    total: comparison.total + gone.length,
    differences,
    ...(differences.length > 0 && { firstStage: differences[0].stage }),
    notCompared,
    isLocked: true,
  };
}

/** The verdict in words. */
export function verdictText(
  verdict: LockVerdict,
  { lock, profile }: { lock: string; profile: string },
): string {
  const { identical, total, differences, firstStage, notCompared, isLocked } = verdict;
  if (!isLocked) {
    return `Not compared: ${lock} has no digests of profile ${profile}; --update-lock writes them.`;
  }
  if (total === 0) return `Not compared with ${lock}: settings changed.`;
  const lines = [`${identical} of ${count(total, "artifact")} identical to ${lock} (profile ${profile}).`];
  if (firstStage !== undefined) lines.push(`They differ from stage ${firstStage} on:`);
  for (const difference of differences.slice(0, MOST_LISTED)) lines.push(`  ${describe(difference)}`);
  if (differences.length > MOST_LISTED) lines.push(`  and ${differences.length - MOST_LISTED} more`);
  if (notCompared.length > 0) {
    lines.push(`Not compared, as settings or inputs changed: ${notCompared.join(", ")}.`);
  }
  return lines.join("\n");
}

function goneFrom(locked: LockedProfile, present: ReadonlySet<string>): LockDifference[] {
  return Object.entries(locked).filter(([stage]) => !present.has(stage)).flatMap(([stage, entries]) =>
    Object.entries(entries).map(([entry, expected]) => ({ stage, entry, expected }))
  );
}

function describe({ stage, entry, expected, actual }: LockDifference): string {
  const name = `${stage} ${entry}`;
  if (expected === undefined) return `${name}: is not locked`;
  if (actual === undefined) return `${name}: is locked, but was not made`;
  return `${name}: is ${short(actual)}, locked as ${short(expected)}`;
}

/** `sha256:0123456789ab…`. */
function short(digest: string): string {
  const colon = digest.indexOf(":");
  return `${digest.slice(0, colon + 13)}…`;
}
