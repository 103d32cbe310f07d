/** `diff` as a user calls it, on the runs of a small project of its own. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { pathToFileURL } from "node:url";
import { execute, graph, pastArtifacts, type PastRun, readRun, type Stage } from "../../pipeline/mod.ts";
import { layout } from "../../pipeline/layout.ts";
import { jsonLines, macronet, withFolder } from "./cli.ts";
import { documentOf } from "./document.ts";

const SHAPES = `export const shape = (size: number) => '<circle r="' + size + '"/>';`;
const FILES = {
  "draw.ts": `import { shape } from "./shapes.ts";
    export async function run({ params, write }) {
      const svg = '<svg xmlns="http://www.w3.org/2000/svg">' + shape(params.plot.size) + "</svg>";
      await write("circle.svg", new TextEncoder().encode(svg), { identity: new TextEncoder().encode(shape(1)) });
      await write("again/circle.svg", new TextEncoder().encode(svg));
      await write("fixed.svg", new TextEncoder().encode("<svg/>"));
    }`,
  "shapes.ts": SHAPES,
  "evaluate.ts": `export async function run({ params, input, write }) {
      const metrics = { size: { value: params.size }, pictures: { value: input("drawn").names.length } };
      await write("metrics.json", new TextEncoder().encode(JSON.stringify(metrics)));
    }`,
};

/** A project in a folder, whose store is that of its runs. */
async function project(folder: string) {
  for (const [name, text] of Object.entries(FILES)) await Deno.writeTextFile(`${folder}/${name}`, text);
  const module = (name: string) => pathToFileURL(`${folder}/${name}.ts`).href;
  const artifacts = `${folder}/artifacts`;
  return {
    artifacts,
    async run(
      size: number,
      { label = "a", more = [] }: { label?: string; more?: Stage[] } = {},
    ): Promise<PastRun> {
      const stages = graph([
        { id: "toy/draw", module: module("draw"), params: { plot: { size, sizes: [1, size] }, label } },
        { id: "toy/evaluate", module: module("evaluate"), params: { size }, inputs: { drawn: "toy/draw" } },
        ...more,
      ]);
      const about = { command: `run --set size=${size}` };
      const { id, ok } = await execute(stages, { root: folder, artifacts, workers: 1, about });
      assert(ok);
      return readRun(id, artifacts);
    },
    extra: { id: "extra", module: module("draw"), params: { plot: { size: 9 } } } satisfies Stage,
  };
}

const DIFF = ["diff", "last~1", "last", "--artifacts", "artifacts"];

Deno.test("macronet diff: parameters by path, code by file, inputs, metrics and pictures, and nothing that is equal", () =>
  withFolder(async (folder) => {
    const { run, extra } = await project(folder);
    await run(1, { more: [extra] });
    await Deno.writeTextFile(`${folder}/shapes.ts`, SHAPES.replace("circle", "rect"));
    await run(2);
    const { code, out, err } = await macronet(DIFF, { folder });
    assertEquals([code, err], [0, ""]);
    const paragraphs = out.trimEnd().split("\n\n").map((text) =>
      text.split("\n").map((line) => line.trim().split(/ {2,}/))
    );
    assertEquals(paragraphs.slice(1).map(([[head]]) => head.replace(/:.*/, "")), [
      "Stages in one run alone",
      "Parameters",
      "Code",
      "Inputs",
      "Metrics",
      "Artifacts",
      "Pictures",
      "Page",
    ]);
    const [runs, alone, params, files, inputs, metrics, artifacts, pictures] = paragraphs;
    assertEquals(runs.map(([name, , state, command]) => [name, state, command]), [
      ["first", "done", "run --set size=1"],
      ["second", "done", "run --set size=2"],
    ]);
    assertEquals(alone.slice(1), [["extra", "only in the first"]]);
    assertEquals(params.slice(1), [
      ["toy/draw", "plot.size", "1 → 2"],
      ["toy/draw", "plot.sizes", "[1,1] → [1,2]"],
      ["toy/evaluate", "size", "1 → 2"],
    ]);
    assertEquals(files.slice(1), [["shapes.ts", "changed", "toy/draw"]]);
    assertMatch(inputs[1].join(" "), /^toy\/evaluate drawn [0-9a-f]{12} → [0-9a-f]{12}$/);
    assertEquals(metrics.slice(1), [["metric", "first", "second", "difference"], [
      "toy.size",
      "1",
      "2",
      "+1",
    ]]);
    assertEquals(artifacts.slice(1), [
      ["toy/draw", "2 differ: again/circle.svg, circle.svg"],
      ["toy/evaluate", "1 differ: metrics.json"],
    ]);
    assertEquals(pictures.slice(1), [
      ["toy/draw", "again/circle.svg", "other pixels"],
      ["toy/draw", "circle.svg", "other pixels"],
    ]);
  }));

Deno.test("macronet diff: a page with the pictures in it, which needs nothing from elsewhere", () =>
  withFolder(async (folder) => {
    const { run } = await project(folder);
    await run(1, { label: "a" });
    await run(2, { label: '<script>alert("1")</script>' });
    const { out } = await macronet(DIFF, { folder });
    const [, path] = /\nPage: (artifacts\/diff\/.+\.\..+\.html)\n$/.exec(out)!;
    const html = await Deno.readTextFile(`${folder}/${path}`);
    const document = documentOf(html);
    assertEquals(document.querySelectorAll("script, link, iframe").length, 0);
    assert(
      [...document.querySelectorAll("td")].some((cell) => cell.textContent === '<script>alert("1")</script>'),
    );
    for (const found of html.matchAll(/\b(?:src|href)="([^"]*)"/g)) {
      assertMatch(found[1], /^data:image\/svg\+xml;base64,/);
    }
    const sources = [...document.querySelectorAll(".pair img")].map((image) => image.getAttribute("src"));
    const drawn = sources.map((source) =>
      new TextDecoder().decode(Uint8Array.fromBase64(source.split(",")[1]))
    );
    const picture = (size: number) => `<svg xmlns="http://www.w3.org/2000/svg"><circle r="${size}"/></svg>`;
    assertEquals(drawn, [picture(1), picture(2)], "the one whose identity is the same is left out");

    const named = await macronet([...DIFF, "--to", "page.html"], { folder });
    assertMatch(named.out, /\nPage: page\.html\n$/);
    assertEquals(await Deno.readTextFile(`${folder}/page.html`), html);
    const outside = await macronet([...DIFF, "--to", "/page.html"], { folder });
    assertEquals(outside.code, 2);
    assertMatch(outside.err, /^error: Cannot write \/page\.html: /);
  }));

Deno.test("macronet diff: what is not in the store any more is said, and is no error", () =>
  withFolder(async (folder) => {
    const { run, artifacts } = await project(folder);
    const [first, second] = [await run(1), await run(2)];
    const places = layout(artifacts);
    const remove = (name: string) => {
      const entry = first.stages.flatMap((stage) => pastArtifacts(stage, artifacts).artifacts)
        .find((entry) => entry.name === name)!;
      Deno.removeSync(places.object(entry.digest));
    };
    remove("metrics.json");
    remove("again/circle.svg");
    const { code, out } = await macronet(DIFF, { folder });
    assertEquals(code, 0);
    assertStringIncludes(out, "metrics of toy/evaluate: they are not in the store any more\n");
    assertMatch(out, /\n {2}toy\.size +– +2\n/);
    const [, path] = /\nPage: (.+)\n$/.exec(out)!;
    const [before, after] = documentOf(await Deno.readTextFile(`${folder}/${path}`)).querySelectorAll(
      ".pair figure",
    );
    assertMatch(before.textContent, /^not in the store any more/);
    assert(after.querySelector("img") !== null);

    Deno.removeSync(places.record(second.units[0].key));
    Deno.removeSync(places.code(first.stages[0].code));
    await Deno.writeTextFile(`${folder}/shapes.ts`, SHAPES.replace("circle", "rect"));
    await run(2);
    const more = await macronet(["diff", second.id, "last", "--artifacts", "artifacts"], { folder });
    assertEquals(more.code, 0);
    assertStringIncludes(more.out, "the code of toy/draw: which files is not known any more\n");
    assertMatch(more.out, /\n {2}toy\/draw +1 unit no longer in the store\n/);
  }));

Deno.test("macronet diff: one line when nothing differs; --json: one object a line and no page", () =>
  withFolder(async (folder) => {
    const { run, artifacts } = await project(folder);
    const ids = [(await run(1)).id, (await run(1)).id, (await run(3)).id];
    const same = await macronet(["diff", ids[0], ids[1], "--artifacts", "artifacts"], { folder });
    assertEquals(same.code, 0);
    assertMatch(same.out, /^Nothing differs between \S+ and \S+\.\n$/);
    const { out } = await macronet([...DIFF, "--json"], { folder });
    const lines = jsonLines(out);
    assertEquals(lines.map(({ type }) => type), ["stage", "stage", "metric", "picture", "summary"]);
    assertEquals(lines[0].params[0], { name: "plot.size", first: 1, second: 3 });
    assertEquals(lines[2], { type: "metric", metric: "toy.size", first: 1, second: 3 });
    assertEquals([lines[4].first, lines[4].second], ids.slice(1));
    assertEquals([...Deno.readDirSync(artifacts)].some(({ name }) => name === "diff"), false);
  }));

Deno.test("macronet diff of other than two runs that are there: a wrong call", () =>
  withFolder(async (folder) => {
    const { run } = await project(folder);
    await run(1);
    for (const names of [[], ["last"], ["last", "last", "last"]]) {
      const { code, err } = await macronet(["diff", ...names, "--artifacts", "artifacts"], { folder });
      assertEquals(code, 2);
      assertEquals(
        err,
        `error: Cannot diff: it takes two runs, such as last~1 last, but found ${names.length}\n`,
      );
    }
    const { code, err } = await macronet(DIFF, { folder });
    assertEquals(code, 2);
    assertMatch(err, /^error: Cannot find run "last~1": .*; deno task macronet log lists them\n$/);
  }));
