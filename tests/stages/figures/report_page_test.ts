import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseHTML } from "linkedom";
import { type Report, reportPage } from "../../../stages/figures/report_page.ts";
import { REPORT_SCRIPT, runScript } from "../../../stages/figures/report_script.ts";
import { report, run } from "./report_sample.ts";

// deno-lint-ignore no-explicit-any
function open(html: string): any {
  return parseHTML(html);
}

Deno.test("reportPage links figures relatively, each with an alternative text and its SVG", () => {
  const { document } = open(reportPage(report));
  const images = [...document.querySelectorAll("img")];
  const figures = report.systems.flatMap(({ figures }) => figures);
  assertEquals(images.map((image) => image.getAttribute("src")), figures.map(({ file }) => file));
  assert(images.every((image) => image.getAttribute("alt").length > 0));
  assertEquals(
    images.map((image) => image.parentElement.getAttribute("href")),
    figures.map(({ file }) => file.replace(".png", ".svg")),
  );
});

Deno.test("reportPage loads nothing but what lies beside it", () => {
  const html = reportPage(report);
  assertEquals(html.match(/(?:src|href)="(?:[a-z]+:|\/)/g), null);
  assertEquals(html.match(/@import|url\(/g), null);
});

Deno.test("reportPage says of each bar whether it is met, in words", () => {
  const { document } = open(reportPage(report));
  assertStringIncludes(document.body.textContent, "1 of 2 bars are met");
  const rows = [...document.querySelectorAll("#oscillator ~ details tbody tr")].map((row) => row.textContent);
  assertStringIncludes(rows[0], "0.9991");
  assertStringIncludes(rows[0], "0.9988 to 0.9993");
  assertStringIncludes(rows[0], "≥ 0.998 met");
  assertStringIncludes(rows[1], "≤ 0.02 missed");
});

Deno.test("reportPage escapes what it is given", () => {
  const nasty: Report = {
    title: "<script>1</script>",
    profile: "&",
    systems: [{
      name: "x",
      title: "<b>",
      figures: [{ file: 'a".png', caption: '<i>"' }],
      metrics: [{ name: "<", value: NaN, description: "<u>" }],
    }],
  };
  const { document } = open(reportPage(nasty));
  assertEquals(document.querySelectorAll("b, i, u").length, 0);
  assertEquals(document.querySelectorAll("script").length, 2);
  assertEquals(document.querySelector("h1").textContent, nasty.title);
  assertEquals(document.querySelector("img").getAttribute("src"), 'a".png');
});

function runInPage(html: string, script: string): string {
  const { document } = open(html);
  const window: Record<string, unknown> = {};
  new Function("window", "document", script + REPORT_SCRIPT)(window, document);
  return document.getElementById("provenance").textContent;
}

Deno.test("reportPage shows the provenance of run.js, and says what is missing without it", () => {
  const html = reportPage(report);
  const shown = runInPage(html, runScript(run));
  for (const part of ["oscillator/train", "deno 2.9.5", "2 min 5 s", "0123456789ab", "8 units", "graph TD"]) {
    assertStringIncludes(shown, part);
  }
  assertStringIncludes(runInPage(html, ""), "could\nnot be read");
});

Deno.test("runScript cannot end the script element that holds it", () => {
  assertEquals(runScript({ run: "</script>" }).includes("</"), false);
});
