/**
 * `export`: results as files that other programs read.
 *
 * @module
 */
import { StoreError } from "../pipeline/mod.ts";
import { type Call, CallError, type Command, type Flag, oneOf } from "./call.ts";
import type { ExportFormat } from "./export_format.ts";
import { npyFormat } from "./export_npy.ts";
import { roCrateFormat } from "./export_ro_crate.ts";
import { stopOnSignal } from "./signals.ts";

/** The first one is the default. */
const FORMATS: readonly ExportFormat[] = [npyFormat, roCrateFormat];

/** The command. */
export const exportCommand: Command = {
  name: "export",
  summary: "write a data set, or a run, as files that other programs read",
  names: "stage",
  flags: [
    {
      name: "format",
      value: "name",
      help: FORMATS.map(({ name, help }, i) => `${name}${i === 0 ? " (default)" : ""}: ${help}`).join("; "),
    },
    {
      name: "to",
      value: "folder",
      help: `where the files go; ${
        FORMATS.map(({ folder }) => folder).join(" or ")
      } among the artifacts by default`,
    },
    ...uniqueFlags(),
  ],
  examples: FORMATS.flatMap(({ examples }) => examples),
  readsStore: true,

  async run(call) {
    const names = FORMATS.map(({ name }) => name);
    const name = oneOf("format", call.text("format") ?? names[0], names);
    const format = FORMATS.find((format) => format.name === name)!;
    refuseOthers(call, format);
    const stop = stopOnSignal();
    try {
      await format.run(call, stop.signal);
    } catch (error) {
      if (error instanceof StoreError) error.message += ". Make room there, or choose another --to folder";
      if (!stop.signal.aborted) throw error;
      console.error(`Stopped. ${format.stopped}`);
      return stop.exitCode();
    } finally {
      stop.forget();
    }
    return 0;
  },
};

/** The flags of all formats, each once. */
function uniqueFlags(): Flag[] {
  return [...new Map(FORMATS.flatMap(({ flags }) => flags).map((flag) => [flag.name, flag])).values()];
}

/** A flag that has no meaning for a format is a mistake, and not silently nothing. */
function refuseOthers(call: Call, format: ExportFormat): void {
  const own = new Set(format.flags.map(({ name }) => name));
  for (const { name, repeats } of uniqueFlags()) {
    const isGiven = repeats ? call.texts(name).length > 0 : call.text(name) !== undefined;
    if (own.has(name) || !isGiven) continue;
    throw new CallError(`Cannot export --format ${format.name}: it takes no --${name}`);
  }
}
