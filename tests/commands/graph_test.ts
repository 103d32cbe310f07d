/** `graph` as a picture, as a user calls it: by Graphviz, with nothing but the project to read. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { drawDot } from "../../commands/draw_dot.ts";
import { graph, toDot } from "../../pipeline/mod.ts";
import { svgToPng } from "../../stages/figures/svg_to_png.ts";
import { macronet, withFolder } from "./cli.ts";
import { documentOf } from "./document.ts";

const STORED = ["--profile", "smoke", "--artifacts", "store"];

/** What stands in each of the groups of a class: its title and its lines. */
function groups(svg: string, kind: "node" | "edge" | "cluster"): { title: string; lines: string[] }[] {
  const document = documentOf(`<html><body>${svg}</body></html>`);
  return [...document.querySelectorAll(`g.${kind}`)].map((group) => ({
    title: group.querySelector("title").textContent,
    lines: [...group.querySelectorAll("text")].map(({ textContent }) => textContent.trim()),
  }));
}

Deno.test("macronet graph --format svg --state: every stage with its shards and state in words, every role", () =>
  withFolder(async (folder) => {
    await macronet(["run", "oscillator/simulate", ...STORED], { folder });
    const args = ["graph", "--system", "oscillator", "--set", "repeats=1", "--state", ...STORED];
    const { code, out, err } = await macronet([...args, "--format", "svg"], { folder });
    assertEquals([code, err], [0, ""]);
    assertEquals(groups(out, "node").map(({ lines }) => lines.join(": ")).sort(), [
      "cache: stale",
      "evaluate: waiting",
      "render: waiting",
      "repeats: waiting",
      "report: waiting",
      "sample: waiting",
      "simulate × 2: done",
      "train: waiting",
    ]);
    assertEquals(groups(out, "cluster").map(({ lines }) => lines), [["oscillator"]]);
    const roles = groups(out, "edge").flatMap(({ lines }) => lines).sort();
    assertEquals(roles.filter((role) => role.startsWith("oscillator/")), [
      "oscillator/cache",
      "oscillator/render",
      "oscillator/repeats",
    ]);
    assertEquals(roles.length, 1 + 1 + 2 + 3 + 1 + 4 + 3);
    assert(!/https?:(?!\/\/www\.w3\.org\/)/.test(out), "it needs nothing from elsewhere");
    const { width, height } = await svgToPng(out);
    assert(width > 1000 && height > 200, `${width} × ${height}`);

    const dot = await macronet([...args, "--format", "dot"], { folder });
    assertMatch(dot.out, /^digraph stages \{\n/);
    assertEquals(
      await drawDot(dot.out).then((svg) => svg.trimEnd() + "\n"),
      out,
      "the picture is that of the text",
    );

    const wrong = await macronet([...args, "--format", "png"], { folder });
    assertEquals(wrong.code, 2);
    assertMatch(wrong.err, /Cannot use --format png: it must be mermaid or dot or svg/);
  }));

Deno.test("toDot: a state with quotes, backslashes and markup is drawn as it is", async () => {
  const module = "file:///toy.ts";
  const odd = 'a "b" <i>&amp; \\n c';
  const svg = await drawDot(toDot(
    graph([
      { id: "make", module, params: {} },
      { id: "use", module, params: {}, inputs: { made: "make" } },
    ]),
    { make: odd },
  ));
  assertEquals(groups(svg, "node").map(({ lines }) => lines), [["make", odd], ["use"]]);
});

Deno.test("drawDot: what is not DOT is an error", async () => {
  await assertRejects(() => drawDot("digraph {"), Error, "syntax error");
});
