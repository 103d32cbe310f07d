// asc: --importMemory --initialMemory 1
// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
//
// The functions of functions.ts, each over `count` numbers in place, a multiple of 4, in a memory that is the
// caller's. Holds no static data and allocates nothing.

import * as functions from "./functions.ts";

export function exponential(values: usize, count: i32): void {
  for (const end = values + 4 * <usize> count; values < end; values += 16) {
    v128.store(values, functions.exponential(v128.load(values)));
  }
}

export function boundedExponential(values: usize, count: i32): void {
  for (const end = values + 4 * <usize> count; values < end; values += 16) {
    v128.store(values, functions.boundedExponential(v128.load(values)));
  }
}

export function logistic(values: usize, count: i32): void {
  for (const end = values + 4 * <usize> count; values < end; values += 16) {
    v128.store(values, functions.logistic(v128.load(values)));
  }
}

export function hyperbolicTangent(values: usize, count: i32): void {
  for (const end = values + 4 * <usize> count; values < end; values += 16) {
    v128.store(values, functions.hyperbolicTangent(v128.load(values)));
  }
}

export function logarithm(values: usize, count: i32): void {
  for (const end = values + 4 * <usize> count; values < end; values += 16) {
    v128.store(values, functions.logarithm(v128.load(values)));
  }
}
