/**
 * `export --format npy`: a data set as files that numpy reads.
 *
 * @module
 */
import { resolve } from "node:path";
import { didYouMean, openArtifacts, plan, type StageInput, type StagePlan } from "../pipeline/mod.ts";
import { DATASET, readSummary, SPLITS } from "../stages/dataset.ts";
import { elementCount, elementSize } from "../stages/formats/numeric.ts";
import { openZarrArray, type ZarrArrayReader } from "../stages/formats/zarr_reader.ts";
import { type Call, CallError, oneOf } from "./call.ts";
import { type ExportFormat, requireNew, withBar } from "./export_format.ts";
import { writeNpyFile } from "./npy_file.ts";
import {
  folderOf,
  fromHere,
  repeatedFlags,
  requirePermission,
  ROOT,
  SELECTION_FLAGS,
  selectStages,
} from "./selection.ts";
import { count } from "./table.ts";

/** One array and where it goes. */
interface Target {
  readonly path: string;
  readonly array: ZarrArrayReader;
}

/** The format. */
export const npyFormat: ExportFormat = {
  name: "npy",
  help: "a data set as <split>/<column>.npy, as numpy.load reads it",
  folder: "exports/<system>",
  stopped: "Files that are whole are kept.",
  flags: [
    { name: "split", value: "name", repeats: true, help: "train, validation or test; all without it" },
    { name: "column", value: "name", repeats: true, help: "such as u or v; all without it" },
    ...SELECTION_FLAGS,
  ],
  examples: [
    ["turing/cache", "all of a data set, to artifacts/exports/turing"],
    ["turing/cache --split test --column v", "the held-out patterns alone"],
  ],

  async run(call, signal) {
    const elsewhere = call.text("to");
    if (elsewhere !== undefined) requirePermission("write", folderOf("to", elsewhere));
    const { stage, folder } = await chosenDataset(call);
    const to = resolve(elsewhere ?? `${folder}/exports/${stage.stage.id.split("/")[0]}`);
    requirePermission("write", to);
    await writeTargets(await targetsOf(call, openArtifacts(stage, folder), to), signal);
  },
};

/** The data set that the call names, from the store. */
async function chosenDataset(call: Call): Promise<{ stage: StagePlan; folder: string }> {
  const [name, ...more] = call.names;
  if (name === undefined || more.length > 0) {
    throw new CallError(
      `Cannot export: it takes one stage, such as turing/cache, but found ${call.names.length}`,
    );
  }
  const { graph, artifacts } = await selectStages(call);
  const known = graph.stages.map(({ id }) => id).filter((id) => id.endsWith("/cache"));
  if (!known.includes(name)) {
    const there = known.length > 0 ? `, such as ${known.join(", ")}` : "";
    throw new CallError(
      `Cannot export ${name}: it must be a stage that makes a data set${there}${didYouMean(name, known)}`,
    );
  }
  const stage = plan(graph, { root: ROOT, artifacts }).find(({ stage }) => stage.id === name)!;
  if (stage.state === "done") return { stage, folder: artifacts };
  throw new Error(
    `Cannot export ${name}: it must be in the store under these settings, but is ${stage.state}; ` +
      `deno task macronet run ${[name, ...repeatedFlags(call)].join(" ")} makes it`,
  );
}

/** What is to be written, all of it new. */
async function targetsOf(call: Call, input: StageInput, to: string): Promise<Target[]> {
  const { columns } = await readSummary(input);
  const targets: Target[] = [];
  for (const split of chosen(call, "split", SPLITS)) {
    for (const column of chosen(call, "column", columns)) {
      const path = `${to}/${split}/${column}.npy`;
      requireNew(path);
      targets.push({ path, array: await openZarrArray(input, `${DATASET}/${split}/${column}`) });
    }
  }
  return targets;
}

function chosen<T extends string>(call: Call, flag: string, known: readonly T[]): readonly T[] {
  const names = call.texts(flag).map((name) => oneOf(flag, name, known));
  return names.length === 0 ? known : known.filter((name) => names.includes(name));
}

/** Writes one file after the other; a bar on a terminal, a line a file everywhere. */
async function writeTargets(targets: readonly Target[], signal: AbortSignal): Promise<void> {
  const bytesOf = ({ array: { shape, dataType } }: Target) => elementCount(shape) * elementSize(dataType);
  const max = targets.reduce((sum, target) => sum + bytesOf(target), 0);
  await withBar(max, async (show) => {
    let before = 0;
    for (const target of targets) {
      const { path, array } = target;
      const size = bytesOf(target);
      await writeNpyFile(path, array, (rows) => {
        signal.throwIfAborted();
        show(before + size * rows / array.shape[0]);
      });
      before += size;
      console.log(`${fromHere(path)}  ${array.dataType} [${array.shape.join(", ")}]  ${size} bytes`);
    }
  });
  console.log(`Wrote ${count(targets.length, "file")}, ${max} bytes of values.`);
}
