import { deepStrictEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { groupsOfField, orbitsOf, ringsOf } from "../../macronet/gaussianisation/wave_groups.ts";
import { waveNumbers } from "../../macronet/gaussianisation/hartley.ts";

const wave = fc.tuple(fc.integer({ min: -16, max: 15 }), fc.integer({ min: -16, max: 15 }));
const radius = (k: readonly number[]) => Math.round(Math.hypot(...k));
const isSame = <T>([x, y]: readonly T[]) => x === y;

Deno.test("ringsOf: two waves are of one ring if they are of one length, rounded", () => {
  fc.assert(fc.property(wave, wave, (k, l) => {
    equal(isSame([...ringsOf([[0, 0], k, l]).of.subarray(1)]), radius(k) === radius(l));
  }));
});

Deno.test("orbitsOf: two waves are of one orbit if a turn or a mirror makes one the other; short ones need be of one ring", () => {
  const mirrored = fc.tuple(wave, fc.boolean(), fc.boolean(), fc.boolean()).map(
    ([[x, y], flipX, flipY, swap]) => {
      const flipped: [number, number] = [flipX ? -x : x, flipY ? -y : y];
      return [[x, y], swap ? [flipped[1], flipped[0]] : flipped] as [number, number][];
    },
  );
  fc.assert(fc.property(mirrored, (pair) => isSame([...orbitsOf(pair).of])));
  const sides = (k: readonly number[]) => `${k.map(Math.abs).sort((a, b) => a - b)}`;
  fc.assert(
    fc.property(wave, wave, (k, l) => {
      const isLong = radius(k) <= 10 && radius(l) <= 10;
      const expected = isLong ? sides(k) === sides(l) : radius(k) === radius(l);
      equal(isSame([...orbitsOf([k, l]).of]), expected);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("groupsOfField: each wave is in one group, the mean alone in the first; orbits are parts of rings", () => {
  for (const size of [8, 16, 64]) {
    const { innerRings, innerOrbits, outerRings } = groupsOfField(size);
    const first = waveNumbers(size, size / 2).slice(0, size / 2);
    deepStrictEqual(innerRings, ringsOf(first.flatMap((y) => first.map((x): [number, number] => [y, x]))));
    equal(innerRings.of.length + outerRings.of.length, size * size);
    for (const { count, of } of [innerRings, innerOrbits, outerRings]) {
      deepStrictEqual([...new Set(of)].sort((a, b) => a - b), Array.from({ length: count }, (_, i) => i));
    }
    for (const { of } of [innerRings, innerOrbits]) equal(of.lastIndexOf(0), 0);
    ok(innerOrbits.count > innerRings.count);
    const ringOf = new Map([...innerOrbits.of].map((orbit, i) => [orbit, innerRings.of[i]]));
    ok(innerOrbits.of.every((orbit, i) => ringOf.get(orbit) === innerRings.of[i]));
  }
});
