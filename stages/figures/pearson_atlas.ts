/**
 * An atlas of Gray-Scott patterns: one of each class.
 *
 * @module
 */
import { simulate } from "../../kernels/gray_scott/mod.ts";
import { DIFFUSION, PEARSON_CLASSES, startOf } from "./pearson_classes.ts";
import { plate } from "./plate.ts";

/** Simulates every class on a grid of size × size cells and draws the plate of b as an SVG document. */
export function pearsonAtlas({ size }: { size: number }): string {
  const tiles = PEARSON_CLASSES.map((kind) => {
    const { name, F, k, steps, description } = kind;
    const grid = { width: size, height: size };
    const { b } = simulate({ ...grid, ...startOf(kind, size), ...DIFFUSION, F, k, steps });
    return {
      field: { ...grid, values: b },
      domain: [0, 0.4] as const,
      heading: name,
      aside: `F ${F.toFixed(3)}, k ${k.toFixed(4).replace(/0$/, "")}, t ${steps}`,
      lines: description,
    };
  });
  return plate(tiles, {
    title: "Gray-Scott patterns after Pearson (α to μ) and Munafo (ν to σ)",
    columns: 6,
    side: 256,
    notes: [
      "Gray-Scott patterns after Pearson (α to μ)",
      "and Munafo (ν to σ).",
      "",
      `Concentration of b: dark 0, light 0.4.`,
      `${size} × ${size} cells, periodic, D_{a} = ${DIFFUSION.Da.toFixed(4)},`,
      `D_{b} = D_{a} / 2, dx = δt = 1.`,
      "",
      "Starts, with noise: α to ζ, θ and κ",
      "Pearson's, one square of (0.5, 0.25) in",
      "(1, 0). η, ι and λ to ν many, ξ broken",
      "waves; π to σ parts in (1, 0), parts in",
      "the uniform state with b.",
    ],
  });
}
