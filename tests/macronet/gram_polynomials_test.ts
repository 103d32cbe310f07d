import { assertAlmostEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { useWasmBackend } from "../../macronet/backend.ts";
import { gramPolynomials } from "../../macronet/gram_polynomials.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

Deno.test("gramPolynomials: of a polynomial, coefficients above its degree are 0, in each channel", () => {
  const points = 12;
  const cubic = Array.from({ length: points }, (_, t) => [0.01 * t * t * t - 0.1 * t * t + 1, 2 - 0.5 * t]);
  const map = gramPolynomials({ points, channels: 2 });
  const found = tf.tidy(() => map.forward(tf.tensor2d([cubic.flat()]), {}).value.dataSync());
  assertClose(found.filter((_, i) => i >= 2 * (i % 2 === 0 ? 4 : 2)), new Array(18).fill(0), 1e-5);
  const square = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x * x, 0);
  assertAlmostEquals(square(found) / square(cubic.flat()), 1, 1e-6);
});

Deno.test("gramPolynomials: 64 points are orthonormal still", () => {
  const map = gramPolynomials({ points: 64, channels: 1 });
  tf.tidy(() => {
    const basis = map.forward(tf.eye(64), {}).value;
    assertClose(tf.matMul(basis, basis, true).dataSync(), tf.eye(64).dataSync(), 1e-6);
  });
});

Deno.test("gramPolynomials: refuses a size that is none", () => {
  assertThrows(
    () => gramPolynomials({ points: 0, channels: 1 }),
    RangeError,
    "points must be a whole number",
  );
  assertThrows(() => gramPolynomials({ points: 3, channels: 1.5 }), RangeError, "but it is 1.5");
});
