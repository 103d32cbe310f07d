/**
 * `gc`: makes room in the store.
 *
 * @module
 */
import { type Collected, collectGarbage, type Collection, readLock } from "../pipeline/mod.ts";
import { CallError, type Command } from "./call.ts";
import { ARTIFACTS_FLAG, artifactsFolder, requirePermission, ROOT } from "./selection.ts";
import { parseSize, size } from "./size.ts";
import { count, table } from "./table.ts";

/** Runs whose results stay when nothing else is said. */
const RUNS = 3;

/** The command. */
export const gcCommand: Command = {
  name: "gc",
  summary: "remove from the store what the lock, pins and the last runs do not need",
  flags: [
    {
      name: "keep-runs",
      value: "n",
      help: `keep what so many runs, the last, made or used; ${RUNS} by default`,
    },
    {
      name: "max-size",
      value: "size",
      help: "remove no more than brings the objects down to this, such as 20G, the least recently used first",
    },
    { name: "dry-run", help: "say what would go, and touch nothing" },
    { name: "json", help: "print one JSON object a line, a summary last" },
    ARTIFACTS_FLAG,
  ],
  examples: [
    ["--dry-run", "what would go, and what that frees"],
    ["--max-size 20G", "the oldest results, until the rest fits"],
    ["--keep-runs 1", "all but the lock's, pinned and the last run's results"],
  ],

  async run(call) {
    const runs = runsOf(call.text("keep-runs") ?? `${RUNS}`);
    const limit = call.text("max-size");
    const maxSize = limit === undefined ? undefined : parseSize("max-size", limit);
    const dryRun = call.has("dry-run");
    const artifacts = artifactsFolder(call.text("artifacts"));
    requirePermission("write", artifacts);
    const { profiles } = await readLock(`${ROOT}/reproduce.lock.json`);
    const collection = await collectGarbage({
      artifacts,
      locked: Object.values(profiles),
      runs,
      ...(maxSize !== undefined && { maxSize }),
      dryRun,
      onWait: () => console.error("Waiting for a process that is planning or reading …"),
    });
    if (call.has("json")) printJson(collection, dryRun);
    else console.log(describe(collection, { dryRun, maxSize }));
    return isTooLarge(collection, maxSize) ? 1 : 0;
  },
};

function runsOf(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new CallError(`Cannot use --keep-runs ${text}: it must be a whole number, 0 or more, but is not`);
}

function isTooLarge({ kept }: Collection, maxSize: number | undefined): boolean {
  return maxSize !== undefined && kept.bytes > maxSize;
}

function printJson({ collected, objects, freed, kept }: Collection, dryRun: boolean): void {
  for (const unit of collected) console.log(JSON.stringify({ type: "collected", ...unit }));
  const summary = { units: collected.filter(({ key }) => key !== undefined).length, objects, freed, kept };
  console.log(JSON.stringify({ type: "summary", dryRun, ...summary }));
}

function describe(
  collection: Collection,
  { dryRun, maxSize }: { dryRun: boolean; maxSize: number | undefined },
): string {
  const { collected, objects, freed, kept } = collection;
  const units = collected.filter(({ key }) => key !== undefined).length;
  const parts: string[] = [];
  if (collected.length > 0) parts.push(table(rows(collected), { right: [1, 2] }) + "\n");
  parts.push(
    collected.length === 0
      ? "Nothing to remove."
      : `${dryRun ? "Would remove" : "Removed"} ${count(units, "unit")} and ${
        count(objects, "object")
      }, which ` +
        `${dryRun ? "would free" : "frees"} ${size(freed)}.`,
  );
  parts.push(`${dryRun ? "Would keep" : "Kept"} ${count(kept.units, "unit")}, ${size(kept.bytes)}.`);
  if (isTooLarge(collection, maxSize)) {
    parts.push(
      `That is more than ${size(maxSize!)}: the lock, pins, the last runs and what runs now need it. ` +
        "Lower --keep-runs, or take pins off with unpin.",
    );
  }
  return parts.join("\n");
}

/** A line a stage, the least recently used first. */
function rows(collected: readonly Collected[]): string[][] {
  const groups = new Map<string, { units: number; bytes: number; lastUsed: string }>();
  for (const { stage, key, bytes, lastUsed = "" } of collected) {
    const name = stage ?? (key === undefined ? "(objects of no unit)" : "(broken records)");
    const group = groups.get(name) ?? { units: 0, bytes: 0, lastUsed: "" };
    groups.set(name, {
      units: group.units + (key === undefined ? 0 : 1),
      bytes: group.bytes + bytes,
      lastUsed: lastUsed > group.lastUsed ? lastUsed : group.lastUsed,
    });
  }
  const lines = [...groups].map(([name, { units, bytes, lastUsed }]) => [
    name,
    units === 0 ? "" : `${units}`,
    size(bytes),
    lastUsed === "" ? "" : lastUsed.slice(0, 16).replace("T", " "),
  ]);
  return [["stage", "units", "size", "last used (UTC)"], ...lines];
}
