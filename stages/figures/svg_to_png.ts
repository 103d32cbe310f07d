/**
 * SVG to PNG by resvg, compiled to WASM, with the one font family that ships beside this file: neither the
 * machine's fonts nor its graphics have a say in the pixels.
 *
 * Needs permission to read the project folder, and no other.
 *
 * @module
 */
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { canonicalPixels, encodePng } from "../formats/png.ts";

/** A picture and what identifies it. */
export interface Rendered {
  /** The file. */
  readonly png: Uint8Array;
  /** Its canonical pixels: the identity of the picture, whatever compressor made the file. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

let fonts: Promise<Uint8Array[]> | undefined;

/**
 * Renders an SVG document, by default at two pixels per CSS pixel.
 *
 * @throws {TypeError} if the document is no SVG
 *
 * @example
 * ```ts
 * import { page } from "./page.ts";
 * import { text } from "./panel.ts";
 * import { svgToPng } from "./svg_to_png.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const svg = page({ width: 100, height: 50, title: "" }, [{ panel: text("hello"), x: 50, y: 30 }]);
 * const { width, height } = await svgToPng(svg);
 * assertEquals([width, height], [200, 100]);
 * ```
 */
export async function svgToPng(
  svg: string,
  { scale = 2, width }: { scale?: number; width?: number } = {},
): Promise<Rendered> {
  const fontBuffers = await (fonts ??= load());
  let resvg: InstanceType<typeof Resvg>;
  try {
    resvg = new Resvg(svg, {
      font: { fontBuffers, defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
      fitTo: width === undefined ? { mode: "zoom", value: scale } : { mode: "width", value: width },
    });
  } catch (cause) {
    throw new TypeError(`Cannot render SVG: the document must be well-formed, but ${cause}`, { cause });
  }
  const image = resvg.render();
  try {
    const picture = { width: image.width, height: image.height, rgba: image.pixels };
    return {
      png: encodePng(picture),
      pixels: canonicalPixels(picture),
      width: picture.width,
      height: picture.height,
    };
  } finally {
    image.free();
    resvg.free();
  }
}

async function load(): Promise<Uint8Array[]> {
  const wasm = new URL(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"));
  await initWasm(await Deno.readFile(wasm));
  // Spelled out one by one: that is how the digest of a stage's code finds them.
  return Promise.all([
    Deno.readFile(new URL("./font/Inter-Regular.otf", import.meta.url)),
    Deno.readFile(new URL("./font/Inter-SemiBold.otf", import.meta.url)),
  ]);
}
