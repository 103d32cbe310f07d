/**
 * What the peers that run in Deno share. A peer reads lines `run <size> <steps> [<file>]`, integrates the start in
 * `start-<size>.f32` (a, then b, row-major, little-endian f32), answers with the seconds that took and, if a file is
 * named, writes the fields to it. The time runs from a row-major start to row-major fields.
 *
 * @module
 */
import { stdin } from "node:process";
import { createInterface } from "node:readline";
import type { Fields, Rule } from "../../kernels/gray_scott/mod.ts";

/** What is to be integrated: a square of so many cells a side, by so many steps of δt = 1. */
export interface Work extends Rule, Fields {
  readonly size: number;
  readonly steps: number;
}

/** Serves until its input ends. The arguments of the process are a folder, Da, Db, F and k. */
export async function serve(simulate: (work: Work) => Fields | Promise<Fields>): Promise<void> {
  const [folder, ...numbers] = Deno.args;
  const [Da, Db, F, k] = numbers.map(Number);
  for await (const line of createInterface({ input: stdin })) {
    const [, size, steps, file] = line.split(" ");
    const [a, b] = readFields(`${folder}/start-${size}.f32`);
    const begun = performance.now();
    const fields = await simulate({ a, b, size: Number(size), steps: Number(steps), Da, Db, F, k });
    const seconds = (performance.now() - begun) / 1000;
    if (file !== undefined) writeFields(file, fields);
    console.log(seconds);
  }
}

/** a and b of a file. */
export function readFields(path: string): [a: Float32Array<ArrayBuffer>, b: Float32Array<ArrayBuffer>] {
  const both = new Float32Array(Deno.readFileSync(path).buffer);
  return [both.slice(0, both.length / 2), both.slice(both.length / 2)];
}

/** The file of a and b. */
export function writeFields(path: string, { a, b }: Fields): void {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  Deno.writeFileSync(path, new Uint8Array(both.buffer));
}
