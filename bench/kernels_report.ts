/**
 * What was measured, for people.
 *
 * @module
 */
import type { KernelsResult } from "./kernels.ts";
import { storageTable } from "./storage.ts";
import { table } from "./table.ts";

/** Tables: each size, the other measurements, the ratios. */
export function report(result: KernelsResult): string {
  const { machine, versions, commands, sizes, workers, dataset, storage, ratios, aside, digest } = result;
  const parts = [
    `Gray-Scott: ours ÷ theirs, by the fastest turn of each; one core, f32, 5-point, periodic`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.os} ${machine.arch}`,
    Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", "),
  ];
  for (const { size, results, ratios } of Object.values(sizes)) {
    const rows = Object.entries(results).map(([name, { steps, megacells, seconds, difference }]) => [
      name,
      megacells.toFixed(megacells < 100 ? 1 : 0),
      name in ratios ? ratios[name].toFixed(2) : "",
      `${(seconds.median / seconds.least).toFixed(2)}, ${(seconds.most / seconds.least).toFixed(2)}`,
      String(steps),
      difference === undefined ? "" : difference === 0 ? "same bits" : difference.toExponential(0),
    ]);
    const head = [`${size} × ${size}`, "Mcells/s", "ours ÷", "median, most", "steps", "apart"];
    parts.push(table([head, ...rows]));
  }
  if (workers) {
    const { samples, steps, secondsOfOne, secondsOfTwo, ratio } = workers;
    parts.push(
      `2 workers ÷ 1: ${ratio.toFixed(2)} (${samples} samples of ${steps} steps each: ` +
        `${secondsOfOne.least.toFixed(3)} s with one, ${secondsOfTwo.least.toFixed(3)} s with two)`,
    );
  }
  if (dataset) {
    const { samples, size, steps, secondsOfKernel, secondsOfDataset, ratio } = dataset;
    parts.push(
      `dataset ÷ bare kernel: ${
        ratio.toFixed(2)
      } (${samples} samples of ${size} × ${size}, ${steps} steps: ` +
        `${secondsOfDataset.toFixed(2)} s against ${secondsOfKernel.toFixed(2)} s)\n` +
        Object.entries(dataset.parts).map(([part, seconds]) => `  ${part} ${seconds.toFixed(2)} s`).join(
          "\n",
        ),
    );
  }
  if (storage) parts.push(storageTable(storage));
  const [{ results }] = Object.values(sizes);
  const made = Object.entries(commands).map(([name, command]) =>
    `${name}: ${results[name].what}; ${command}`
  );
  parts.push(made.join("\n"));
  const shown = (all: Readonly<Record<string, number>>) =>
    Object.entries(all).map(([name, ratio]) => `${name} ${ratio.toFixed(2)}`).join(", ");
  parts.push(`ratios: ${shown(ratios)}`);
  if (Object.keys(aside).length > 0) parts.push(`aside: ${shown(aside)}`);
  parts.push(`digest: ${digest}`);
  return parts.join("\n\n");
}
