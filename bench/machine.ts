import { cpus } from "node:os";
import config from "../deno.json" with { type: "json" };

/** Where it was measured: numbers mean nothing without it. */
export function machine(): Record<string, string | number> {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: navigator.hardwareConcurrency,
    os: Deno.build.os,
    arch: Deno.build.arch,
  };
}

/** Versions of what runs without being installed apart. */
export function ownVersions(): Record<string, string> {
  return {
    macronet: config.version,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    tfjs: config.imports["@tensorflow/tfjs"].replace(/.*@/, ""),
  };
}
