/**
 * Several panels on one white page: a complete SVG document.
 *
 * @module
 */
import { escape, type Panel } from "./panel.ts";
import { INK, TYPE } from "./theme.ts";

/** A panel and where its top left corner lies. */
export interface Placed {
  readonly panel: Panel;
  readonly x: number;
  readonly y: number;
}

/**
 * Composes panels. Equal input gives equal bytes: ids are made unique by the panel's position.
 *
 * @example
 * ```ts
 * import { page } from "./page.ts";
 * import { text } from "./panel.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const svg = page({ width: 100, height: 50, title: "Greeting" }, [{ panel: text("hello"), x: 50, y: 30 }]);
 * assertStringIncludes(svg, "<title>Greeting</title>");
 * ```
 */
export function page(
  { width, height, title }: { width: number; height: number; title: string },
  placed: readonly Placed[],
): string {
  const groups = placed.map(({ panel, x, y }, i) => {
    const markup = panel.markup.replace(/(\bid="|url\(#|href="#)i(\d+)/g, `$1p${i}-$2`);
    return `<g transform="translate(${x},${y})">${markup}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="img" font-family="${TYPE.family}" font-size="${TYPE.size}" ` +
    `fill="${INK.text}"><title>${escape(title)}</title>` +
    `<rect width="${width}" height="${height}" fill="${INK.background}"/>\n${groups.join("\n")}\n</svg>\n`;
}

/** Panels left to right, top to bottom, in columns of equal width. */
export function grid(
  panels: readonly Panel[],
  { columns, title, gap = 8 }: { columns: number; title: string; gap?: number },
): string {
  const [width, height] = [
    Math.max(...panels.map((panel) => panel.width)),
    Math.max(...panels.map((panel) => panel.height)),
  ];
  const across = Math.min(columns, panels.length);
  const down = Math.ceil(panels.length / columns);
  return page(
    { width: across * width + (across - 1) * gap, height: down * height + (down - 1) * gap, title },
    panels.map((panel, i) => ({
      panel,
      x: (i % columns) * (width + gap),
      y: Math.floor(i / columns) * (height + gap),
    })),
  );
}
