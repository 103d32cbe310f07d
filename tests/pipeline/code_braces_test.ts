import assert from "node:assert/strict";
import { CodeScans } from "../../pipeline/code_scan.ts";

const digest = (source: string) => new CodeScans().scan(new TextEncoder().encode(source)).digest;

const alike: [string, string][] = [
  ["if (a) b();", "if (a) {\n  b();\n}"],
  ["if (a) return; c();", "if (a) {\n  return;\n}\nc();"],
  ["if (a) b(); else c();", "if (a) { b(); } else { c(); }"],
  ["for (const x of y) z(x);", "for (const x of y) {\n  z(\n    x,\n  );\n}"],
  ["for await (const x of y) z(x);", "for await (const x of y) { z(x); }"],
  ["while (a) b(() => { c(); d(); });", "while (a) { b(() => { c(); d(); }); }"],
  ["{ if (a) throw b; }", "{ if (a) { throw b; } }"],
  ["if (a) await b();", "if (a) {\n  await b();\n}"],
];
for (const [a, b] of alike) {
  Deno.test(`code: ${JSON.stringify(a)} and ${JSON.stringify(b)} are one`, () => {
    assert.equal(digest(a), digest(b));
  });
}

const different: [string, string][] = [
  ["if (a) { b(); c(); }", "if (a) b(); c();"],
  ["if (a) { b()\nc() }", "if (a) b()\nc()"],
  ["if (a) { b\n++c }", "if (a) b\n++c"],
  ["if (a) { if (b) c(); } else d();", "if (a) if (b) c(); else d();"],
  ["if (a) { let b = 1; }", "if (a) let\nb = 1;"],
  ["x = { a }", "x = a"],
  ["f(a) ; { b }", "f(a) ; b"],
  ["() => { a }", "() => a"],
];
for (const [a, b] of different) {
  Deno.test(`code: ${JSON.stringify(a)} and ${JSON.stringify(b)} are two`, () => {
    assert.notEqual(digest(a), digest(b));
  });
}

Deno.test("code: what `deno fmt` makes of narrow lines of a real module is one", async () => {
  const source = await Deno.readTextFile(new URL("../../pipeline/code_digest.ts", import.meta.url));
  for (const width of [60, 80]) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--no-config", `--line-width=${width}`, "--ext=ts", "-"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(source));
    await writer.close();
    const formatted = new TextDecoder().decode((await child.output()).stdout);
    assert.notEqual(formatted, source);
    assert.equal(digest(formatted), digest(source));
  }
});
