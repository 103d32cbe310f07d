/**
 * Artifacts under their names: `artifacts/<stage>/<name>`, hard links to the objects, so that a report opens
 * from disk and nothing is stored twice.
 *
 * @module
 */
import { dirname } from "node:path";
import { checkArtifactName } from "./artifact_name.ts";
import { sha256 } from "./canonical.ts";
import { linkOrCopy, removeIfThere } from "./files.ts";
import type { ArtifactEntry } from "./key.ts";
import type { Layout } from "./layout.ts";
import { quoted } from "./quoted.ts";

/**
 * Makes the folder of a stage hold exactly these artifacts; what else is in it goes. Touches nothing that is
 * right already, and nothing outside the folder. Copies where the file system cannot link.
 *
 * @throws {RangeError} when a name is none that an artifact may have; nothing is changed then.
 * @throws {Error} when that is not possible; each name is right or absent then.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { layout } from "./layout.ts";
 * import { openSession } from "./session.ts";
 * import { putObject } from "./store.ts";
 *
 * const places = layout(await Deno.makeTempDir());
 * const session = openSession(places);
 * const digest = await putObject(new TextEncoder().encode("hi"), { layout: places, session });
 * publish("toy", [{ name: "greeting.txt", digest, size: 2 }], places);
 * assert.equal(await Deno.readTextFile(`${places.artifacts}/toy/greeting.txt`), "hi");
 * session.close();
 * ```
 */
export function publish(stage: string, artifacts: readonly ArtifactEntry[], layout: Layout): void {
  for (const { name } of artifacts) checkArtifactName(name);
  const folder = layout.published(stage);
  checkFolders(stage, layout);
  const wanted = new Set(artifacts.map(({ name }) => name));
  removeStale(folder, "", wanted);
  for (const { name, digest } of artifacts) {
    const object = layout.object(digest);
    const path = `${folder}/${name}`;
    if (isSame(object, path)) continue;
    removeIfThere(path);
    Deno.mkdirSync(dirname(path), { recursive: true });
    link(object, path);
  }
}

/** A link in the place of a stage's folder leads out of the store: what lies there is not ours to remove. */
function checkFolders(stage: string, { published }: Layout): void {
  const parts = stage.split("/");
  for (let count = 1; count <= parts.length; count++) {
    const path = published(parts.slice(0, count).join("/"));
    if (!isLink(path)) continue;
    throw new Error(`Cannot publish ${stage}: ${quoted(path)} must be a folder, but is a link; remove it`);
  }
}

function isLink(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSymlink;
  } catch {
    return false;
  }
}

/** One inode, or a copy of the same bytes. */
function isSame(object: string, path: string): boolean {
  try {
    const published = Deno.lstatSync(path);
    const stored = Deno.statSync(object);
    if (!published.isFile || published.size !== stored.size) return false;
    if (published.ino !== null && published.ino === stored.ino && published.dev === stored.dev) return true;
    return published.nlink === 1 && sha256(Deno.readFileSync(path)) === object.slice(-64);
  } catch {
    return false;
  }
}

function link(object: string, path: string): void {
  try {
    linkOrCopy(object, path);
  } catch (error) {
    // Another process on the same store may have been faster.
    if (!(error instanceof Deno.errors.AlreadyExists && isSame(object, path))) throw error;
  }
}

/** Removes all that is not wanted below a folder, and folders that are empty then. */
function removeStale(folder: string, prefix: string, wanted: ReadonlySet<string>): boolean {
  let entries;
  try {
    entries = [...Deno.readDirSync(folder + "/" + prefix)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return true;
    throw error;
  }
  let isEmpty = true;
  for (const { name, isDirectory } of entries) {
    const path = prefix + name;
    if (isDirectory) {
      if (removeStale(folder, `${path}/`, wanted)) removeIfThere(`${folder}/${path}`);
      else isEmpty = false;
    } else if (wanted.has(path)) isEmpty = false;
    else removeIfThere(`${folder}/${path}`);
  }
  return isEmpty;
}
