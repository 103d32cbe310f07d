/**
 * A disk that is soon full: a tmpfs of a few pages or files. Mounting one needs root; without it tests are
 * skipped, but in CI, where they must run.
 *
 * @module
 */

/** What is small about a disk: its bytes, or how many files and folders it holds. */
export type Limit = `size=${number}k` | `nr_inodes=${number}`;

/** A disk that is mounted. */
export interface SmallDisk {
  readonly folder: string;
  /** Makes room for everything. */
  grow(): Promise<void>;
}

/** Gives a small disk to a test, and takes it away however that ends. */
export async function withSmallDisk(limit: Limit, use: (disk: SmallDisk) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "macronet-disk-" });
  try {
    await mount("-t", "tmpfs", "-o", limit, "tmpfs", folder);
    try {
      await use({ folder, grow: () => mount("-o", "remount,size=64m,nr_inodes=10000", folder) });
    } finally {
      // Lazily: a process that a failing test left behind must not keep the disk.
      await command("umount", "--lazy", folder);
    }
  } finally {
    await Deno.remove(folder);
  }
}

const mount = (...args: string[]) => command("mount", ...args);

async function command(name: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(name, { args }).output();
  if (!success) throw new Error(`Cannot ${name}: ${new TextDecoder().decode(stderr).trim()}`);
}

/** For `Deno.test({ ignore })`. */
export const withoutDisks: boolean = Deno.env.get("CI") !== "true" &&
  !await withSmallDisk("size=16k", () => Promise.resolve()).then(() => true, (error) => {
    console.log(`full disks skipped: mounting a small disk needs root (${error.message})`);
    return false;
  });
