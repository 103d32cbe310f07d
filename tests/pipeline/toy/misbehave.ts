/** Does what a stage must not, as `params.how` says. */
import type { StageRun } from "../../../pipeline/stage.ts";

const bytes = () => new TextEncoder().encode("x");

const ways: Record<string, StageRun> = {
  print: ({ write }) => {
    console.log("hello %d", 42, { a: 1 });
    return write("x", bytes());
  },
  memory: ({ write }) => write("x", new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer)),
  view: async ({ write }) => {
    const buffer = new Uint8Array([1, 2, 3, 4]);
    await write("x", buffer.subarray(1, 3));
    await write("y", buffer);
  },
  nothing: () => Promise.resolve(),
  twice: async ({ write }) => {
    await write("same", bytes());
    await write("same", bytes()).catch(() => {});
  },
  upwards: ({ write }) => write("../escape", bytes()),
  absolute: ({ write }) => write("/tmp/escape", bytes()),
  exit: () => Deno.exit(0),
  close: async () => {
    self.close();
    await new Promise(() => {});
  },
  unhandled: async () => {
    setTimeout(() => {
      throw new Error("nobody catches this");
    });
    await new Promise((done) => setTimeout(done, 1000));
  },
  trap: async ({ write }) => {
    // (module (func (export "f") unreachable))
    const module = "0061736d01000000010401600000030201000705010166000" + "00a05010300000b";
    const binary = Uint8Array.from(module.match(/../g)!, (pair) => parseInt(pair, 16));
    const { instance } = await WebAssembly.instantiate(binary);
    (instance.exports.f as () => void)();
    await write("never", bytes());
  },
};

export const run: StageRun = (context) => ways[context.params.how as string](context);
