import assert from "node:assert/strict";
import fc from "fast-check";
import { canonical, digestOf } from "../../pipeline/canonical.ts";
import type { Json } from "../../pipeline/mod.ts";

const json = fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<Json>;
const hex = (value: Json) => new Uint8Array(canonical(value)).toHex();
/** Equality of JSON values: keys in any order, 0 and −0 the same. */
const isEqual = (a: Json, b: Json): boolean => {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, Json>, b as Record<string, Json>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key], right[key]));
};

Deno.test("canonical() gives different values different bytes, and equal ones the same", () => {
  fc.assert(fc.property(json, json, (a, b) => (hex(a) === hex(b)) === isEqual(a, b)), { numRuns: 2000 });
});

Deno.test("canonical() is prefix-free: no value's bytes begin another's", () => {
  fc.assert(
    fc.property(json, json, (a, b) => isEqual(a, b) || !hex(a).startsWith(hex(b))),
    { numRuns: 2000 },
  );
});

Deno.test("canonical() does not depend on the order of keys", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), json), (object) => {
    const reversed = Object.fromEntries(Object.entries(object).reverse());
    return hex(object) === hex(reversed);
  }));
});

Deno.test("canonical() tells neighbours apart", () => {
  const values: Json[] = [
    null,
    false,
    0,
    1,
    "",
    "0",
    "é",
    "e\u0301",
    [],
    [[]],
    [null],
    {},
    { "": null },
    [0],
    { a: [] },
  ];
  assert.equal(new Set(values.map(hex)).size, values.length);
  assert.equal(hex(-0), hex(0));
  assert.notEqual(hex(0.1 + 0.2), hex(0.3));
});

Deno.test("canonical() refuses what JSON cannot hold, and says where", () => {
  const refused: [unknown, RegExp][] = [
    [{ a: { b: [1, NaN] } }, /a\.b\[1\] is NaN/],
    [Infinity, /it is Infinity/],
    [{ a: undefined }, /a is undefined/],
    [{ a: new Date(0) }, /a is a Date/],
    [new Uint8Array(1), /it is a Uint8Array/],
    ["\ud800", /lone surrogate/],
    [{ "\udc00": 1 }, /lone surrogate/],
    [1n, /bigint/],
  ];
  for (const [value, message] of refused) assert.throws(() => canonical(value as Json), message);
});

Deno.test("digestOf() separates types", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), json, (a, b, value) => {
      return (digestOf(a, value) === digestOf(b, value)) === (a === b);
    }),
  );
});
