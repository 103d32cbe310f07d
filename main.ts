/**
 * The command line: `deno task macronet <command>`.
 *
 * @module
 */
import {
  artifactsFolder,
  CallError,
  type Command,
  commandHelp,
  COMMANDS,
  overview,
  parseCall,
} from "./commands/mod.ts";
import config from "./deno.json" with { type: "json" };
import { brief, didYouMean, holdStore, printable } from "./pipeline/mod.ts";

/** Exit codes: 0 done, 1 a stage or a check failed, 2 the call is wrong. */
async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined) {
    console.error(overview(COMMANDS).trimEnd());
    return 2;
  }
  if (name === "--help" || name === "-h") return print(overview(COMMANDS));
  if (name === "--version") return print(`macronet ${config.version} (deno ${Deno.version.deno})`);
  const command = find(name);
  const call = parseCall(command, args);
  if (call.has("help")) return print(commandHelp(command));
  if (!command.readsStore) return await command.run(call);
  const hold = await holdStore(artifactsFolder(call.text("artifacts")));
  try {
    return await command.run(call);
  } finally {
    hold.release();
  }
}

function find(name: string): Command {
  const command = COMMANDS.find((command) => command.name === name);
  if (command !== undefined) return command;
  const known = COMMANDS.map(({ name }) => name);
  throw new CallError(
    `Cannot ${brief(name)}: there is no such command${didYouMean(name, known)}; there are ${
      known.join(", ")
    }`,
  );
}

function print(text: string): number {
  console.log(text.trimEnd());
  return 0;
}

/** One line, and the stack for those who ask for it. */
function explain(error: unknown): string {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const line = `error: ${printable(message.replaceAll(/\s*\n\s*/g, " "))}`;
  return Deno.args.includes("--verbose") ? `${line}\n${stack}` : line;
}

if (import.meta.main) {
  const code = await main(Deno.args).catch((error) => {
    console.error(explain(error));
    return error instanceof CallError ? 2 : 1;
  });
  Deno.exit(code);
}
