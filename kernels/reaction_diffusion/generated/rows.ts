// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-lint-ignore-file
// deno-fmt-ignore-file
//
// Made from models/ by `deno task build`: one step of one row of the model and Laplacian chosen.

import { grayScott5, grayScott9 } from "./gray_scott.ts";
import { fitzHughNagumo5, fitzHughNagumo9 } from "./fitz_hugh_nagumo.ts";
import { brusselator5, brusselator9 } from "./brusselator.ts";
import { giererMeinhardt5, giererMeinhardt9 } from "./gierer_meinhardt.ts";

export const vectorsAtOnce: usize = 2;

export function updateRow(
  kernel: i32, up: usize, row: usize, down: usize, out: usize, end: usize, plane: usize, coefficients: usize,
): void {
  switch (kernel) {
    case 0: grayScott5(up, row, down, out, end, plane, coefficients); return;
    case 1: grayScott9(up, row, down, out, end, plane, coefficients); return;
    case 2: fitzHughNagumo5(up, row, down, out, end, plane, coefficients); return;
    case 3: fitzHughNagumo9(up, row, down, out, end, plane, coefficients); return;
    case 4: brusselator5(up, row, down, out, end, plane, coefficients); return;
    case 5: brusselator9(up, row, down, out, end, plane, coefficients); return;
    case 6: giererMeinhardt5(up, row, down, out, end, plane, coefficients); return;
    case 7: giererMeinhardt9(up, row, down, out, end, plane, coefficients); return;
  }
}
