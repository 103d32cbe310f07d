/**
 * Under which names the objects of a store were published: `artifacts/<stage>/<name>`, links to them.
 *
 * @module
 */
import { dirname } from "node:path";
import { listIfThere, removeIfThere } from "./files.ts";
import { FOLDERS } from "./layout.ts";
import type { Layout } from "./layout.ts";

/** Names by the file that they lead to. */
export interface PublishedNames {
  /** How many there are of a file, by its inode. */
  count(file: number): number;
  /** Removes them, and folders that are empty then. */
  remove(file: number): void;
}

/** Looks at all that was published in a store. */
export function publishedNames({ artifacts }: Layout): PublishedNames {
  const names = new Map<number, string[]>();
  const walk = (folder: string): void => {
    for (const { name, isDirectory, isFile } of listIfThere(folder)) {
      const path = `${folder}/${name}`;
      if (isDirectory && !(folder === artifacts && FOLDERS.includes(name))) walk(path);
      else if (isFile) add(names, path);
    }
  };
  walk(artifacts);
  return {
    count: (file) => names.get(file)?.length ?? 0,
    remove(file) {
      for (const path of names.get(file) ?? []) {
        removeIfThere(path);
        removeEmpty(dirname(path), artifacts);
      }
    },
  };
}

function add(names: Map<number, string[]>, path: string): void {
  const { ino, nlink } = Deno.statSync(path);
  if (ino === null || (nlink ?? 1) < 2) return;
  const known = names.get(ino);
  if (known === undefined) names.set(ino, [path]);
  else known.push(path);
}

function removeEmpty(folder: string, top: string): void {
  if (folder === top || listIfThere(folder).length > 0) return;
  removeIfThere(folder);
  removeEmpty(dirname(folder), top);
}
