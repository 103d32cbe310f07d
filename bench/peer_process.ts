/**
 * A peer at work: a process that lives as long as the bench and answers one line with another.
 *
 * @module
 */
import type { Rule } from "../kernels/gray_scott/mod.ts";
import { LineProcess } from "./line_process.ts";
import { fileOf, type Peer, PYTHON } from "./peers.ts";
import type { Integrator } from "./speed.ts";

/** One thread, and no bytecode left in the project. */
const ENVIRONMENT = {
  NUMBA_NUM_THREADS: "1",
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  PYTHONDONTWRITEBYTECODE: "1",
};

/** Integrates on demand. */
export class PeerProcess implements Integrator {
  readonly peer: Peer;
  /** How it is made and started, without the folder and the rule. */
  readonly command: string;
  readonly #process: LineProcess;

  private constructor(peer: Peer, command: string, process: LineProcess) {
    this.peer = peer;
    this.command = command;
    this.#process = process;
  }

  /** Compiles the peer into `folder` if it is in C, and starts it on the starts that lie there. */
  static async start(peer: Peer, { folder, rule }: { folder: string; rule: Rule }): Promise<PeerProcess> {
    const file = fileOf(peer);
    const flags = peer.flags ?? [];
    const work = [folder, ...[rule.Da, rule.Db, rule.F, rule.k].map(String)];
    const spawn = (program: string, args: readonly string[]) =>
      new LineProcess(peer.name, program, { args, env: ENVIRONMENT });
    if (file.endsWith(".c")) {
      const program = `${folder}/${peer.name}`;
      const { success } = await new Deno.Command("gcc", {
        args: [...flags, "-o", program, file],
        stdout: "null",
        stderr: "inherit",
      }).output();
      if (!success) throw new Error(`Cannot compile ${file}: gcc says why above`);
      return new PeerProcess(peer, ["gcc", ...flags, peer.file].join(" "), spawn(program, work));
    }
    if (file.endsWith(".py")) {
      return new PeerProcess(
        peer,
        ["python3", peer.file, ...flags].join(" "),
        spawn(PYTHON, [file, ...work, ...flags]),
      );
    }
    const permissions = ["--no-prompt", "--allow-read", `--allow-write=${folder}`];
    const process = spawn(Deno.execPath(), ["run", "-q", ...permissions, file, ...work]);
    return new PeerProcess(peer, `deno run ${peer.file}`, process);
  }

  async run(size: number, { steps, file }: { steps: number; file?: string }): Promise<number> {
    return Number(
      await this.#process.ask(["run", size, steps, ...(file === undefined ? [] : [file])].join(" ")),
    );
  }

  /** Ends the process. */
  close(): Promise<void> {
    return this.#process.close();
  }
}
