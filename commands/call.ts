/**
 * What a command declares about itself, and what a call of it says.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { brief, didYouMean, quoted } from "../pipeline/mod.ts";

/** Thrown when a call is wrong: exit code 2, and nothing was touched. */
export class CallError extends Error {
  override readonly name = "CallError";
}

/** An option of a command. */
export interface Flag {
  readonly name: string;
  /** One letter that stands for it: `-n` for `--last`. */
  readonly short?: string;
  /** Placeholder of its value; a flag without one is a switch. */
  readonly value?: string;
  /** May be given several times. Otherwise the last one wins. */
  readonly repeats?: boolean;
  readonly help: string;
}

/** A command: one file in this folder, one line in mod.ts. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Placeholder of its arguments; a command without one takes none. */
  readonly names?: string;
  readonly flags: readonly Flag[];
  /** What follows the command's name, and what that does. */
  readonly examples: readonly (readonly [args: string, what: string])[];
  /** Whether it reads what is stored: nothing is collected as garbage meanwhile. */
  readonly readsStore?: boolean;
  /** Returns the exit code. */
  run(call: Call): Promise<number>;
}

/** The arguments of a command, taken apart. */
export interface Call {
  /** What is not a flag, in order. */
  readonly names: readonly string[];
  /** All arguments, as they were given. */
  readonly words: readonly string[];
  /** Whether a switch is on. */
  has(flag: string): boolean;
  /** The value of a flag, or `undefined` when it is absent. */
  text(flag: string): string | undefined;
  /** All values of a flag that repeats. */
  texts(flag: string): readonly string[];
}

/** Switches that every command has. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: "verbose", help: "show the stack of an error" },
  { name: "help", short: "h", help: "show this help" },
];

/**
 * Takes the arguments of a command apart.
 *
 * @throws {CallError} For a flag that there is not, one without its value, or an argument where none belongs.
 *
 * @example
 * ```ts
 * import { parseCall } from "./call.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const flags = [{ name: "workers", value: "n", help: "" }, { name: "json", help: "" }];
 * const call = parseCall({ name: "run", names: "stage", flags }, ["linear/train", "--workers", "2"]);
 * assertEquals(call.names, ["linear/train"]);
 * assertEquals(call.text("workers"), "2");
 * assertEquals(call.has("json"), false);
 * assertThrows(() => parseCall({ name: "run", flags }, ["--wrokers=2"]), Error, 'did you mean "--workers"');
 * ```
 */
export function parseCall(
  command: Pick<Command, "name" | "names" | "flags">,
  args: readonly string[],
): Call {
  const flags = [...command.flags, ...COMMON_FLAGS];
  const names = (wanted: (flag: Flag) => boolean) => flags.filter(wanted).map(({ name }) => name);
  const valued = names(({ value }) => value !== undefined);
  refuseValues(command.name, args, names(({ value }) => value === undefined));
  const parsed = parseArgs([...args], {
    boolean: names(({ value }) => value === undefined),
    string: ["_", ...valued],
    collect: names(({ repeats }) => repeats === true),
    alias: Object.fromEntries(flags.flatMap(({ name, short }) => short === undefined ? [] : [[name, short]])),
    unknown: (arg, key) => {
      if (key !== undefined) throw unknownFlag(command.name, arg, flags);
    },
  }) as Record<string, unknown> & { _: string[] };
  for (const flag of valued) {
    if (![parsed[flag]].flat().includes("")) continue;
    throw new CallError(`Cannot ${command.name}: --${flag} takes a value, but has none`);
  }
  if (command.names === undefined && parsed._.length > 0) {
    throw new CallError(`Cannot ${command.name}: it takes no arguments, but found ${quoted(parsed._[0])}`);
  }
  return {
    names: parsed._,
    words: args,
    has: (flag) => parsed[flag] === true,
    text: (flag) => parsed[flag] as string | undefined,
    texts: (flag) => parsed[flag] as string[],
  };
}

/**
 * One of a few words.
 *
 * @throws {CallError} For another one, with the nearest.
 */
export function oneOf<T extends string>(flag: string, value: string, known: readonly T[]): T {
  const found = known.find((word) => word === value);
  if (found !== undefined) return found;
  throw new CallError(
    `Cannot use --${flag} ${brief(value)}: it must be ${known.join(" or ")}${didYouMean(value, known)}`,
  );
}

function unknownFlag(command: string, arg: string, flags: readonly Flag[]): CallError {
  const found = arg.replace(/=.*$/s, "");
  const known = flags.map(({ name }) => `--${name}`);
  return new CallError(
    `Cannot ${command}: there is no flag ${quoted(found)}${
      didYouMean(found, known)
    }; ${command} --help lists them all`,
  );
}

/** `--json=yes` would be taken for `--json`. */
function refuseValues(command: string, args: readonly string[], switches: readonly string[]): void {
  for (const arg of args) {
    if (arg === "--") return;
    const [, name] = /^--([^=]+)=/.exec(arg) ?? [];
    if (!switches.includes(name)) continue;
    throw new CallError(`Cannot ${command}: --${name} takes no value, but found ${quoted(arg)}`);
  }
}
