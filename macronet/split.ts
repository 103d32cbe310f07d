/**
 * Factoring out: some dimensions are done, the others go on.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D } from "@tensorflow/tfjs";
import type { Bijection, Mapped } from "./bijection.ts";
import { splitLayer } from "./blocks/routing.ts";
import { replaceFirstColumns, routeColumns } from "./columns.ts";
import { partOf } from "./flat_parameters.ts";
import { prefixed } from "./names.ts";
import { accelerated } from "./blocks/flow.ts";

/**
 * The first dimensions go through `inner`, as many as it has; the rest are latent already and stay as they are
 * (Dinh et al. 2017, Real NVP, §3.6). Parameters are named `inner.…`.
 *
 * @throws {RangeError} If `inner` leaves no dimension to factor out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { actnorm } from "./actnorm.ts";
 * import { split } from "./split.ts";
 *
 * const map = split({ dimension: 8, inner: actnorm({ dimension: 2 }) });
 * assertEquals(Object.keys(map.parameters), ["inner.logScale", "inner.bias"]);
 * ```
 */
export function split(
  { dimension, inner }: { readonly dimension: number; readonly inner: Bijection },
): Bijection {
  const kept = inner.dimension;
  if (!Number.isInteger(dimension) || dimension <= kept) {
    throw new RangeError(
      `Cannot split: the dimension must be larger than the ${kept} that go on, but it is ${dimension}`,
    );
  }
  const take = (x: Tensor2D) => routeColumns(x, { from: 0, to: 0, count: kept, width: kept });
  const replaceKept = (x: Tensor2D, { value, logDet }: Mapped): Mapped => ({
    value: replaceFirstColumns(x, value),
    logDet,
  });
  const whole: Bijection = {
    name: "split",
    dimension,
    parameters: prefixed("inner", inner.parameters),
    forward: (x, parameters) => replaceKept(x, inner.forward(take(x), partOf("inner", parameters))),
    inverse: (z, parameters) => replaceKept(z, inner.inverse(take(z), partOf("inner", parameters))),
  };
  const stock: Bijection = inner.initialise === undefined ? whole : {
    ...whole,
    initialise: (x, parameters) =>
      tf.tidy(() => prefixed("inner", inner.initialise!(take(x), partOf("inner", parameters)))),
  };
  return inner.layer ? accelerated(stock, splitLayer(inner.layer, dimension)) : stock;
}
