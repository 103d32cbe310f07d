/**
 * The models that are compiled into the kernel, in the order of its row functions.
 *
 * @module
 */
import type { Model } from "../model.ts";
import { brusselator } from "./brusselator.ts";
import { fitzHughNagumo } from "./fitz_hugh_nagumo.ts";
import { giererMeinhardt } from "./gierer_meinhardt.ts";
import { grayScott } from "./gray_scott.ts";

export { brusselator, fitzHughNagumo, giererMeinhardt, grayScott };

export const MODELS: readonly Model[] = [grayScott, fitzHughNagumo, brusselator, giererMeinhardt];
