import { assert, assertEquals, assertMatch } from "@std/assert";
import { ProgressBar } from "@std/cli/unstable-progress-bar";

function recorder() {
  const state = { text: "", closed: false };
  const writable = new WritableStream<Uint8Array>({
    write(chunk) {
      state.text += new TextDecoder().decode(chunk);
    },
    close() {
      state.closed = true;
    },
  });
  return { state, writable };
}

Deno.test("ProgressBar draws time, bar and data, and ends the line", async () => {
  const { state, writable } = recorder();
  const bar = new ProgressBar({ writable, max: 10 * 2 ** 10, value: 5 * 2 ** 10, barLength: 10 });
  await bar.stop();
  assertMatch(
    state.text,
    // deno-lint-ignore no-control-regex
    /^\r\x1b\[K\[\d\d:\d\d\] \[#{5}-{5}\] \[5\.00\/10\.00 KiB\]\r\x1b\[K.*\n$/,
  );
  assert(!state.closed);
});

Deno.test("ProgressBar hands its state to the formatter and follows value and max", async () => {
  const { state, writable } = recorder();
  const bar = new ProgressBar({
    writable,
    max: 10,
    barLength: 4,
    fillChar: "=",
    emptyChar: " ",
    formatter: (f) => `${f.progressBar}|${f.previousValue}>${f.value}/${f.max}`,
  });
  bar.value = 10;
  bar.max = 20;
  await bar.stop();
  const lines = state.text.split("\r\u001b[K").slice(1);
  assertEquals(lines, ["    |0>0/10", "==  |0>10/20\n"]);
});

Deno.test("ProgressBar clears itself and closes the stream when asked", async () => {
  const { state, writable } = recorder();
  const bar = new ProgressBar({ writable, max: 1, clear: true, keepOpen: false });
  await bar.stop();
  assert(state.text.endsWith("\r\u001b[K"));
  assert(state.closed);
});

Deno.test("ProgressBar outlives a stream that fails", async () => {
  const writable = new WritableStream<Uint8Array>({
    write() {
      throw new Error("gone");
    },
  });
  const bar = new ProgressBar({ writable, max: 1 });
  await bar.stop();
});
