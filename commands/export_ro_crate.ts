/**
 * `export --format ro-crate`: a run with its parameters, code, inputs and outputs, as a Workflow Run RO-Crate.
 *
 * @module
 */
import { resolve } from "node:path";
import config from "../deno.json" with { type: "json" };
import { listRuns } from "../pipeline/mod.ts";
import { CallError } from "./call.ts";
import { type ExportFormat, requireNew, withBar } from "./export_format.ts";
import { chosenRun, shortId } from "./past_run.ts";
import { describeRun } from "./ro_crate/described_run.ts";
import { crateMetadata } from "./ro_crate/metadata.ts";
import { artifactBytes, writeCrate } from "./ro_crate/write_crate.ts";
import { ARTIFACTS_FLAG, artifactsFolder, folderOf, fromHere, requirePermission, ROOT } from "./selection.ts";
import { count } from "./table.ts";

/** The format. */
export const roCrateFormat: ExportFormat = {
  name: "ro-crate",
  help: "a run with its parameters, code, inputs and outputs, as a Workflow Run RO-Crate",
  folder: "exports/<run>",
  stopped: "Nothing of it is kept.",
  flags: [
    { name: "run", value: "run", help: "which one; last by default" },
    ARTIFACTS_FLAG,
  ],
  examples: [["--format ro-crate --run last", "the last run, to archive or publish it"]],

  async run(call, signal) {
    if (call.names.length > 0) {
      throw new CallError(
        `Cannot export --format ro-crate: it takes a run and no stages, but found "${
          call.names[0]
        }"; use --run`,
      );
    }
    const artifacts = artifactsFolder(call.text("artifacts"));
    const run = chosenRun(call.text("run") ?? "last", artifacts);
    const elsewhere = call.text("to");
    const to = elsewhere !== undefined
      ? folderOf("to", elsewhere)
      : resolve(`${artifacts}/exports/${shortId(run.id, listRuns(artifacts))}`);
    requirePermission("write", to);
    requireNew(to);
    const described = describeRun(run, { artifacts, root: ROOT });
    const metadata = crateMetadata(described, { license: config.license, version: config.version });
    const bytes = artifactBytes(described);
    await withBar(bytes, async (show) => {
      let done = 0;
      await writeCrate(described, metadata, {
        folder: artifacts,
        to,
        onBytes: (more) => {
          signal.throwIfAborted();
          show(done += more);
        },
      });
    });
    const files = described.stages.reduce((sum, { artifacts }) => sum + artifacts.length, 0);
    console.log(
      `Wrote ${fromHere(to)}: ${count(described.stages.length, "stage")}, ${
        count(files, "artifact")
      } of ${bytes} ` +
        "bytes. ro-crate-preview.html shows it.",
    );
  },
};
