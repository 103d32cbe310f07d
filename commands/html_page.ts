/**
 * A page that looks like the report and needs nothing from elsewhere.
 *
 * @module
 */
import { escape } from "../stages/figures/panel.ts";
import { REPORT_STYLE } from "../stages/figures/report_style.ts";

/** Pictures side by side, on white as they are printed. */
const STYLE = `
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
.pair img { display: block; max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line);
  border-radius: 6px; padding: .6rem; }
.none { color: var(--soft); border: 1px dashed var(--line); border-radius: 6px; padding: 2rem; text-align: center; }
td.number, th.number { text-align: right; } td code { overflow-wrap: break-word; } td:first-child code { white-space: nowrap; }
summary { cursor: pointer; margin: .6rem 0; }
`;

/** The browser fetches nothing and runs nothing, whatever a name or a picture holds. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/**
 * A whole page of parts that are HTML already.
 *
 * @example
 * ```ts
 * import { htmlPage } from "./html_page.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * assertStringIncludes(htmlPage("a & b", ["<p>hi</p>"]), "<h1>a &amp; b</h1>");
 * ```
 */
export function htmlPage(
  title: string,
  parts: readonly string[],
  { description = "", head = "" }: { description?: string; head?: string } = {},
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escape(title)}${description && `: ${escape(description)}`}</title>
<style>${REPORT_STYLE}${STYLE}</style>
${head}</head>
<body>
<main>
<h1>${escape(title)}</h1>
${parts.filter((part) => part !== "").join("\n")}
</main>
</body>
</html>
`;
}

/** A heading and what stands under it; nothing when that is nothing. */
export function section(title: string, html: string): string {
  return html === "" ? "" : `<section>\n<h2>${escape(title)}</h2>\n${html}\n</section>`;
}

/** A table of cells that are HTML already. Columns named in `numbers` are set as such. */
export function htmlTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  { numbers = [] }: { numbers?: readonly number[] } = {},
): string {
  const kind = (column: number) => numbers.includes(column) ? ' class="number"' : "";
  const head = heads.map((name, column) => `<th scope="col"${kind(column)}>${escape(name)}</th>`).join("");
  const lines = rows.map((row) =>
    `<tr>${row.map((cell, column) => `<td${kind(column)}>${cell}</td>`).join("")}</tr>`
  );
  return `<div class="scroll"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${lines.join("\n")}
</tbody>
</table></div>`;
}

/** Text that a program reads: a name, a path, a value. */
export function codes(text: string): string {
  return `<code>${escape(text)}</code>`;
}
