import { assert, assertEquals } from "@std/assert";
import { macrostates } from "../../macronet/macrostate_map.ts";
import { type Matrix, matrix, rowRange } from "../../macronet/matrix.ts";
import { sideParameters } from "../../macronet/relation.ts";
import { MODEL, readModel } from "../../stages/model.ts";
import { drawProbes, PROBE, probeFile, readProbe } from "../../stages/probe.ts";
import type { System } from "../../systems/system.ts";
import { system as turing } from "../../systems/turing.ts";
import { json } from "./in_memory.ts";
import { runPipeline, TINY } from "./tiny.ts";

/** Counts from 0; what `accepts` lets pass is accepted. Keeps what it was asked for. */
function counting(accepts: (value: number) => boolean) {
  const asked: number[][] = [];
  const system = {
    shapes: () => ({ u: [1], v: [2] }),
    prior: (_: object, count: number, { from }: { from: number }) => {
      asked.push([from, count]);
      return matrix(Float32Array.from({ length: count }, (_, i) => from + i), 1);
    },
    grow: (_: object, u: Matrix) => ({
      v: matrix(Float32Array.from({ length: 2 * u.rows }, (_, i) => u.data[i >> 1] + 0.5), 2),
      accepted: matrix(u.data.map((value) => accepts(value) ? 1 : 0), 1),
    }),
  } as unknown as System;
  return { system, asked };
}

Deno.test("drawProbes(): the first accepted samples, however many must be drawn, and none more than it takes", () => {
  const { system, asked } = counting((value) => value % 3 === 1);
  const { u, v } = drawProbes(system, {}, { probes: 5 });
  assertEquals([...u.data], [1, 4, 7, 10, 13]);
  assertEquals([...v.data], [1.5, 1.5, 4.5, 4.5, 7.5, 7.5, 10.5, 10.5, 13.5, 13.5]);
  assertEquals(asked, [[0, 5], [5, 3], [8, 2], [10, 2], [12, 1], [13, 1]]);
});

Deno.test("drawProbes(): fewer of a system that makes hardly anything, and none of one that makes nothing", () => {
  const rare = counting((value) => value === 7);
  const { u } = drawProbes(rare.system, {}, { probes: 4, mostDrawn: 10 });
  assertEquals([...u.data], [7]);
  assertEquals(rare.asked.reduce((sum, [, count]) => sum + count, 0), 10);
  const none = drawProbes(counting(() => false).system, {}, { probes: 4, mostDrawn: 10 });
  assertEquals([none.u.rows, none.v.rows, none.v.columns], [0, 0, 2]);
});

Deno.test("drawProbes(): Turing probes are live patterns, and of dead rules there are none", () => {
  const physics = { ...turing.profiles.smoke.physics, size: 16, steps: 800 };
  const grown = (box: object) =>
    drawProbes(turing as System, { ...physics, box }, { probes: 4, mostDrawn: 40 });
  const { u, v } = grown(physics.box);
  assertEquals([u.rows, v.rows, v.columns], [4, 4, 2 * 16 * 16]);
  for (let i = 0; i < 4; i++) {
    const b = rowRange(v, i, i + 1).data.filter((_, j) => j % 2 === 1);
    assert(Math.max(...b) - Math.min(...b) > 0.02, "b varies");
  }
  assertEquals(grown({ ...physics.box, F: [0.069, 0.07], k: [0.0655, 0.066] }).u.rows, 0);
});

for (const [name, tiny] of Object.entries(TINY)) {
  Deno.test(`evaluate, ${name}: stores the macrostates of the probes, whatever the data set is`, async () => {
    const { train, evaluate } = await runPipeline(tiny);
    const model = readModel(train.get(MODEL)!, tiny.system);
    const probes = drawProbes(tiny.system, tiny.settings.physics);
    const found = readProbe(evaluate.get(PROBE)!);
    for (const side of ["u", "v"] as const) {
      const own = sideParameters(model.relation, side, model.parameters);
      const expected = macrostates(model.relation[side], own, model.relation[side].prepare(probes[side]));
      assertEquals(expected.rows, 32);
      assertEquals(Float32Array.from(found[side].flat()), expected.data);
    }
    const { simulate, train: training } = tiny.settings;
    const settings = {
      ...tiny.settings,
      simulate: { ...simulate, seed: 2 },
      train: { ...training, seed: 2 },
    };
    const moved = readProbe((await runPipeline({ ...tiny, settings })).evaluate.get(PROBE)!);
    assertEquals(moved.probes, found.probes);
    assert(moved.u.flat().join() !== found.u.flat().join(), "another training is another macrostate");
  });
}

Deno.test("probeFile(): a macrostate that is not finite is read as NaN, and no probes as no rows", () => {
  const probe = { probes: "sha256:0", u: [[NaN, 1]], v: [[1, 2]] };
  assertEquals(readProbe(new TextEncoder().encode(JSON.stringify(probe))), probe);
  const none = { u: matrix(new Float32Array(0), 1), v: matrix(new Float32Array(0), 2) };
  const file = probeFile({} as Parameters<typeof probeFile>[0], none);
  const { u, v, probes } = json<Record<string, unknown>>(new Map([[PROBE, file]]), PROBE);
  assertEquals([u, v], [[], []]);
  assert(/^sha256:[0-9a-f]{64}$/.test(probes as string));
});
