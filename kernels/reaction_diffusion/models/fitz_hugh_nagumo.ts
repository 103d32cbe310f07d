import type { Model } from "../model.ts";

/** FitzHugh-Nagumo: a bistable u, slowly countered by v; a₁ and a₀ are the slope and place of v's nullcline. */
export const fitzHughNagumo: Model<"Du" | "Dv" | "epsilon" | "a1" | "a0"> = {
  name: "fitzHughNagumo",
  title: "FitzHugh-Nagumo",
  reference:
    "R. FitzHugh, Biophys. J. 1, 445 (1961); A. Hagberg and E. Meron, Phys. Rev. Lett. 72, 2494 (1994)",
  species: ["u", "v"],
  parameters: { Du: 1, Dv: 4, epsilon: 0.05, a1: 2, a0: -0.1 },
  diffusion: ["Du", "Dv"],
  coefficients: ({ epsilon, a1, a0 }) => ({ epsilon, a1, a0 }),
  reaction([u, v], { epsilon, a1, a0 }, { sub, mul }) {
    return [sub(sub(u, mul(mul(u, u), u)), v), mul(epsilon, sub(sub(u, mul(a1, v)), a0))];
  },

  /** Where v = u − u³ and u = a₁ v + a₀: one or three roots of a cubic, each found by bisection. */
  steadyStates({ a1, a0 }) {
    if (a1 === 0) return [[a0, a0 - a0 * a0 * a0]];
    const excess = (u: number) => u - a1 * (u - u * u * u) - a0;
    const reach = 1 + Math.max(Math.abs(1 - a1), Math.abs(a0)) / Math.abs(a1); // Cauchy's bound
    // On either side of its turning points, if it has any, and between them, the cubic is monotonic.
    const turn = a1 > 1 || a1 < 0 ? Math.sqrt((a1 - 1) / (3 * a1)) : 0;
    const bounds = turn > 0 ? [-reach, -turn, turn, reach] : [-reach, reach];
    return bounds.slice(1).flatMap((high, i) => {
      const u = bisect(excess, bounds[i], high);
      return u === undefined ? [] : [[u, u - u * u * u] as const];
    });
  },
};

/** The root between two bounds where a function has opposite signs, to the last bit; undefined if it has not. */
function bisect(f: (x: number) => number, low: number, high: number): number | undefined {
  const sign = Math.sign(f(low));
  if (sign * f(high) > 0) return undefined;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) return middle;
    if (Math.sign(f(middle)) === sign) low = middle;
    else high = middle;
  }
}
