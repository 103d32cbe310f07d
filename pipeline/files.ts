/**
 * Small moves on files that several rooms of the engine make.
 *
 * @module
 */

/**
 * Makes a second name for a file; where the file system cannot, a copy. A copy that fails leaves nothing behind.
 *
 * @throws {Deno.errors.AlreadyExists} when the name is taken.
 */
export function linkOrCopy(file: string, name: string): void {
  try {
    Deno.linkSync(file, name);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotFound) throw error;
    copy(file, name);
  }
}

/** Removes a file or a folder with all that is in it, if it is there. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    const isGone = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
    if (!isGone) throw error;
  }
}

/** What is in a folder; nothing when it is not there. */
export function listIfThere(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}

function copy(file: string, name: string): void {
  try {
    Deno.copyFileSync(file, name);
  } catch (error) {
    removeIfThere(name);
    throw error;
  }
}
