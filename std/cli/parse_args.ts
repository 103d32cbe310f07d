/**
 * The part of `@std/cli/parse-args` that this project uses, over `node:util`'s tokeniser.
 *
 * Left out: dotted names (`--a.b`), values glued to a short flag (`-n5`, `-n=5`), `boolean: true`.
 *
 * @example
 * ```ts
 * import { parseArgs } from "@std/cli/parse-args";
 * import { assertEquals } from "@std/assert";
 *
 * const flags = parseArgs(["run", "--workers", "2", "--json"], { boolean: ["json"], string: ["workers"] });
 * assertEquals(flags, { _: ["run"], json: true, workers: "2" });
 * ```
 *
 * @module
 */
import { parseArgs as tokenise } from "node:util";

/** Options of {@link parseArgs}. A name may be given alone or in an array. */
export interface ParseOptions<
  B extends string = string,
  S extends string = string,
  C extends string = string,
  N extends string = string,
  D extends Record<string, unknown> = Record<string, unknown>,
> {
  /** Put what follows `--` under `"--"` instead of `_`. */
  "--"?: boolean;
  /** Other names: `{ help: "h" }`. */
  alias?: Record<string, string | readonly string[]>;
  /** Flags without a value. `false` when absent. */
  boolean?: B | readonly B[];
  /** Flags whose value stays a string; `""` when given without one. Others that look like numbers become numbers. */
  string?: S | readonly S[];
  /** Flags that may be repeated; all values in one array, `[]` when absent. Otherwise the last value wins. */
  collect?: C | readonly C[];
  /** Flags that `--no-<name>` sets to `false`. */
  negatable?: N | readonly N[];
  /** Values of absent flags. */
  default?: D;
  /** Everything from the first positional argument on goes to `_` unparsed. */
  stopEarly?: boolean;
  /** Called with what is declared nowhere, positional arguments included; `false` drops it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

type Value<K, T, C, N> = K extends C ? T[] : T | (K extends N ? false : never);

/** What {@link parseArgs} returns. */
export type Args<B extends string, S extends string, C extends string, N extends string, D> =
  & { [K in Exclude<B, keyof D>]: Value<K, boolean, C, N> }
  & { [K in Exclude<S, keyof D> as K extends C ? K : never]: Value<K, string, C, N> }
  & { [K in Exclude<S, keyof D> as K extends C ? never : K]?: Value<K, string, C, N> }
  & { [K in keyof D]: D[K] | (K extends S ? Value<K, string, C, N> : K extends B ? boolean : never) }
  & { [name: string]: unknown; _: (string | number)[]; "--"?: string[] };

/** Parses command-line arguments into an object of flags, positional arguments under `_`. */
export function parseArgs<
  const B extends string = never,
  const S extends string = never,
  const C extends string = never,
  const N extends string = never,
  D extends Record<string, unknown> = Record<never, never>,
>(args: string[], options: ParseOptions<B, S, C, N, D> = {}): Args<B, S, C, N, D> {
  const names = aliases(options.alias ?? {});
  const sets = {
    boolean: withAliases(options.boolean, names),
    string: withAliases(options.string, names),
    collect: withAliases(options.collect, names),
    negatable: withAliases(options.negatable, names),
  };
  const result: Record<string, unknown> & { _: (string | number)[] } = { _: [] };

  const put = (name: string, value: unknown, collectable = true) => {
    for (const key of [name, ...(names.get(name) ?? [])]) {
      if (!collectable || !sets.collect.has(key)) result[key] = value;
      else if (Array.isArray(result[key])) result[key].push(value);
      else result[key] = [value];
    }
  };
  const putFlag = (name: string, value: unknown, arg: string, collectable = true) => {
    const declared = name !== "_" && (sets.boolean.has(name) || sets.string.has(name) || names.has(name));
    if (!declared && options.unknown?.(arg, name, value) === false) return;
    put(name, sets.string.has(name) ? value : asNumber(value), collectable);
  };

  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const { tokens } = tokenise({ args: args.slice(0, end), strict: false, tokens: true });
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token.kind === "positional") {
      if (options.unknown?.(token.value) !== false) {
        result._.push(sets.string.has("_") ? token.value : asNumber(token.value) as string | number);
      }
      if (!options.stopEarly) continue;
      result._.push(...args.slice(token.index + 1, end));
      break;
    }
    if (token.kind !== "option") continue;
    const { name } = token;
    const arg = args[token.index];
    const isBoolean = sets.boolean.has(name);
    if (token.value !== undefined) {
      putFlag(name, isBoolean ? token.value !== "false" : token.value, arg);
      continue;
    }
    const positive = name.startsWith("no-") ? name.slice(3) : "";
    if (sets.negatable.has(positive)) {
      putFlag(positive, false, arg, false);
      continue;
    }
    const next = tokens[i + 1];
    const follows = next?.kind === "positional" && next.index === token.index + 1 ? next.value : undefined;
    if (follows !== undefined && (!isBoolean || follows === "true" || follows === "false")) {
      putFlag(name, isBoolean ? follows === "true" : follows, arg);
      i++;
    } else {
      putFlag(name, sets.string.has(name) ? "" : true, arg);
    }
  }

  for (const [name, value] of Object.entries(options.default ?? {})) {
    if (!Object.hasOwn(result, name)) put(name, value, false);
  }
  for (const name of sets.boolean) {
    if (!Object.hasOwn(result, name)) result[name] = sets.collect.has(name) ? [] : false;
  }
  for (const name of sets.collect) {
    if (!Object.hasOwn(result, name)) result[name] = [];
  }
  if (options["--"]) result["--"] = args.slice(end + 1);
  else result._.push(...args.slice(end + 1));
  return result as Args<B, S, C, N, D>;
}

/** Name → its other names, in every direction. */
function aliases(alias: Record<string, string | readonly string[]>): Map<string, string[]> {
  const map = new Map<string, string[]>();
  for (const [name, others] of Object.entries(alias)) {
    const all = [name, ...[others].flat()];
    for (const one of all) map.set(one, all.filter((other) => other !== one));
  }
  return map;
}

function withAliases(names: string | readonly string[] | undefined, aliases: Map<string, string[]>) {
  const given = [names ?? []].flat();
  return new Set(given.flatMap((name) => [name, ...(aliases.get(name) ?? [])]));
}

function asNumber(value: unknown): unknown {
  const isNumber = typeof value === "string" &&
    /^(0x[0-9a-f]+|[-+]?(?:\d+(?:\.\d*)?|\.\d+)(e[-+]?\d+)?)$/i.test(value);
  return isNumber ? Number(value) : value;
}
