import type { Model } from "../model.ts";

/** Gierer-Meinhardt: an activator u that makes itself and its inhibitor v, which spreads faster. */
export const giererMeinhardt: Model<"Du" | "Dv" | "a" | "b" | "c"> = {
  name: "giererMeinhardt",
  title: "Gierer-Meinhardt",
  reference: "A. Gierer and H. Meinhardt, Kybernetik 12, 30 (1972); " +
    "J. D. Murray, Mathematical Biology II, 3rd ed. (2003), ch. 2",
  species: ["u", "v"],
  parameters: { Du: 1, Dv: 15, a: 0.1, b: 1, c: 1 },
  diffusion: ["Du", "Dv"],
  coefficients: ({ a, b, c }) => ({ a, b, c }),
  reaction([u, v], { a, b, c }, { add, sub, mul, div }) {
    const uSquared = mul(u, u);
    return [add(sub(a, mul(b, u)), div(uSquared, v)), sub(uSquared, mul(c, v))];
  },
  steadyStates({ a, b, c }) {
    const u = (a + c) / b;
    return [[u, u * u / c]];
  },
};
