/**
 * The way from a stage to a piece of its code, name by name.
 *
 * @module
 */
import type { KeptCode } from "./code_digest.ts";
import { type CodeOutline, IMPORTS, TOP_LEVEL } from "./code_outline.ts";

/** A file or package on the way, and the names in it that the way goes over. */
export interface CodeStep {
  /** Path from the project root, or package. */
  readonly ingredient: string;
  /** Empty when the way is known by files only. */
  readonly names: readonly string[];
}

/** A name in a file; `*` is all that it exports. */
type Place = readonly [ingredient: string, name: string];

/** Exports by which stages and their threads are entered. */
const ENTRIES = ["run"];

/**
 * The shortest way to one of the declarations `changed` in an ingredient, or to anything in it when that is not
 * known. Where no name leads there, because the file is only loaded, the way goes by files.
 *
 * @returns Empty when the code does not reach the ingredient.
 */
export function codePath(
  code: KeptCode,
  ingredient: string,
  changed: readonly string[] | undefined,
): CodeStep[] {
  const isAny = changed === undefined || changed.includes(IMPORTS) || changed.includes(TOP_LEVEL);
  const isGoal = ([at, name]: Place) => at === ingredient && (isAny || changed.includes(name));
  const byName = code.outlines === undefined
    ? undefined
    : search(entries(code), isGoal, (place) => next(place, code));
  if (byName !== undefined) return joined(byName);
  const files = search(
    entries(code),
    ([at]) => at === ingredient,
    ([at]) => (code.reaches[at] ?? []).map((to): Place => [to, ""]),
  );
  return (files ?? []).map(([at]) => ({ ingredient: at, names: [] }));
}

function entries({ module, uses, reaches }: KeptCode): Place[] {
  // Older code files do not say where a stage begins: it is what nothing else names.
  const named = new Set(Object.values(reaches).flat());
  const starts = module === undefined ? Object.keys(reaches).filter((name) => !named.has(name)) : [module];
  const roles = Object.values(uses ?? {});
  return [
    ...starts.flatMap((start) => ENTRIES.map((name): Place => [start, name])),
    ...roles.map((file): Place => [file, "*"]),
  ];
}

/** Breadth first. */
function search(
  starts: readonly Place[],
  isGoal: (place: Place) => boolean,
  next: (place: Place) => readonly Place[],
): Place[] | undefined {
  const from = new Map<string, Place | undefined>();
  const queue: Place[] = [];
  const add = (place: Place, before?: Place) => {
    if (from.has(place.join("\n"))) return;
    from.set(place.join("\n"), before);
    queue.push(place);
  };
  starts.forEach((place) => add(place));
  for (const place of queue) {
    if (isGoal(place)) return wayTo(place, from);
    for (const to of next(place)) add(to, place);
  }
  return undefined;
}

function wayTo(end: Place, from: ReadonlyMap<string, Place | undefined>): Place[] {
  const way: Place[] = [];
  for (let at: Place | undefined = end; at !== undefined; at = from.get(at.join("\n"))) way.unshift(at);
  return way;
}

/** What a name makes use of; with it runs the top level of its file. */
function next([file, name]: Place, { outlines }: KeptCode): Place[] {
  const outline = outlines?.[file];
  if (outline === undefined) return [];
  const top: Place[] = name === TOP_LEVEL || outline.declarations[TOP_LEVEL] === undefined
    ? []
    : [[file, TOP_LEVEL]];
  return [...behind(file, name, outline), ...top];
}

function behind(file: string, name: string, outline: CodeOutline): Place[] {
  const { declarations, imports, exports, stars } = outline;
  if (name === "*") {
    const all = [...Object.keys(declarations), ...Object.keys(exports)].filter((name) => name !== IMPORTS);
    return [...all.map((name): Place => [file, name]), ...stars.map((star): Place => [star, "*"])];
  }
  const found = own(declarations, name);
  if (found !== undefined) {
    const loads = (found.loads ?? []).map((to): Place => [to, "*"]);
    return [...found.names.map((name) => place(file, name, imports)), ...loads];
  }
  const target = own(exports, name);
  if (target === undefined) return stars.map((star): Place => [star, name]);
  return [typeof target === "string" ? place(file, target, imports) : target];
}

/** Names of code may be those of every object, such as `toString`. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Where a name of a module is at home. */
function place(file: string, name: string, imports: CodeOutline["imports"]): Place {
  const [space, member] = name.split(".");
  const binding = own(imports, space);
  if (binding === undefined) return [file, name];
  return member === undefined ? binding : [binding[0], member];
}

/** Names of one file that follow each other become one step. */
function joined(places: readonly Place[]): CodeStep[] {
  const steps: { ingredient: string; names: string[] }[] = [];
  for (const [ingredient, name] of places) {
    const names = name === "*" ? [] : [name];
    const last = steps.at(-1);
    if (last?.ingredient === ingredient) last.names.push(...names);
    else steps.push({ ingredient, names });
  }
  return steps;
}
