import { assert, assertEquals, assertThrows } from "@std/assert";
import { fieldPng, montage } from "../../../stages/figures/field_png.ts";
import { svgToPng } from "../../../stages/figures/svg_to_png.ts";
import { colourOf } from "../../../stages/figures/theme.ts";
import { decodePng } from "../../../stages/formats/png.ts";
import { assertGolden } from "../../golden/golden.ts";
import { gallery } from "./gallery.ts";
import { agreementData, figure4Data, figure5bData, figure5cData, figure6Data } from "./samples.ts";
import { figure4b, figure4c, figure4d } from "../../../stages/figures/figure4.ts";
import { figure5b, figure5c } from "../../../stages/figures/figure5.ts";
import { figure6b } from "../../../stages/figures/figure6.ts";
import { macrostateAgreement } from "../../../stages/figures/macrostate_agreement.ts";

const figures = gallery();

for (const [name, svg] of Object.entries(figures)) {
  Deno.test(`${name} looks as it did`, async () => {
    await assertGolden(name, (await svgToPng(svg, { scale: 1 })).png);
  });
}

Deno.test("figures are the same bytes when drawn again", () => {
  assertEquals(gallery(), figures);
});

Deno.test("figures refer to nothing outside of themselves and repeat no id", () => {
  for (const [name, svg] of Object.entries(figures)) {
    const ids = [...svg.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    assertEquals(new Set(ids).size, ids.length, name);
    for (const [, used] of svg.matchAll(/url\(#([^)]+)\)/g)) assert(ids.includes(used), `${name}: #${used}`);
    const drawn = svg.replace(/data:image\/png;base64,[^"]*/g, "");
    const stray = drawn.match(/NaN|undefined|Infinity|https?:(?!\/\/www\.w3\.org)/)?.[0];
    assertEquals(stray, undefined, name);
  }
});

Deno.test("figures of samples leave out what is not finite", () => {
  const spoil = (values: Float32Array) =>
    values.map((value, i) => i % 41 === 40 ? [NaN, Infinity][i % 2] : value);
  const { prior, examples } = figure4Data();
  const linear = {
    prior: spoil(prior),
    examples: examples.map((example) => ({
      ...example,
      sampledMatrices: spoil(example.sampledMatrices),
      grownTrajectories: spoil(example.grownTrajectories),
      sampledTrajectories: spoil(example.sampledTrajectories),
    })),
  };
  const { energy, macrostate } = figure5bData();
  const { rings, ...field } = figure5cData();
  const agreement = agreementData();
  const turing = figure6Data();
  const drawn = [
    figure4b(linear),
    figure4c(linear),
    figure4d(linear),
    figure5b({ energy, macrostate: spoil(macrostate) }),
    figure5c({ ...field, rings: rings.map((ring) => ({ ...ring, samples: spoil(ring.samples) })) }),
    figure6b({
      ...turing,
      examples: turing.examples.map((example) => ({
        ...example,
        sampledParameters: spoil(example.sampledParameters),
      })),
    }),
    macrostateAgreement({ ...agreement, alphaU: spoil(agreement.alphaU) }),
  ];
  for (const svg of drawn) assertEquals(svg.match(/.{40}(?:NaN|Infinity).{40}/)?.[0], undefined);
});

Deno.test("montage looks as it did", async () => {
  const { size, examples } = figure6Data();
  const tiles = examples.map(({ pattern }, i) => ({
    width: size,
    height: size,
    values: pattern,
    frame: colourOf(i),
  }));
  await assertGolden("montage", montage(tiles, { columns: 2, scale: 2 }));
});

Deno.test("fieldPng maps the domain to the colours and clamps what lies outside", () => {
  const colours = (t: number) => t < 0.5 ? "#ff0000" : "rgb(0, 0, 255)";
  const field = { width: 4, height: 1, values: [-9, 0, 1, 9] };
  const { rgba } = decodePng(fieldPng(field, { domain: [0, 1], colours }));
  assertEquals([...rgba], [255, 0, 0, 255, 255, 0, 0, 255, 0, 0, 255, 255, 0, 0, 255, 255]);
});

Deno.test("fieldPng draws a flat field and refuses one that is not finite", () => {
  assertEquals(decodePng(fieldPng({ width: 1, height: 1, values: [3] }, { scale: 5 })).height, 5);
  assertThrows(
    () => fieldPng({ width: 2, height: 1, values: [0, NaN] }),
    RangeError,
    "must be finite, but number 1 is NaN",
  );
  assertThrows(() => fieldPng({ width: 2, height: 2, values: [0] }), RangeError, "takes 4 values");
});

Deno.test("montage refuses fields of different sizes", () => {
  const [a, b] = [{ width: 1, height: 1, values: [0] }, { width: 2, height: 1, values: [0, 1] }];
  assertThrows(() => montage([a, b], { columns: 2 }), RangeError, "alike in size");
});
