/**
 * The report: one static page that opens from disk and needs nothing from elsewhere.
 *
 * @module
 */
import { escape } from "./panel.ts";
import { REPORT_SCRIPT, RUN_SCRIPT } from "./report_script.ts";
import { significant } from "./significant.ts";
import { REPORT_STYLE } from "./report_style.ts";

/** A number, what it means, and what it should be. */
export interface ReportMetric {
  /** As in `metrics.json`, without the system's name. */
  readonly name: string;
  readonly value: number;
  /** 95 % bootstrap interval. */
  readonly interval?: readonly [low: number, high: number];
  /** Standard deviation over the seeds of training, of which the value is the mean. */
  readonly deviation?: number;
  readonly repeats?: number;
  /** What it is measured against. */
  readonly bar?: { readonly atLeast: number } | { readonly atMost: number };
  readonly description: string;
}

/** A picture, with a vector version of the same name beside it. */
export interface ReportFigure {
  /** The PNG, relative to the page; the SVG differs in its extension alone. */
  readonly file: string;
  /** Also the alternative text, unless `alt` says more. */
  readonly caption: string;
  readonly alt?: string;
  /** Takes a whole row. */
  readonly wide?: boolean;
}

/** A section of the report. */
export interface ReportSystem {
  readonly name: string;
  readonly title: string;
  readonly summary?: string;
  readonly figures: readonly ReportFigure[];
  readonly metrics: readonly ReportMetric[];
}

/** Data of {@link reportPage}. */
export interface Report {
  readonly title: string;
  /** E.g. `paper`. */
  readonly profile: string;
  readonly summary?: string;
  readonly systems: readonly ReportSystem[];
}

/**
 * The page. Its bytes depend on its argument alone; what belongs to a run, times above all, is read by the
 * browser from `run.js` beside it.
 *
 * @example
 * ```ts
 * import { reportPage } from "./report_page.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const metric = { name: "spearman", value: 0.9991, bar: { atLeast: 0.998 }, description: "rank agreement" };
 * const system = { name: "oscillator", title: "Oscillator", figures: [], metrics: [metric] };
 * const html = reportPage({ title: "Macrostates", profile: "paper", systems: [system] });
 * assertStringIncludes(html, "0.9991");
 * ```
 */
export function reportPage({ title, profile, summary, systems }: Report): string {
  const links = systems.map(({ name, title }) => `<li><a href="#${escape(name)}">${escape(title)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header>
<h1>${escape(title)}</h1>
<p class="soft">Profile <code>${escape(profile)}</code></p>
${paragraph(summary)}
<nav aria-label="Sections"><ul>
${links.join("\n")}
<li><a href="#provenance-title">Provenance</a></li>
</ul></nav>
</header>
<main id="content">
${overview(systems)}
${systems.map(section).join("\n")}
<section aria-labelledby="provenance-title">
<h2 id="provenance-title">Provenance</h2>
<div id="provenance">
<p>The graph, keys, digests and times of the run lie in <code>${RUN_SCRIPT}</code> beside this page, and it could
not be read: either the page was copied without it, or scripts are off. Run <code>deno task reproduce</code> to
write it again; nothing that is up to date is computed anew.</p>
</div>
</section>
</main>
<script src="${RUN_SCRIPT}"></script>
<script>${REPORT_SCRIPT}</script>
</body>
</html>
`;
}

/** Every metric that has a bar, over all systems. */
function overview(systems: readonly ReportSystem[]): string {
  const rows = systems.flatMap(({ title, metrics }) =>
    metrics.filter(({ bar }) => bar !== undefined).map((metric) => ({ ...metric, system: title }))
  );
  if (rows.length === 0) return "";
  const met = rows.filter(isMet).length;
  const lines = rows.map((metric) =>
    `<tr><th scope="row">${escape(metric.system)}</th>${cells(metric)}</tr>`
  );
  return `<section aria-labelledby="results">
<h2 id="results">Results</h2>
<p>${met} of ${rows.length} bars are met.</p>
${
    table(
      ["system", ...HEADS],
      lines,
      "Metrics with a bar. Mean and standard deviation over seeds of training (their number in brackets); intervals: 95 %, " +
        "bootstrap over held-out data, their ends averaged over the seeds.",
    )
  }
</section>`;
}

function section({ name, title, summary, figures, metrics }: ReportSystem): string {
  const lines = metrics.map((metric) => `<tr>${cells(metric)}</tr>`);
  const list = figures.map(figure).join("\n");
  return `<section aria-labelledby="${escape(name)}">
<h2 id="${escape(name)}">${escape(title)}</h2>
${paragraph(summary)}
${list && `<div class="figures">\n${list}\n</div>`}
${
    lines.length === 0
      ? ""
      : `<details><summary>All ${lines.length} metrics</summary>\n${
        table(HEADS, lines, `All metrics of ${escape(title)}, on held-out data.`)
      }</details>`
  }
</section>`;
}

function figure({ file, caption, alt, wide }: ReportFigure): string {
  const vector = file.replace(/\.png$/, ".svg");
  return `<figure${wide ? ' class="wide"' : ""}>
<a href="${escape(vector)}"><img src="${escape(file)}" alt="${escape(alt ?? caption)}" loading="lazy"></a>
<figcaption>${escape(caption)} <a href="${escape(vector)}">SVG</a>, <a href="${
    escape(file)
  }">PNG</a></figcaption>
</figure>`;
}

const HEADS = ["metric", "value", "± over seeds", "95 % interval", "bar", "what it is"];

function table(heads: readonly string[], lines: readonly string[], caption: string): string {
  const head = heads.map((name) => `<th scope="col">${name}</th>`).join("");
  return `<div class="scroll"><table>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${lines.join("\n")}
</tbody>
</table></div>`;
}

function cells(metric: ReportMetric): string {
  const { name, value, interval, deviation, repeats, bar, description } = metric;
  const spread = deviation === undefined ? "" : `${format(deviation)} (${repeats})`;
  const range = interval === undefined ? "" : `${format(interval[0])} to ${format(interval[1])}`;
  const target = bar === undefined
    ? ""
    : `${"atLeast" in bar ? `≥ ${format(bar.atLeast)}` : `≤ ${format(bar.atMost)}`} ` +
      `<span class="${isMet(metric) ? "met" : "missed"}">${isMet(metric) ? "met" : "missed"}</span>`;
  return `<td><code>${escape(name)}</code></td><td class="number">${format(value)}</td>` +
    `<td class="number">${spread}</td>` +
    `<td class="number">${range}</td><td class="number">${target}</td><td>${escape(description)}</td>`;
}

function isMet({ value, bar }: ReportMetric): boolean {
  if (bar === undefined) return true;
  return "atLeast" in bar ? value >= bar.atLeast : value <= bar.atMost;
}

/** With a true minus sign. */
function format(value: number): string {
  return significant(value).replaceAll("-", "−");
}

function paragraph(text: string | undefined): string {
  return text === undefined ? "" : `<p>${escape(text)}</p>`;
}
