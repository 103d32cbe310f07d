import { assert, assertEquals } from "@std/assert";
import { grayScott, stableTimeStep } from "../../../kernels/reaction_diffusion/mod.ts";
import { modelPlate } from "../../../stages/figures/model_plate.ts";
import { pearsonAtlas } from "../../../stages/figures/pearson_atlas.ts";
import { DIFFUSION, PEARSON_CLASSES, startOf } from "../../../stages/figures/pearson_classes.ts";
import { svgToPng } from "../../../stages/figures/svg_to_png.ts";
import { assertGolden } from "../../golden/golden.ts";

// `docs/plates.ts --check` holds the pictures in the docs, which are larger, to the same functions.
Deno.test("pearsonAtlas looks as it did, on a small grid", async () => {
  await assertGolden("pearson-atlas", (await svgToPng(pearsonAtlas({ size: 128 }), { scale: 0.5 })).png);
});

Deno.test("modelPlate looks as it did, on a small grid", async () => {
  await assertGolden("models", (await svgToPng(modelPlate({ size: 48 }), { scale: 0.5 })).png);
});

Deno.test("PEARSON_CLASSES are the letters α to σ but ο, and stable", () => {
  assertEquals(PEARSON_CLASSES.map(({ name }) => name).join(""), "αβγδεζηθικλμνξπρσ");
  for (const { F, k } of PEARSON_CLASSES) assert(stableTimeStep(grayScott, { ...DIFFUSION, F, k }) > 1);
});

Deno.test("startOf has both states in it, whatever the class and grid", () => {
  for (const kind of PEARSON_CLASSES) {
    for (const size of [128, 256]) {
      const { a } = startOf(kind, size);
      assert(a.some((value) => value > 0.98) && a.some((value) => value < 0.52), `${kind.name}, ${size}`);
    }
  }
});
