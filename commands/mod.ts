/**
 * All commands. A new one is a file in this folder and a line here.
 *
 * @module
 */
import type { Command } from "./call.ts";
import { checkCommand } from "./check.ts";
import { diffCommand } from "./diff.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { gcCommand } from "./gc.ts";
import { graphCommand } from "./graph.ts";
import { logCommand } from "./log.ts";
import { pinCommand, unpinCommand } from "./pin.ts";
import { runCommand } from "./run.ts";
import { statusCommand } from "./status.ts";
import { verifyCommand } from "./verify.ts";

export { CallError, type Command, parseCall } from "./call.ts";
export { commandHelp, overview } from "./help.ts";
export { artifactsFolder } from "./selection.ts";

/** In the order of the help. */
export const COMMANDS: readonly Command[] = [
  runCommand,
  statusCommand,
  explainCommand,
  logCommand,
  diffCommand,
  graphCommand,
  exportCommand,
  gcCommand,
  pinCommand,
  unpinCommand,
  checkCommand,
  verifyCommand,
];
