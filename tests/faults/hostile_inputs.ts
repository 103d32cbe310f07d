/** Inputs that nobody well-meaning writes: names, bytes and JSON, most of them a step away from what is right. */
import fc from "fast-check";

/** Pieces of names that mean something to a file system, a terminal, an object of the engine, or a reader's eye. */
const PIECES = [
  ...[
    "..",
    ".",
    "",
    "/",
    "\\",
    "~",
    "C:",
    "c:\\windows",
    "\0",
    "\n",
    "\r\n",
    "\t",
    " ",
    "a ",
    " a",
    "a.",
    "...",
  ],
  ...[
    "CON",
    "nul",
    "NUL.txt",
    "com1",
    "LPT9.tar.gz",
    "aux",
    "prn .x",
    "-",
    "--",
    "--help",
    "*",
    "?",
    "<",
    "|",
    '"',
  ],
  // A full-width slash, a fraction slash, a leader that looks like a dot, one that turns the text, none that is seen.
  ...["\uff0f", "\u2044", "\u2024\u2024", "\u202egnp.", "\u200b", "\ufeff", "\u00ad", "\u2028", "\u{e0001}"],
  // Two spellings of one letter, a letter of another alphabet, ligatures, letters that change their length in capitals.
  ...["\u00e9", "e\u0301", "\u0430", "\ufb01", "\u0130", "\u00df", "\u212a", "\ud800", "\udc00", "\u{1f600}"],
  ...["__proto__", "constructor", "toString", "prototype", "hasOwnProperty", "length", "__metadata__"],
  ...[
    "\x1b[2J",
    "\x9b31m",
    "%2e%2e%2f",
    "$HOME",
    "`id`",
    "a;b",
    "a".repeat(300),
    "\u00e9".repeat(150),
    "../".repeat(99),
  ],
  ...["u", "v", "train", "steps", "make", "data.zarr", "part-0.txt", "0", "1e999", "zarr.json"],
];

/** Names, from almost right to not at all. */
export const names: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...PIECES),
  fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 4 }).chain((pieces) =>
    fc.constantFrom("/", "", ".", "=", "\\").map((between) => pieces.join(between))
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ maxLength: 20 }),
  fc.array(fc.nat(0xffff), { maxLength: 300 }).map((units) => String.fromCharCode(...units)),
  fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,9}(\/[a-z0-9][a-z0-9_-]{0,9}){0,2}$/),
);

/** Numbers at which sizes, signs and types end. */
const NUMBERS = [0, 1, 2, 3, 7, 63, 64, 127, 128, 255, 256, 65535, 65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31];
const LARGE = [2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 53 - 1, 2 ** 53, 2 ** 62];

/** Raw JSON that stands in the place of something else; not all of it is JSON. */
const snippets: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "null",
    "true",
    "false",
    '""',
    "[]",
    "{}",
    "[[]]",
    "[null]",
    '{"a":null}',
    '{"__proto__":{"a":1}}',
  ),
  fc.constantFrom(
    "-1",
    "-0",
    "1.5",
    "1e999",
    "-1e999",
    "1e-400",
    "NaN",
    "Infinity",
    "undefined",
    "01",
    "1e21",
  ),
  fc.constantFrom(...[...NUMBERS, ...LARGE].map(String)),
  fc.constantFrom('"\\ud800"', '"\\u0000"', '{"toString":1}', '{"length":3}', "[1,2,3]", '"\\u202e"'),
  fc.constantFrom(100, 5000, 50_000).chain((depth) =>
    fc.constantFrom("[".repeat(depth) + "]".repeat(depth), '{"a":'.repeat(depth) + "1" + "}".repeat(depth))
  ),
  names.map((name) => JSON.stringify(name)),
  fc.json({ maxDepth: 3 }),
);

/** A change to JSON, at the n-th value or name in it. */
interface Edit {
  readonly kind: "replace" | "rename" | "twice" | "drop" | "more";
  readonly at: number;
  readonly name: string;
  readonly snippet: string;
}

const edits: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom("replace", "replace", "replace", "rename", "twice", "drop", "more"),
  at: fc.nat(1000),
  name: names,
  snippet: snippets,
});

/** The text of a JSON value with one edit. */
export function edited(value: unknown, { kind, at, name, snippet }: Edit): string {
  const target = at % nodes(value);
  let count = 0;
  const write = (value: unknown): string => {
    const isTarget = count++ === target;
    if (isTarget && (kind === "replace" || typeof value !== "object" || value === null)) return snippet;
    if (Array.isArray(value)) {
      const items = value.map(write);
      if (isTarget && kind === "drop") items.pop();
      if (isTarget && kind !== "drop") items.push(snippet);
      return `[${items.join()}]`;
    }
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const entries = Object.entries(value).map(([key, item]) => [JSON.stringify(key), write(item)]);
    const chosen = at % Math.max(1, entries.length);
    const [key] = entries[chosen] ?? ['"a"'];
    if (isTarget && kind === "rename" && entries.length > 0) entries[chosen][0] = JSON.stringify(name);
    if (isTarget && kind === "drop") entries.splice(chosen, 1);
    if (isTarget && kind === "twice") entries.splice(at % (entries.length + 1), 0, [key, snippet]);
    if (isTarget && kind === "more") entries.push([JSON.stringify(name), snippet]);
    return `{${entries.map((entry) => entry.join(":")).join()}}`;
  };
  return write(value);
}

function nodes(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return 1 + Object.values(value).reduce((sum: number, item) => sum + nodes(item), 0);
}

/** Text that is some of these values of JSON, or nearly. */
export function jsonTexts(...values: readonly unknown[]): fc.Arbitrary<string> {
  const value = fc.constantFrom(...values);
  const changed = fc.tuple(value, edits).map(([value, edit]) => edited(value, edit));
  return fc.oneof(
    { weight: 1, arbitrary: value.map((value) => JSON.stringify(value)) },
    { weight: 8, arbitrary: changed },
    { weight: 2, arbitrary: fc.tuple(changed, edits).map(([text, edit]) => editedTwice(text, edit)) },
    {
      weight: 2,
      arbitrary: changedBytes(...values.map((value) => encode(JSON.stringify(value)))).map(decode),
    },
    { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  );
}

function editedTwice(text: string, edit: Edit): string {
  // What is nested so deeply cannot be walked through by the test itself.
  if (/[[{]{50}|(\{"a":){50}/.test(text)) return text;
  try {
    return edited(JSON.parse(text), edit);
  } catch {
    return text;
  }
}

const changes: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc.oneof(
  // A bit.
  fc.tuple(fc.nat(), fc.nat(7)).map(([at, bit]) => (bytes: Uint8Array) =>
    bytes.map((byte, i) => i === at % bytes.length ? byte ^ (1 << bit) : byte)
  ),
  // The end.
  fc.nat().map((at) => (bytes: Uint8Array) => bytes.slice(0, at % (bytes.length + 1))),
  // Some bytes in the place of others, or between them.
  fc.tuple(fc.nat(), fc.nat(16), fc.uint8Array({ maxLength: 16 })).map(
    ([at, cut, piece]) => (bytes: Uint8Array) => {
      const from = at % (bytes.length + 1);
      return Uint8Array.of(...bytes.subarray(0, from), ...piece, ...bytes.subarray(from + cut));
    },
  ),
  // A size, in either order of bytes. Most stand near the beginning.
  fc.tuple(
    fc.oneof(fc.nat(32), fc.nat()),
    fc.constantFrom(...NUMBERS, ...LARGE),
    fc.constantFrom(1, 2, 4, 8),
    fc.boolean(),
  )
    .map(([at, size, width, little]) => (bytes: Uint8Array) => {
      const out = bytes.slice();
      for (let i = 0; i < width; i++) {
        const byte = Math.floor(size / 256 ** i) % 256;
        const to = at % Math.max(1, out.length) + (little ? i : width - 1 - i);
        if (to < out.length) out[to] = byte;
      }
      return out;
    }),
  // A part of it again.
  fc.tuple(fc.nat(), fc.nat(64)).map(([at, length]) => (bytes: Uint8Array) => {
    const from = at % (bytes.length + 1);
    return Uint8Array.of(...bytes.subarray(0, from + length), ...bytes.subarray(from));
  }),
);

/** Some of these bytes, changed in up to four places; or any. */
export function changedBytes(...valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const changed = fc.tuple(fc.constantFrom(...valid), fc.array(changes, { maxLength: 4 })).map((
    [bytes, all],
  ) => all.reduce((bytes, change) => change(bytes), bytes));
  return fc.oneof({ weight: 9, arbitrary: changed }, {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 200 }),
  });
}

/** UTF-8. */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** From UTF-8, what is none replaced. */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
