/**
 * What a verification found, in words and as JSON.
 *
 * @module
 */
import type { Difference, Recompute, RecomputedUnit, Verification, VerifiedStage } from "../pipeline/mod.ts";
import { verdictText } from "./lock_verdict.ts";
import { count, table } from "./table.ts";
import type { Side, VerifyVerdict } from "./verify_verdict.ts";

/** All that is to be said. */
export interface Verified {
  readonly found: Verification;
  readonly verdict: VerifyVerdict;
  readonly recompute: Recompute | undefined;
  readonly profile: string;
  /** Name of the lock file. */
  readonly lock: string;
  /** The call that makes what is missing. */
  readonly command: string;
}

/** Most differences of one unit, and units of one list, that are shown. */
const MOST_SHOWN = 12;

/** A table of the stages, the first difference, and what was checked and what was not. */
export function verifiedText(verified: Verified): string {
  const { found: { stages, aborted }, verdict, profile, lock, command } = verified;
  const parts = [table([
    ["stage", "hashed", "recomputed", "verdict"],
    ...stages.map((stage) => [
      stage.stage.id,
      `${stage.checked} of ${count(stage.units, "unit")}`,
      stage.recomputed.length === 0 ? "" : `${stage.recomputed.length} of ${stage.units}`,
      stageVerdict(stage, verdict),
    ]),
  ])];
  const brokenStages = stages.filter(({ broken }) => broken.length > 0);
  for (const stage of brokenStages) parts.push(...brokenLines(stage, command));
  const differing = stages.find(({ recomputed }) => recomputed.some(({ state }) => state === "different"));
  if (differing !== undefined) parts.push(differenceText(differing, verdict));
  const failed = stages.flatMap(({ recomputed }) => recomputed).filter(({ state }) => state === "failed");
  for (const { message, ...unit } of failed) {
    parts.push(`${nameOf(unit)} could not be recomputed: ${message}`);
  }
  parts.push(verdictText(verdict.lock, { lock, profile }));
  parts.push(checkedText(verified));
  if (aborted) parts.push("Stopped before the end. The store is as it was.");
  return parts.join("\n\n");
}

/** One line of `--json` for each stage. */
export function verifiedLines({ found: { stages }, verdict }: Verified): object[] {
  return stages.map((stage) => ({
    type: "verified",
    stage: stage.stage.id,
    verdict: stageVerdict(stage, verdict),
    units: stage.units,
    hashed: stage.checked,
    broken: stage.broken,
    recomputed: stage.recomputed.map(({ shard, state, message, missing, added, differences }) => {
      return { shard, state, ...(message !== undefined && { message }), missing, added, differences };
    }),
    ...(verdict.sides.has(stage.stage.id) && { lockAgreesWith: verdict.sides.get(stage.stage.id) }),
  }));
}

/** The last line of `--json`, without the exit code. */
export function verifiedSummary({ found, verdict, recompute, profile }: Verified): object {
  const { stages, bytes, aborted } = found;
  const units = (of: (stage: VerifiedStage) => number) => stages.reduce((sum, stage) => sum + of(stage), 0);
  return {
    profile,
    machine: Deno.build.arch,
    aborted,
    bytes,
    units: units((stage) => stage.units),
    hashed: units(({ checked }) => checked),
    recomputed: units(({ recomputed }) => recomputed.length),
    ...(recompute !== undefined && { seed: recompute.seed }),
    firstDifferent: stages.find(isDifferent)?.stage.id ?? null,
    lock: verdict.lock,
  };
}

function isDifferent({ broken, recomputed }: VerifiedStage): boolean {
  return broken.length > 0 || recomputed.some(({ state }) => state === "different");
}

function stageVerdict(
  { stage: { id }, state, checked, broken, recomputed }: VerifiedStage,
  { lock }: VerifyVerdict,
): string {
  const has = (wanted: RecomputedUnit["state"]) => recomputed.some(({ state }) => state === wanted);
  if (broken.length > 0) return "broken";
  if (has("different")) return "recomputed otherwise";
  if (has("failed")) return "could not be recomputed";
  if (state === "missing") return checked === 0 ? "not in the store" : "not all in the store";
  if (lock.differences.some(({ stage }) => stage === id)) return "not as locked";
  const isCompared = lock.isLocked && !lock.notCompared.includes(id) && !lock.notLocked.includes(id);
  return isCompared ? "identical to the lock" : "as recorded; not in the lock";
}

function brokenLines({ stage, broken }: VerifiedStage, command: string): string[] {
  const lines = broken.slice(0, MOST_SHOWN).map(({ shard, what, found }) =>
    `${nameOf({ stage: stage.id, shard })}: ${what} is broken: ${found}`
  );
  if (broken.length > MOST_SHOWN) lines.push(`and ${broken.length - MOST_SHOWN} more of ${stage.id}`);
  return [[...lines, `${command} makes it again`].join("\n")];
}

/** The first unit that was recomputed otherwise, and whom the lock agrees with. */
function differenceText({ stage, recomputed }: VerifiedStage, { sides }: VerifyVerdict): string {
  const different = recomputed.filter(({ state }) => state === "different");
  const [first, ...more] = different;
  const lines = [`${nameOf(first)} gave other bytes than are stored:`];
  for (const name of first.missing) lines.push(`  ${name}: is stored, but was not made`);
  for (const name of first.added) lines.push(`  ${name}: was made, but is not stored`);
  for (const difference of first.differences.slice(0, MOST_SHOWN)) lines.push(`  ${described(difference)}`);
  if (first.differences.length > MOST_SHOWN) {
    lines.push(
      `  and ${
        count(first.differences.length - MOST_SHOWN, "more artifact or array", "more artifacts or arrays")
      }`,
    );
  }
  if (more.length > 0) lines.push(`So did ${count(more.length, "more unit")} of ${stage.id}.`);
  lines.push(SIDES[sides.get(stage.id) ?? "unknown"]);
  return lines.join("\n");
}

const SIDES: Readonly<Record<Side, string>> = {
  recomputed: "The lock agrees with what was recomputed: the store was changed.",
  store:
    "The lock agrees with the store: this machine computes other bytes, or the stage is not deterministic.",
  neither: "The lock agrees with neither.",
  unknown: "The lock does not know this stage under these settings.",
};

/** `x [1, 2]: stored 3 (0x40400000), recomputed 3.5 (0x40600000); 2 of 4 elements differ, by at most 2`. */
function described({ what, at, stored, recomputed, differing, of, place, largest }: Difference): string {
  const most = largest === undefined ? "" : `, by at most ${largest}`;
  const differ = differing === 1 ? "differs" : "differ";
  return `${what} ${at}: stored ${stored}, recomputed ${recomputed}; ${differing} of ${
    count(of, place)
  } ${differ}${most}`;
}

/** What was checked, and what was not: exactly. */
function checkedText({ found: { stages, bytes }, verdict, recompute, command }: Verified): string {
  const checked = stages.reduce((sum, { hashed }) => sum + hashed, 0);
  const units = stages.reduce((sum, stage) => sum + stage.units, 0);
  const recomputed = stages.flatMap(({ recomputed }) => recomputed);
  const { lock } = verdict;
  const parts = [
    `Checked: the SHA-256 of ${count(checked, "artifact")} (${
      (bytes / 1e6).toFixed(1)
    } MB) against their records, ` +
    `and ${count(lock.total, "entry", "entries")} against the lock.`,
  ];
  if (recomputed.length > 0) {
    const chosen = recompute?.units === "all" ? "" : ` (--seed ${recompute?.seed})`;
    parts.push(
      `Recomputed on this ${Deno.build.arch} machine, from the recorded inputs: ${recomputed.length} of ${
        count(units, "unit")
      }${chosen}: ${listed(recomputed.map(nameOf))}.`,
    );
  }
  const rest = units - recomputed.length;
  if (rest > 0) {
    parts.push(
      `Not checked: whether this machine gives the bytes of the other ${count(rest, "unit")} again.`,
    );
  }
  const missing = stages.filter(({ state }) => state === "missing").map(({ stage }) => stage.id);
  if (missing.length > 0) parts.push(`Not in the store: ${listed(missing)}; ${command} makes it.`);
  return parts.join("\n");
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_SHOWN).join(", ");
  return names.length > MOST_SHOWN ? `${shown} and ${names.length - MOST_SHOWN} more` : shown;
}

function nameOf({ stage, shard }: { stage: string; shard: number | null }): string {
  return shard === null ? stage : `${stage} shard ${shard}`;
}
