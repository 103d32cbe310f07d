import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { sha256 } from "../../../pipeline/canonical.ts";
import { BLOSC_CODEC, compress, decompress } from "../../../stages/formats/blosc.ts";

const bytes = (values: Float32Array<ArrayBuffer>) => new Uint8Array(values.buffer);
const smooth = bytes(Float32Array.from({ length: 50_000 }, (_, i) => 1 / (1 + i % 997)));

Deno.test("compress and decompress: any bytes come back", async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (data) => {
    assertEquals(await decompress(await compress(data), data.length), new Uint8Array(data));
  }));
});

Deno.test("compress: the frame's header says what zarr.json says", async () => {
  const frame = await compress(smooth);
  const { typesize } = BLOSC_CODEC.configuration;
  const [flags, stride] = [frame[2], frame[3]];
  assertEquals(stride, typesize);
  assertEquals(flags & 1, 1, "shuffled by bytes");
  assertEquals(flags >> 5, 4, "by Zstandard");
  assert(frame.length < smooth.length / 10, `${frame.length} of ${smooth.length} bytes`);
});

Deno.test("compress: the same bytes whatever was compressed before, in another process, and as ever", async () => {
  const first = sha256(await compress(smooth));
  for (const length of [1, 1000, 3_000_000]) await compress(new Uint8Array(length).fill(length));
  assertEquals(sha256(await compress(smooth)), first);
  assertNotEquals(sha256(await compress(smooth.subarray(4))), first);

  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import { sha256 } from ${url("../../../pipeline/canonical.ts")};
    import { compress } from ${url("../../../stages/formats/blosc.ts")};
    const values = Float32Array.from({ length: 50_000 }, (_, i) => 1 / (1 + i % 997));
    console.log(sha256(await compress(new Uint8Array(values.buffer))));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "-q", program],
  }).output();
  assertEquals(new TextDecoder().decode(stdout).trim(), first);
  assertEquals(first, "32a011a3882a609fdeb28ee8b68e0658e2aed6c6bf80761d0cd7e3e6eb2252c1");
});

Deno.test("decompress refuses what is not a frame of its length", async () => {
  const frame = await compress(smooth);
  for (
    const broken of [frame.subarray(0, 10), frame.subarray(1), frame.subarray(0, -1), new Uint8Array(99)]
  ) {
    await assertRejects(() => decompress(broken, smooth.length), TypeError, "a Blosc frame must hold");
  }
});
