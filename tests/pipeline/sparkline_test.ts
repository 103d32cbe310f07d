import assert from "node:assert/strict";
import fc from "fast-check";
import { sparkline } from "../../pipeline/sparkline.ts";

Deno.test("sparkline: any values give one block each or as many as there is room for, never more", () =>
  fc.assert(fc.property(
    fc.array(fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0))),
    fc.integer({ min: -2, max: 60 }),
    (values, width) => {
      const line = sparkline(values, width);
      assert.equal(line.length, Math.max(0, Math.min(width, values.length)));
      assert.match(line, /^[▁▂▃▄▅▆▇█ ]*$/);
    },
  )));

Deno.test("sparkline: thousands of values are drawn as the means of their shares", () => {
  const falling = Array.from({ length: 8000 }, (_, i) => 8000 - i);
  assert.equal(sparkline(falling, 8), "█▇▆▅▄▃▂▁");
  assert.equal(sparkline([...falling, ...falling.toReversed()], 16), "█▇▆▅▄▃▂▁▁▂▃▄▅▆▇█");
});

Deno.test("sparkline: a first value far above the others does not press them flat", () => {
  const line = sparkline([1e9, ...Array.from({ length: 20 }, (_, i) => 20 - i)], 21);
  assert.equal(line[0], "█");
  assert.ok(new Set(line).size >= 5, line);
});

Deno.test("sparkline: nothing, one value, equal values and no number", () => {
  assert.equal(sparkline([], 10), "");
  assert.equal(sparkline([3], 10), "▁");
  assert.equal(sparkline([3, 3, 3], 10), "▁▁▁");
  assert.equal(sparkline([NaN, NaN], 10), "  ");
  assert.equal(sparkline([Infinity, 1, -Infinity], 10), "█▁▁");
});
