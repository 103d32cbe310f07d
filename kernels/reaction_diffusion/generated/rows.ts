// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-lint-ignore-file
// deno-fmt-ignore-file
//
// Made from models/ by `deno task build`. One step of one row by the function of that number: twice the model's
// place in the list, plus 1 for 9 points.

import { grayScott5 } from "./gray_scott_5.ts";
import { grayScott9 } from "./gray_scott_9.ts";
import { fitzHughNagumo5 } from "./fitz_hugh_nagumo_5.ts";
import { fitzHughNagumo9 } from "./fitz_hugh_nagumo_9.ts";
import { brusselator5 } from "./brusselator_5.ts";
import { brusselator9 } from "./brusselator_9.ts";
import { giererMeinhardt5 } from "./gierer_meinhardt_5.ts";
import { giererMeinhardt9 } from "./gierer_meinhardt_9.ts";

export const vectorsAtOnce: usize = 4;

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
