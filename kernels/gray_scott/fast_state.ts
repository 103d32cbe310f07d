import { floatViews } from "../memory.ts";
import type { Integration, State } from "../reaction_diffusion/mod.ts";
import * as wasm from "./gray_scott.wasm";
import type { Rule } from "./rule.ts";

/**
 * The state of the fast kernel: a periodic grid whose width is a multiple of 4, with the 5-point Laplacian. There is one
 * at a time: the next takes its memory.
 */
export function fastState(run: Integration<keyof Rule>): State {
  const { width, height, parameters: { Da, Db, F, k }, timeStep, dx } = run;
  const cells = width * height, floats = wasm.stateBytes(width, height) / 4;
  const [a, b, ...buffers] = floatViews([cells, cells, floats, floats], {
    memory: wasm.memory,
    start: wasm.freeMemory(),
  });
  const [state, kept] = buffers.map(({ byteOffset }) => byteOffset);
  a.set(run.a);
  b.set(run.b);
  wasm.setRule(Da / (dx * dx), Db / (dx * dx), F, k, timeStep);
  wasm.lift(a.byteOffset, b.byteOffset, width, height, state);
  return {
    advance: (steps) => wasm.advance(state, width, height, steps),
    keep: () => wasm.keep(state, width, height, kept),
    isKept: () => wasm.isKept(state, width, height, kept) !== 0,
    read() {
      wasm.lower(state, width, height, a.byteOffset, b.byteOffset);
      return { a: a.slice(), b: b.slice() };
    },
  };
}
