/**
 * A verified store held against `reproduce.lock.json`.
 *
 * @module
 */
import {
  type ArtifactEntry,
  compareLock,
  type LockedProfile,
  type StageResult,
  type Verification,
  type VerifiedStage,
} from "../pipeline/mod.ts";
import { judge, type LockVerdict } from "./lock_verdict.ts";
import type { Selection } from "./selection.ts";

/** Whom the lock agrees with, where the store and what was recomputed differ. */
export type Side = "store" | "recomputed" | "neither" | "unknown";

/** What came of it. */
export interface VerifyVerdict {
  /** The stages that are in the store as a whole, as they are stored. */
  readonly lock: LockVerdict;
  /** Of the stages in which something was recomputed otherwise. */
  readonly sides: ReadonlyMap<string, Side>;
}

/** Compares what is stored with the lock and, where they differ, what was recomputed too. */
export function judgeVerification(
  { stages }: Pick<Verification, "stages">,
  locked: LockedProfile | undefined,
  { isDefault, isWhole }: Pick<Selection, "isDefault" | "isWhole">,
): VerifyVerdict {
  const done = stages.filter(({ state }) => state === "done");
  const stored = done.map((stage) => resultOf(stage, stage.artifacts));
  const lock = judge({ stages: stored }, locked, {
    isDefault,
    isWhole: isWhole && done.length === stages.length,
  });
  const differing = stages.filter(({ recomputed }) => recomputed.some(({ state }) => state === "different"));
  const sides = differing.map((stage) => {
    const isLocked = isDefault(stage.stage.id) && locked?.[stage.stage.id] !== undefined;
    return [stage.stage.id, isLocked && stage.state === "done" ? sideOf(stage, locked) : "unknown"] as const;
  });
  return { lock, sides: new Map(sides) };
}

function sideOf(stage: VerifiedStage, locked: LockedProfile): Side {
  const isAsLocked = (artifacts: readonly ArtifactEntry[]) =>
    compareLock(locked, { stages: [resultOf(stage, artifacts)] }).differences.length === 0;
  if (stage.broken.length === 0 && isAsLocked(stage.artifacts)) return "store";
  return isAsLocked(withRecomputed(stage)) ? "recomputed" : "neither";
}

/** The artifacts of a stage, with what was recomputed in the place of what is stored. */
function withRecomputed({ artifacts, recomputed }: VerifiedStage): ArtifactEntry[] {
  const byName = new Map(artifacts.map((artifact) => [artifact.name, artifact]));
  for (const unit of recomputed) {
    for (const name of unit.missing) byName.delete(name);
    for (const artifact of unit.artifacts) byName.set(artifact.name, artifact);
  }
  return [...byName.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}

/** As a run would have left it. */
function resultOf({ stage, units }: VerifiedStage, artifacts: readonly ArtifactEntry[]): StageResult {
  return { stage, state: "done", executed: 0, reused: units, keys: [], artifacts };
}
