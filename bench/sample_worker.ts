/**
 * A worker of the scaling bench: it is given samples once, and simulates them all each time it is asked.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { createHash } from "node:crypto";
import { simulate } from "../kernels/gray_scott/mod.ts";
import type { Sample, Series } from "./samples.ts";

/** Samples to keep, or nothing: then those that were kept are simulated. */
export type WorkerRequest = { readonly samples: readonly Sample[]; readonly series: Series } | "go";

let work: Exclude<WorkerRequest, "go"> | undefined;

self.onmessage = ({ data }: MessageEvent<WorkerRequest>) => {
  if (data !== "go") {
    work = data;
    return self.postMessage("");
  }
  const { samples, series: { size, ...series } } = work!;
  const hash = createHash("sha256");
  for (const sample of samples) {
    const { a, b } = simulate({ ...sample, ...series, width: size, height: size });
    hash.update(a).update(b);
  }
  self.postMessage(hash.digest("hex"));
};
