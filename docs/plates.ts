/**
 * Draws the pictures of the pages beside this file: the plates of reaction-diffusion.md, from nothing but the models, and
 * those of training-growth.json and engine-growth.json. About half a minute.
 *
 * ```sh
 * deno run -A docs/plates.ts          # writes the pictures
 * deno run -A docs/plates.ts --check  # exits 1 naming each whose pixels are not what is drawn
 * ```
 *
 * @module
 */
import { modelPlate } from "../stages/figures/model_plate.ts";
import { pearsonAtlas } from "../stages/figures/pearson_atlas.ts";
import { svgToPng } from "../stages/figures/svg_to_png.ts";
import { canonicalPixels, decodePng } from "../stages/formats/png.ts";
import { engineGrowth } from "./engine_growth.ts";
import { trainingGrowth } from "./training_growth.ts";

const PLATES = {
  "pearson-atlas.png": () => pearsonAtlas({ size: 256 }),
  "models.png": () => modelPlate({ size: 128 }),
  "training-growth.png": () => trainingGrowth(),
  "engine-growth.png": () => engineGrowth(),
};

for (const [name, draw] of Object.entries(PLATES)) {
  const { png, pixels } = await svgToPng(draw(), { scale: 1 });
  const file = new URL(name, import.meta.url);
  if (!Deno.args.includes("--check")) {
    await Deno.writeFile(file, png);
    console.log(`docs/${name}  ${png.length} bytes`);
  } else if (!equal(canonicalPixels(decodePng(await Deno.readFile(file))), pixels)) {
    console.error(`error: Cannot accept docs/${name}: its pixels must be what is drawn, but they differ`);
    Deno.exitCode = 1;
  }
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
