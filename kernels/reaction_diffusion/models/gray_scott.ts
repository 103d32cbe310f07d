import type { Model } from "../model.ts";

/** Keeps b out of the denormal numbers, which are slow. */
const LEAST = 1e-18;

/**
 * Gray-Scott: a + 2 b → 3 b, fed with a at rate F, b removed at rate F + k.
 *
 * Its update form is the one of `kernels/gray_scott/assembly.ts`, operation by operation, so that both give the same
 * bits: with A = √δt a and B = √δt b the reaction's δt a b² is A B² whatever δt is.
 */
export const grayScott: Model<"Da" | "Db" | "F" | "k"> = {
  name: "grayScott",
  title: "Gray-Scott",
  reference:
    "P. Gray and S. K. Scott, Chem. Eng. Sci. 39, 1087 (1984); J. E. Pearson, Science 261, 189 (1993)",
  species: ["a", "b"],
  parameters: { Da: 0.2, Db: 0.1, F: 0.037, k: 0.06 },
  diffusion: ["Da", "Db"],
  coefficients: ({ F, k }) => ({ F, removal: F + k }),
  reaction([a, b], { F, removal }, { add, sub, mul }) {
    const bSquared = mul(b, b);
    return [sub(F, mul(a, add(bSquared, F))), sub(mul(a, bSquared), mul(removal, b))];
  },

  /** (1, 0), and where they exist the two with a b = F + k and F (1 − a) = (F + k) b. */
  steadyStates({ F, k }) {
    const discriminant = F * F - 4 * F * (F + k) * (F + k);
    if (discriminant <= 0) return [[1, 0]];
    const root = Math.sqrt(discriminant);
    const b = [(F + root) / (2 * (F + k)), (F - root) / (2 * (F + k))];
    return [[1, 0], [(F + k) / b[0], b[0]], [(F + k) / b[1], b[1]]];
  },

  update: {
    least: [0, LEAST],
    scale: Math.sqrt,
    coefficients: ({ F, k }, { timeStep, diffusion: [a, b], centre }) => ({
      c0: 1 - (centre * a + F) * timeStep,
      c1: a * timeStep,
      c2: F * timeStep * Math.sqrt(timeStep),
      c3: 1 - (centre * b + F + k) * timeStep,
      c4: b * timeStep,
      least: LEAST,
    }),
    next([a, b], [sumA, sumB], { c0, c1, c2, c3, c4, least }, { add, sub, mul, raise }) {
      const reaction = mul(a, mul(b, b));
      return [
        add(add(sub(mul(c0, a), reaction), mul(c1, sumA)), c2),
        raise(add(add(reaction, mul(c3, b)), mul(c4, sumB)), least),
      ];
    },
  },

  /** Stricter than the general limit: `stableTimeStep` in kernels/gray_scott/rule.ts says why. */
  stableTimeStep({ F, k }, { diffusion: [Da, Db], wave }) {
    const [, [, b] = [0, 0]] = grayScott.steadyStates({ Da, Db, F, k });
    return 2 / Math.max(wave * Da + F + b * b, wave * Db + F + k);
  },
};
