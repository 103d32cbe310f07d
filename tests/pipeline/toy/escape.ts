/** Tries to leave its sandbox as `params.how` says, towards `params.path`. */
import type { StageRun } from "../../../pipeline/stage.ts";

const ways: Record<string, (path: string, scratch: string) => unknown> = {
  write: (path) => Deno.writeTextFileSync(path, "harm"),
  "write over its own code": () => Deno.writeTextFileSync(new URL(import.meta.url), "harm"),
  remove: (path) => Deno.removeSync(path),
  rename: (path) => Deno.renameSync(path, `${path}.away`),
  chmod: (path) => Deno.chmodSync(path, 0o777),
  read: (path) => Deno.readTextFileSync(path),
  list: (path) => [...Deno.readDirSync(path.slice(0, path.lastIndexOf("/")))],
  "look at": (path) => Deno.statSync(path),
  "read through a link in its scratch": (path, scratch) => {
    Deno.symlinkSync(path, `${scratch}/link`);
    return Deno.readTextFileSync(`${scratch}/link`);
  },
  "write through a link in its scratch": (path, scratch) => {
    Deno.linkSync(path, `${scratch}/link`);
    Deno.writeTextFileSync(`${scratch}/link`, "harm");
  },
  "climb out of its scratch": (_, scratch) => Deno.writeTextFileSync(`${scratch}/../../harm`, "harm"),
  connect: () => Deno.connect({ hostname: "127.0.0.1", port: 8765 }),
  fetch: () => fetch("http://127.0.0.1:8765/"),
  "import code": () => {
    const url = "http://127.0.0.1:8765/code.ts";
    return Object.assign(new Function("url", "return import(url)"))(url);
  },
  environment: () => Deno.env.get("HOME"),
  "host name": () => Deno.hostname(),
  run: () => new Deno.Command("true").output(),
  "foreign functions": () => Deno.dlopen("libc.so.6", {}),
  "a worker that may more": () =>
    new Promise((_, reject) => {
      try {
        new Worker(new URL("./escape.ts", import.meta.url), {
          type: "module",
          deno: { permissions: { net: true } },
        }).onerror = reject;
      } catch (error) {
        reject(error);
      }
    }),
};

export const run: StageRun = async ({ params, scratch, write }) => {
  await ways[params.how as string](params.path as string, scratch);
  await write("out", new TextEncoder().encode("got out"));
};
