/**
 * Pictures that must not change unseen, compared by their pixels.
 *
 * A picture that differs is left beside its golden as `<name>-changed.png`: look at both. If the change is
 * meant, run the tests with `-- --update` and commit the new golden. In CI nothing is written.
 *
 * @module
 */
import { fail } from "@std/assert";
import { canonicalPixels, decodePng } from "../../stages/formats/png.ts";

const update = Deno.args.includes("--update");
const ci = Deno.env.get("CI") === "true";

/** Fails unless the picture in `png` has the pixels of the golden of that name. */
export async function assertGolden(name: string, png: Uint8Array): Promise<void> {
  const golden = new URL(`./${name}.png`, import.meta.url);
  const changed = new URL(`./${name}-changed.png`, import.meta.url);
  if (update && !ci) {
    await Deno.writeFile(golden, png);
    await Deno.remove(changed).catch(() => {});
    return;
  }
  const expected = await Deno.readFile(golden).catch(() => undefined);
  if (expected !== undefined && equal(pixels(expected), pixels(png))) {
    if (!ci) await Deno.remove(changed).catch(() => {});
    return;
  }
  if (!ci) await Deno.writeFile(changed, png);
  const what = expected === undefined ? "there is no golden" : "its pixels changed";
  fail(`${name}: ${what}; look at tests/golden/${name}-changed.png, and run with -- --update if it is right`);
}

function pixels(png: Uint8Array): Uint8Array {
  return canonicalPixels(decodePng(png));
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
