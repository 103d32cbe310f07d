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
  /** Stages that the lock has nothing of yet: a new system, say, or what is made from a part that was locked anew. */
  readonly notLocked: readonly string[];
  /** Whether the file has digests of the profile at all. */
  readonly isLocked: boolean;
}

/** Most differences that are listed. */
const MOST_LISTED = 12;

/**
 * Compares the stages that ran under default settings. A stage that the lock does not know is told of; in a run of
 * everything it must know nothing else.
 */
export function judge(
  { stages }: Pick<RunResult, "stages">,
  locked: LockedProfile | undefined,
  { isDefault, isWhole }: Pick<Selection, "isDefault" | "isWhole">,
): LockVerdict {
  const notCompared = stages.map(({ stage }) => stage.id).filter((id) => !isDefault(id));
  if (locked === undefined) {
    return { identical: 0, total: 0, differences: [], notCompared, notLocked: [], isLocked: false };
  }
  const known = stages.filter(({ stage }) => isDefault(stage.id) && stage.id in locked);
  const notLocked = stages.map(({ stage }) => stage.id).filter((id) => isDefault(id) && !(id in locked));
  const comparison = compareLock(locked, { stages: known });
  const gone = isWhole ? goneFrom(locked, new Set(stages.map(({ stage }) => stage.id))) : [];
  const differences = [...comparison.differences, ...gone];
  return {
    ...comparison,
    total: comparison.total + gone.length,
    differences,
    ...(differences.length > 0 && { firstStage: differences[0].stage }),
    notCompared,
    notLocked,
    isLocked: true,
  };
}

/** The verdict in words. */
export function verdictText(
  verdict: LockVerdict,
  { lock, profile }: { lock: string; profile: string },
): string {
  const { identical, total, differences, firstStage, notCompared, notLocked, isLocked } = verdict;
  if (!isLocked) {
    return `Not compared: ${lock} has no digests of profile ${profile}; --update-lock writes them.`;
  }
  const lines = total === 0
    ? [`Nothing to compare with ${lock} (profile ${profile}).`]
    : [`${identical} of ${count(total, "artifact")} identical to ${lock} (profile ${profile}).`];
  if (firstStage !== undefined) lines.push(`They differ from stage ${firstStage} on:`);
  for (const difference of differences.slice(0, MOST_LISTED)) lines.push(`  ${describe(difference)}`);
  if (differences.length > MOST_LISTED) lines.push(`  and ${differences.length - MOST_LISTED} more`);
  if (notLocked.length > 0) {
    lines.push(`Not locked yet: ${notLocked.join(", ")}; run --update-lock locks them.`);
  }
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
