import type { Model } from "../model.ts";

/** The Brusselator: an autocatalysis 2 u + v → 3 u between a feed a and a control parameter b. */
export const brusselator: Model<"Du" | "Dv" | "a" | "b"> = {
  name: "brusselator",
  title: "Brusselator",
  reference: "I. Prigogine and R. Lefever, J. Chem. Phys. 48, 1695 (1968); " +
    "B. Peña and C. Pérez-García, Phys. Rev. E 64, 056213 (2001)",
  species: ["u", "v"],
  parameters: { Du: 1, Dv: 8, a: 2, b: 3 },
  diffusion: ["Du", "Dv"],
  coefficients: ({ a, b }) => ({ a, b, decay: b + 1 }),
  reaction([u, v], { a, b, decay }, { add, sub, mul }) {
    const made = mul(mul(u, u), v);
    return [add(sub(a, mul(decay, u)), made), sub(mul(b, u), made)];
  },
  steadyStates: ({ a, b }) => [[a, b / a]],
};
