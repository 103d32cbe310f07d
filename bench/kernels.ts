/**
 * How fast the Gray-Scott kernel is, beside plain TypeScript and beside its oracle.
 *
 * ```sh
 * deno task bench          # a table
 * deno task bench --json   # for programs
 * ```
 *
 * All do the same work and must give the same bits; their SHA-256 is printed. Rounds are interleaved, so that a
 * machine that slows down slows all of them, and the median counts.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { createHash } from "node:crypto";
import { cpus } from "node:os";
import { initialState, simulate } from "../kernels/gray_scott/mod.ts";
import { simulate as oracle } from "../kernels/gray_scott/reference.ts";
import { simulatePlain } from "./gray_scott_plain.ts";

const size = 64;
const steps = 2000;
const rounds = 9;
const grid = { width: size, height: size };
const rule = { Da: 0.2, Db: 0.1, F: 0.037, k: 0.06 };
const start = initialState({ ...grid, draw: { seed: 1, purpose: "bench" } });

interface Contestant {
  readonly name: string;
  readonly run: () => { a: Float32Array; b: Float32Array };
  readonly milliseconds: number[];
  digest: string;
}

const contestants: Contestant[] = [
  { name: "kernel", run: () => simulate({ ...grid, ...start, ...rule, steps, exitEvery: steps }) },
  { name: "plain TypeScript", run: () => simulatePlain(start, { ...rule, size, steps }) },
  { name: "oracle", run: () => oracle({ ...grid, ...start, ...rule, steps }) },
].map((contestant) => ({ ...contestant, milliseconds: [], digest: "" }));

// The first round warms up and does not count.
for (let round = 0; round <= rounds; round++) {
  for (const contestant of contestants) {
    const begun = performance.now();
    const { a, b } = contestant.run();
    if (round > 0) contestant.milliseconds.push(performance.now() - begun);
    contestant.digest = createHash("sha256").update(a).update(b).digest("hex");
  }
}

const [kernel, plain, slow] = contestants;
const results = contestants.map(({ name, milliseconds, digest }) => ({
  name,
  milliseconds: median(milliseconds),
  least: Math.min(...milliseconds),
  most: Math.max(...milliseconds),
  nanosecondsPerCellStep: 1e6 * median(milliseconds) / (size * size * steps),
  digest,
}));
const report = {
  bench: "gray_scott",
  work: { size, steps, rounds },
  machine: {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: navigator.hardwareConcurrency,
    os: Deno.build.os,
    arch: Deno.build.arch,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
  },
  results,
  ratios: {
    kernel_vs_plain: median(plain.milliseconds) / median(kernel.milliseconds),
    kernel_vs_oracle: median(slow.milliseconds) / median(kernel.milliseconds),
  },
};

if (parseArgs(Deno.args, { boolean: ["json"] }).json) {
  console.log(JSON.stringify(report));
} else {
  const { cpu, cores, os, arch, deno } = report.machine;
  console.log(`Gray-Scott, ${size} × ${size}, ${steps} steps, median of ${rounds} interleaved rounds`);
  console.log(`${cpu}, ${cores} cores, ${os} ${arch}, deno ${deno}\n`);
  for (const { name, milliseconds, least, most, nanosecondsPerCellStep } of results) {
    console.log(
      `${name.padEnd(16)}  ${milliseconds.toFixed(1).padStart(7)} ms  (${least.toFixed(1)} to ${
        most.toFixed(1)
      })` +
        `  ${nanosecondsPerCellStep.toFixed(2).padStart(6)} ns a cell and step`,
    );
  }
  const { kernel_vs_plain, kernel_vs_oracle } = report.ratios;
  console.log(
    `\nkernel: ${kernel_vs_plain.toFixed(1)} × plain TypeScript, ${kernel_vs_oracle.toFixed(0)} × oracle`,
  );
  console.log(`digest: ${kernel.digest}`);
}

const other = contestants.find(({ digest }) => digest !== kernel.digest);
if (other !== undefined) {
  console.error(`error: Cannot compare: all must give the same bits, but ${other.name} gave ${other.digest}`);
  Deno.exit(1);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
