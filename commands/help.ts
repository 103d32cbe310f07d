/**
 * Help, written from what the commands declare.
 *
 * @module
 */
import { type Command, COMMON_FLAGS, type Flag } from "./call.ts";
import { table } from "./table.ts";

/** How a command is called from a clone. */
const CALL = "deno task macronet";

/** The list of commands. */
export function overview(commands: readonly Command[]): string {
  return `macronet learns the macrostates that two observations of one system share, and proves that everyone gets
the same bytes.

Usage: ${CALL} <command> [flags]

Commands:
${indented(table(commands.map(({ name, summary }) => [name, summary])))}

Flags:
  --help     show this help; after a command, that command's
  --version  show the version

Examples:
${indented(table(commands.flatMap(({ name, examples: [first] }) => first ? [example(name, first)] : [])))}

Exit codes: 0 done, 1 a stage or a check failed, 2 the call is wrong, 130 stopped.
`;
}

/** What one command takes. */
export function commandHelp({ name, summary, names, flags, examples }: Command): string {
  const argument = names === undefined ? "" : ` [${names}…]`;
  const list = [...flags, ...COMMON_FLAGS].map((flag) => [spelling(flag), flag.help]);
  return `${capital(summary)}.

Usage: ${CALL} ${name}${argument} [flags]

Flags:
${indented(table(list))}

Examples:
${indented(table(examples.map((one) => example(name, one))))}
`;
}

function example(name: string, [args, what]: readonly [string, string]): string[] {
  return [`${CALL} ${name} ${args}`.trimEnd(), what];
}

function spelling({ name, short, value, repeats }: Flag): string {
  return `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}${
    repeats ? " …" : ""
  }`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
