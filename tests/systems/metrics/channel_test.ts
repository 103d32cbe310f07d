import { assert, assertAlmostEquals } from "@std/assert";
import { normals } from "../../../kernels/philox/mod.ts";
import { column, matrix } from "../../../macronet/matrix.ts";
import { drawThrough, fitChannel } from "../../../systems/metrics/channel.ts";
import { correlation, mean, variance } from "../../../systems/metrics/statistics.ts";

const ROWS = 8000;
const standard = (columns: number, purpose: string) =>
  matrix(normals(ROWS * columns, { seed: 1, purpose }), columns);

/** α = (3 + β₁ − ½ β₂ + e₁, −1 + 2 β₂ + ½ e₁ + ½ e₂). */
function pairs() {
  const beta = standard(2, "beta"), error = standard(2, "error");
  const alpha = matrix(new Float32Array(2 * ROWS), 2);
  for (let i = 0; i < ROWS; i++) {
    const [b, c] = beta.data.subarray(2 * i), [e, f] = error.data.subarray(2 * i);
    alpha.data.set([3 + b - c / 2 + e, -1 + 2 * c + (e + f) / 2], 2 * i);
  }
  return { alpha, beta };
}

Deno.test("fitChannel: finds offset, slopes and what is left", () => {
  const { alpha, beta } = pairs();
  const { slopes, factor, offset } = fitChannel(alpha, beta);
  const expected = [[1, -0.5], [0, 2]];
  expected.forEach((row, i) => row.forEach((slope, j) => assertAlmostEquals(slopes[i][j], slope, 0.05)));
  [3, -1].forEach((value, i) => assertAlmostEquals(offset[i], value, 0.08));
  assertAlmostEquals(factor[0][0], 1, 0.05);
  assertAlmostEquals(factor[1][0], 0.5, 0.05);
  assertAlmostEquals(factor[1][1], 0.5, 0.05);
});

Deno.test("drawThrough: draws are distributed as α is, together with β", () => {
  const { alpha, beta } = pairs();
  const drawn = drawThrough(fitChannel(alpha, beta), beta, standard(2, "draws"));
  for (const i of [0, 1]) {
    const [found, wanted] = [column(drawn, i), column(alpha, i)];
    assertAlmostEquals(mean(found), mean(wanted), 0.06);
    assertAlmostEquals(variance(found), variance(wanted), 0.15);
    for (const j of [0, 1]) {
      assertAlmostEquals(correlation(found, column(beta, j)), correlation(wanted, column(beta, j)), 0.03);
    }
  }
  assert(Math.abs(correlation(column(drawn, 0), column(alpha, 0))) < 0.7, "a draw, not the truth itself");
});
