import { assertEquals, assertRejects } from "@std/assert";
import { page } from "../../../stages/figures/page.ts";
import { image, text } from "../../../stages/figures/panel.ts";
import { fieldPng } from "../../../stages/figures/field_png.ts";
import { svgToPng } from "../../../stages/figures/svg_to_png.ts";
import { canonicalPixels, decodePng } from "../../../stages/formats/png.ts";

const hello = page({ width: 60, height: 20, title: "" }, [{ panel: text("αᵤ, D_{a}"), x: 30, y: 14 }]);

Deno.test("svgToPng gives a file that holds the pixels it names", async () => {
  const { png, pixels, width, height } = await svgToPng(hello, { width: 90 });
  assertEquals([width, height], [90, 30]);
  assertEquals(canonicalPixels(decodePng(png)), pixels);
});

Deno.test("svgToPng draws text", async () => {
  const { rgba } = decodePng((await svgToPng(hello)).png);
  const dark = rgba.filter((value, i) => i % 4 === 0 && value < 128).length;
  assertEquals(dark > 50, true);
});

Deno.test("svgToPng keeps the cells of a field sharp", async () => {
  const png = fieldPng({ width: 2, height: 1, values: [0, 1] }, {
    colours: (t) => t < 0.5 ? "#000000" : "#ffffff",
  });
  const svg = page({ width: 8, height: 8, title: "" }, [{ panel: image(png, { size: 8 }), x: 0, y: 0 }]);
  const { rgba } = decodePng((await svgToPng(svg)).png);
  assertEquals(new Set(rgba), new Set([0, 255]));
});

Deno.test("svgToPng refuses what is no SVG", async () => {
  await assertRejects(() => svgToPng("<svg"), TypeError, "must be well-formed");
});

Deno.test("svgToPng runs in a worker that may only read the project", async () => {
  const root = new URL("../../../", import.meta.url);
  const permissions = {
    read: [root],
    net: false,
    write: false,
    env: false,
    run: false,
    sys: false,
    ffi: false,
  };
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: { ...permissions, import: false } },
  } as WorkerOptions);
  try {
    const length = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
    });
    assertEquals(length, 8 + 560 * 560 * 4);
  } finally {
    worker.terminate();
  }
});
