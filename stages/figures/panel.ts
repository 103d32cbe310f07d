/**
 * What figures are put together from: rectangles of SVG markup, by hand where no chart is needed.
 *
 * @module
 */
import { INK, TYPE } from "./theme.ts";

/** A rectangle of SVG markup. Its ids are unique within it alone. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  /** Elements, to stand inside a `<g>`. */
  readonly markup: string;
}

/** Markup moved to a place. */
export function at(x: number, y: number, panel: Panel): string {
  return `<g transform="translate(${x},${y})">${panel.markup}</g>`;
}

/** How {@link text} is set. */
export interface TextOptions {
  readonly size?: number;
  readonly weight?: 400 | 600;
  readonly colour?: string;
  readonly anchor?: "start" | "middle" | "end";
  /** Degrees, clockwise. */
  readonly rotate?: number;
}

/** A line of text with its anchor at the panel's origin, on its base line. `D_{a}` becomes a subscript. */
export function text(line: string, options: TextOptions = {}): Panel {
  const { size = TYPE.size, weight = 400, colour = INK.text, anchor = "middle", rotate } = options;
  const turn = rotate === undefined ? "" : ` transform="rotate(${rotate})"`;
  return {
    width: 0,
    height: size,
    markup: `<text font-size="${size}" font-weight="${weight}" fill="${colour}" text-anchor="${anchor}"` +
      `${turn}>${subscripts(escape(line))}</text>`,
  };
}

/** A picture, shown pixel by pixel, in an optional frame that lies outside of it. */
export function image(
  png: Uint8Array,
  { size, frame, frameWidth = 2 }: { size: number; frame?: string; frameWidth?: number },
): Panel {
  const half = frameWidth / 2;
  const border = frame === undefined ? "" : `<rect x="${-half}" y="${-half}" width="${size + frameWidth}" ` +
    `height="${size + frameWidth}" fill="none" stroke="${frame}" stroke-width="${frameWidth}"/>`;
  return {
    width: size,
    height: size,
    markup: `<image width="${size}" height="${size}" image-rendering="optimizeSpeed" ` +
      `href="${dataUrl(png)}"/>${border}`,
  };
}

/** A PNG as a `data:` URL. */
export function dataUrl(png: Uint8Array): string {
  return `data:image/png;base64,${png.toBase64()}`;
}

/** Text as XML, attributes included. */
export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** `D_{a}, b` → a `tspan` lowered for the a, another raised again for what follows. */
export function subscripts(text: string): string {
  const [first, ...parts] = text.split("_{");
  return first + parts.map((part) => {
    const [lowered, ...after] = part.split("}");
    const rest = after.join("}");
    return `<tspan dy="0.25em" font-size="75%">${lowered}</tspan>` +
      (rest && `<tspan dy="-0.19em">${rest}</tspan>`);
  }).join("");
}
