import { deepStrictEqual, ok } from "node:assert/strict";
import { packedFloats, panelFloats, trainingKernels } from "../../kernels/training/mod.ts";
import * as reference from "../../kernels/training/reference.ts";
import { normals } from "../../kernels/philox/mod.ts";

/** A memory with the kernels on it; every array put or reserved has a place of its own. */
function workbench() {
  const memory = new WebAssembly.Memory({ initial: 64 });
  let end = 64;
  const reserve = (floats: number) => {
    const pointer = end;
    end += Math.ceil(floats / 4) * 16;
    return pointer;
  };
  const read = (pointer: number, floats: number) => new Float32Array(memory.buffer, pointer, floats).slice();
  const put = (values: ArrayLike<number>) => {
    const pointer = reserve(values.length);
    new Float32Array(memory.buffer, pointer, values.length).set(values);
    return pointer;
  };
  const kernels = trainingKernels(memory);
  const putPanels = (rows: Float32Array, batch: number) => {
    const columns = rows.length / batch;
    const panels = reserve(panelFloats({ batch, columns }));
    kernels.toPanels(put(rows), columns, panels, batch, columns);
    return panels;
  };
  const readPanels = (panels: number, batch: number, columns: number) => {
    const rows = reserve(batch * columns);
    kernels.fromPanels(panels, rows, columns, batch, columns);
    return read(rows, batch * columns);
  };
  return { kernels, reserve, put, read, putPanels, readPanels };
}

const draws = (count: number, purpose: string) =>
  Float32Array.from(normals(count, { seed: 1, purpose }), (value) => 2 * value);

const SHAPES = [[1, 1, 1], [3, 5, 7], [4, 8, 8], [6, 2, 17], [9, 19, 3], [16, 24, 12]] as const;

for (const [batch, inputs, outputs] of SHAPES) {
  const shape = `${batch} × ${inputs} to ${outputs}`;
  const x = draws(batch * inputs, "x"), weight = draws(inputs * outputs, "weight");
  const bias = draws(outputs, "bias"), dy = draws(batch * outputs, "dy");

  Deno.test(`multiply of ${shape} equals its reference in every bit`, () => {
    const { kernels, reserve, put, putPanels, readPanels } = workbench();
    const packed = reserve(packedFloats({ inputs, outputs }));
    const y = reserve(panelFloats({ batch, columns: outputs }));
    kernels.pack(put(weight), outputs, put(bias), packed, inputs, outputs);
    kernels.multiply(putPanels(x, batch), packed, y, batch, inputs, outputs, false);
    const expected = reference.multiply(
      { data: x, columns: inputs },
      { data: weight, columns: outputs },
      bias,
    );
    deepStrictEqual(readPanels(y, batch, outputs), expected.data);
  });

  Deno.test(`multiply of ${shape} by the transpose, added, equals its reference in every bit`, () => {
    const { kernels, reserve, put, putPanels, readPanels } = workbench();
    const packed = reserve(packedFloats({ inputs: outputs, outputs: inputs }));
    const dx = putPanels(x, batch);
    kernels.packTransposed(put(weight), outputs, packed, inputs, outputs);
    kernels.multiply(putPanels(dy, batch), packed, dx, batch, outputs, inputs, true);
    const transposed = Float32Array.from(
      { length: weight.length },
      (_, k) => weight[(k % inputs) * outputs + Math.floor(k / inputs)],
    );
    const expected = Array.from({ length: batch }, (_, row) =>
      reference.multiply(
        { data: dy.slice(row * outputs, (row + 1) * outputs), columns: outputs },
        { data: transposed, columns: inputs },
        x.slice(row * inputs, (row + 1) * inputs),
      ).data);
    deepStrictEqual([...readPanels(dx, batch, inputs)], expected.flatMap((row) => [...row]));
  });

  Deno.test(`parameterGradients of ${shape} equal their reference in every bit`, () => {
    const { kernels, reserve, read, putPanels } = workbench();
    const dWeight = reserve(inputs * outputs), dBias = reserve(outputs);
    kernels.parameterGradients(
      putPanels(x, batch),
      putPanels(dy, batch),
      dWeight,
      outputs,
      dBias,
      batch,
      inputs,
      outputs,
    );
    const expected = reference.parameterGradients(
      { data: x, columns: inputs },
      { data: dy, columns: outputs },
    );
    deepStrictEqual(read(dWeight, inputs * outputs), expected.weight);
    deepStrictEqual(read(dBias, outputs), expected.bias);
  });
}

for (const activation of ["silu", "leakyRelu"] as const) {
  Deno.test(`${activation} and its slope equal their reference in every bit`, () => {
    const { kernels, put, read } = workbench();
    const x = Float32Array.of(0, -0, 1e-30, 5, -5, 90, -90, 1e30, -1e30, NaN, ...draws(54, activation));
    const values = put(x), slopes = put(x);
    kernels[activation](values, slopes, x.length);
    const expected = Array.from(x, reference[activation]);
    deepStrictEqual([...read(values, x.length)], expected.map(({ value }) => value));
    deepStrictEqual([...read(slopes, x.length)], expected.map(({ slope }) => slope));
  });
}

Deno.test("exponentials are within 1 unit in the last place, and equal their reference in every bit", () => {
  const { kernels, put, read } = workbench();
  const x = Float32Array.from({ length: 1 << 18 }, (_, i) => -87 + 174 * i / (1 << 18));
  const values = put(x);
  kernels.exponentials(values, x.length);
  const found = read(values, x.length);
  deepStrictEqual(found, x.map(reference.exponential));
  for (let i = 0; i < x.length; i++) {
    const exact = Math.exp(x[i]);
    const unit = 2 ** (Math.floor(Math.log2(exact)) - 23);
    ok(Math.abs(found[i] - exact) <= unit, `exp(${x[i]}) = ${found[i]}, not ${exact}`);
  }
});

for (const [batch, columns, bound] of [[3, 5, 2], [4, 8, 0.7], [1, 17, 10]] as const) {
  Deno.test(`affineMove of ${batch} × ${columns} and its gradient equal their reference in every bit`, () => {
    const { kernels, reserve, put, read, putPanels, readPanels } = workbench();
    const [x, raw, shift, dz] = ["x", "raw", "shift", "dz"].map((name) => draws(batch * columns, name));
    const dLogDet = draws(batch, "dLogDet");
    const value = putPanels(x, batch), logScales = putPanels(raw, batch), scaled = putPanels(shift, batch);
    const scales = reserve(panelFloats({ batch, columns })), logDet = reserve(batch);
    kernels.affineMove(value, logScales, scaled, scales, logDet, bound, batch, columns);
    const moved = Array.from(x, (x, i) => reference.affineMove({ x, raw: raw[i], shift: shift[i], bound }));
    const [z, s, e] = [value, logScales, scales].map((panels) => readPanels(panels, batch, columns));
    deepStrictEqual(z, Float32Array.from(moved, ({ z }) => z));
    deepStrictEqual(s, Float32Array.from(moved, ({ logScale }) => logScale));
    deepStrictEqual(e, Float32Array.from(moved, ({ scale }) => scale));
    const rows = Array.from({ length: batch }, (_, row) => s.subarray(row * columns, (row + 1) * columns));
    deepStrictEqual(read(logDet, batch), Float32Array.from(rows, reference.sumLogScales));

    const gradient = putPanels(dz, batch);
    kernels.affineMoveGradient(gradient, put(dLogDet), logScales, scaled, scales, bound, batch, columns);
    const expected = moved.map((move, i) =>
      reference.affineMoveGradient({
        ...move,
        dz: dz[i],
        dLogDet: dLogDet[Math.floor(i / columns)],
        bound,
      })
    );
    deepStrictEqual(readPanels(scales, batch, columns), Float32Array.from(expected, ({ dx }) => dx));
    deepStrictEqual(readPanels(logScales, batch, columns), Float32Array.from(expected, ({ draw }) => draw));
  });
}
