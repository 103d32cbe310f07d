import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { normals, uniforms } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { logitBox } from "../../macronet/box.ts";
import { chain } from "../../macronet/chain.ts";
import { ratioOfFirstTwo } from "../../systems/parameter_ratio.ts";
import { assertClose, numericalLogDet } from "../macronet/numerical.ts";

await useWasmBackend();

const LOWER = [0.1, 0.4, 0.02, 0.055], UPPER = [0.21, 0.6, 0.07, 0.066];
const rules = chain([ratioOfFirstTwo(4), logitBox({ lower: LOWER, upper: UPPER })]);

Deno.test("ratioOfFirstTwo: (x₀, x₁, rest) to (x₀, x₁ / x₀, rest), with −log x₀", () => {
  tf.tidy(() => {
    const { value, logDet } = ratioOfFirstTwo(4).forward(tf.tensor2d([[2, 1, 5, 6], [0.5, 1, 7, 8]]), {});
    assertEquals([...value.dataSync()], [2, 0.5, 5, 6, 0.5, 2, 7, 8]);
    assertClose(logDet.dataSync(), [-Math.log(2), Math.log(2)], 1e-6);
  });
});

Deno.test("ratioOfFirstTwo: both log-determinants are those of the numerical Jacobian", () => {
  tf.tidy(() => {
    const map = ratioOfFirstTwo(3);
    for (const direction of ["forward", "inverse"] as const) {
      const apply = (rows: Float32Array) =>
        tf.tidy(() =>
          map[direction](tf.tensor2d(rows, [rows.length / 3, 3]), {}).value.dataSync<"float32">()
        );
      const point = Float32Array.of(1.5, -0.75, 2);
      const { logDet } = map[direction](tf.tensor2d(point, [1, 3]), {});
      assertClose(logDet.dataSync(), [numericalLogDet(apply, point)], 1e-3);
      assert(Math.abs(logDet.dataSync()[0]) > 0.3);
    }
  });
});

Deno.test("ratioOfFirstTwo, logitBox: inverse gives the log-determinant of its numerical Jacobian", () => {
  tf.tidy(() => {
    // In units in which the box's widths are about 1, so that 32 bits carry the differences.
    const inverse = (rows: Float32Array) =>
      tf.tidy(() => {
        const { value } = rules.inverse(tf.tensor2d(rows, [rows.length / 4, 4]), {});
        return tf.mul(value, [8, 16, 32, 64]).dataSync<"float32">();
      });
    const point = Float32Array.of(0.5, -1, 1.25, 0.25);
    const { logDet } = rules.inverse(tf.tensor2d(point, [1, 4]), {});
    assertClose(logDet.dataSync(), [numericalLogDet(inverse, point) - Math.log(8 * 16 * 32 * 64)], 2e-3);
  });
});

Deno.test("ratioOfFirstTwo, logitBox: rules of the prior go there and back, the log-determinants cancel", () => {
  tf.tidy(() => {
    const shares = uniforms(400, { seed: 1, purpose: "rules" });
    const boxed = shares.map((share, i) =>
      LOWER[i % 4] + (0.001 + 0.998 * share) * (UPPER[i % 4] - LOWER[i % 4])
    );
    const x = boxed.map((value, i) => i % 4 === 1 ? value * boxed[i - 1] : value);
    const went = rules.forward(tf.tensor2d(x, [100, 4]), {});
    const came = rules.inverse(went.value, {});
    assertClose(came.value.dataSync(), x, 1e-6);
    // Near a limit the last bit of 0.066 decides how far away it is.
    assertClose(tf.neg(came.logDet).dataSync(), went.logDet.dataSync(), 2e-3);
  });
});

Deno.test("ratioOfFirstTwo, logitBox: whatever is sampled lies in the box", () => {
  tf.tidy(() => {
    const z = normals(4000, { seed: 1, purpose: "far" }).map((value, i) =>
      value * [1, 10, 1000, 1e30][i % 3]
    );
    const found = rules.inverse(tf.tensor2d(z, [1000, 4]), {}).value.dataSync();
    for (let i = 0; i < found.length; i += 4) {
      const [Da, Db, F, k] = found.subarray(i, i + 4);
      [Da, Db / Da, F, k].forEach((value, j) => {
        const slack = j === 1 ? 1e-7 : 0; // Db is the ratio times Da, rounded
        assert(value >= Math.fround(LOWER[j]) - slack && value <= Math.fround(UPPER[j]) + slack, `${value}`);
      });
    }
  });
});
