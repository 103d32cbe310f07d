/**
 * A disk that is soon full, or may only be read: a tmpfs of a few pages, or of a few files. Mounting one needs root, or sudo without
 * a password; without them tests are skipped, but in CI, where they must run.
 *
 * @module
 */
import { sayWhatIsMissing } from "../skipped.ts";

/** What a disk holds at most, or what is on it. */
export interface Amount {
  readonly kilobytes: number;
  /** Files, folders and links. */
  readonly files: number;
}

/** A disk that is mounted. */
export interface SmallDisk {
  readonly folder: string;
  used(): Promise<Amount>;
  /** Makes room for everything. */
  grow(): Promise<void>;
  /** Takes nothing any more, from root neither, who may write to any file that is only marked as read-only. */
  protect(): Promise<void>;
}

/** Room for everything. */
export const ROOMY: Amount = { kilobytes: 1 << 16, files: 1 << 14 };

/** Gives a small disk to a test, and takes it away however that ends. */
export async function withSmallDisk(
  limit: Partial<Amount>,
  use: (disk: SmallDisk) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "macronet-disk-" });
  try {
    await asRoot("mount", "-t", "tmpfs", "-o", options({ ...ROOMY, ...limit }), "tmpfs", folder);
    try {
      await use({
        folder,
        async used() {
          const [, line] = (await command("df", "--output=used,iused", folder)).split("\n");
          const [kilobytes, files] = line.trim().split(/\s+/).map(Number);
          return { kilobytes, files };
        },
        async grow() {
          await asRoot("mount", "-o", `remount,${options(ROOMY)}`, folder);
        },
        async protect() {
          await asRoot("mount", "-o", "remount,ro", folder);
        },
      });
    } finally {
      // Lazily: a process that a failing test left behind must not keep the disk.
      await asRoot("umount", "--lazy", folder);
    }
  } finally {
    await Deno.remove(folder);
  }
}

const options = ({ kilobytes, files }: Amount) =>
  `size=${kilobytes}k,nr_inodes=${files},uid=${Deno.uid()},gid=${Deno.gid()}`;

function asRoot(...call: string[]): Promise<string> {
  const [name, ...args] = Deno.uid() === 0 ? call : ["sudo", "-n", ...call];
  return command(name, ...args);
}

async function command(name: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(name, { args }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!success) throw new Error(`Cannot ${name}: ${text(stderr)}`);
  return text(stdout);
}

/** For `Deno.test({ ignore })`. */
export const withoutDisks: boolean = await withSmallDisk({}, () => Promise.resolve()).then(
  () => false,
  (error) => {
    if (Deno.env.get("CI") === "true") return false;
    sayWhatIsMissing(
      `full and read-only disks skipped: mounting one needs root or sudo, but ${error.message}`,
    );
    return true;
  },
);
