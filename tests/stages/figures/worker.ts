/** Draws a chart and renders it; posts how many bytes of pixels that gave. */
import { macrostateAgreement } from "../../../stages/figures/macrostate_agreement.ts";
import { svgToPng } from "../../../stages/figures/svg_to_png.ts";

const alpha = Float32Array.from({ length: 100 }, (_, i) => i / 50 - 1);
const svg = macrostateAgreement({ title: "worker", dimension: 1, alphaU: alpha, alphaV: alpha });
const { pixels } = await svgToPng(svg);
(self as unknown as { postMessage(message: unknown): void }).postMessage(pixels.length);
