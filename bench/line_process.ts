/**
 * A process that lives as long as a bench and answers one line with another.
 *
 * @module
 */

/** Asks and is answered. */
export class LineProcess {
  readonly #name: string;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #unread = "";

  /**
   * @param name For messages.
   * @param options.env Variables to set, and `without` those to take away.
   */
  constructor(
    name: string,
    program: string,
    { args, env = {}, without = [] }: {
      readonly args: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      readonly without?: readonly string[];
    },
  ) {
    this.#name = name;
    this.#process = new Deno.Command(without.length > 0 ? "env" : program, {
      args: [
        ...without.flatMap((variable) => ["-u", variable]),
        ...(without.length > 0 ? [program] : []),
        ...args,
      ],
      env: { ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /**
   * The answer to a line.
   *
   * @throws {Error} If the process ends without one.
   */
  async ask(line: string): Promise<string> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
    while (!this.#unread.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) {
        throw new Error(`Cannot measure ${this.#name}: it must answer "${line}", but its process ended`);
      }
      this.#unread += value;
    }
    const end = this.#unread.indexOf("\n");
    const answer = this.#unread.slice(0, end);
    this.#unread = this.#unread.slice(end + 1);
    return answer;
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#input.close().catch(() => {});
    await this.#lines.cancel();
    await this.#process.status;
  }
}
