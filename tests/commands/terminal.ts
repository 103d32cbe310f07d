/**
 * A terminal as a user has it: a command runs on one, and what it writes makes a screen.
 *
 * @module
 */
import { ROOT } from "./cli.ts";
import { sayWhatIsMissing } from "../skipped.ts";

/** Python opens the pseudo-terminal: Deno cannot. */
export const PYTHON = "/usr/bin/python3";

/** Runs a command on a terminal of a size, with Ctrl-C typed once when it has written some text. */
const ON_A_TERMINAL = `
import fcntl, os, pty, struct, sys, termios
columns, rows, stop_at, *command = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
    os.execvp(command[0], command)
written = b""
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    written += data
    if stop_at and stop_at.encode() in written:
        os.write(terminal, b"\\x03")
        stop_at = ""
sys.stdout.buffer.write(written)
sys.stdout.buffer.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** Size of a terminal, and what a user does there. */
export interface TerminalOptions {
  /** The command may write here. */
  readonly folder: string;
  readonly columns: number;
  readonly rows: number;
  readonly env?: Record<string, string>;
  /** Ctrl-C is typed when this text has been written. */
  readonly stopAt?: string;
}

/** Whether Python is missing; in CI it must be there. */
export async function isWithoutTerminal(): Promise<boolean> {
  const isThere = await new Deno.Command(PYTHON, { args: ["-c", "import pty"] }).output()
    .then(({ success }) => success, () => false);
  if (isThere || Deno.env.get("CI") === "true") return false;
  sayWhatIsMissing(`terminal tests skipped: there is no ${PYTHON}; apt-get install python3`);
  return true;
}

/** Runs the command line on a terminal. `written` is all that reached it. */
export async function onTerminal(
  args: readonly string[],
  { folder, columns, rows, env = {}, stopAt = "" }: TerminalOptions,
): Promise<{ code: number; written: string }> {
  const permissions = ["-P=run", "--allow-read", `--allow-write=${folder}`];
  const command = [Deno.execPath(), "run", "-q", "--no-prompt", ...permissions, `${ROOT}main.ts`, ...args];
  const { code, stdout, stderr } = await new Deno.Command(PYTHON, {
    args: ["-c", ON_A_TERMINAL, String(columns), String(rows), stopAt, ...command],
    cwd: folder,
    env: { NO_COLOR: "", ...env },
  }).output();
  if (stderr.length > 0) throw new Error(new TextDecoder().decode(stderr));
  return { code, written: new TextDecoder().decode(stdout) };
}

/** What a terminal shows. Knows the codes that progress uses, and refuses all others. */
export class Screen {
  readonly #columns: number;
  readonly #rows: number;
  /** All lines from the first on; the last `rows` are on the screen, the others have scrolled away. */
  readonly #lines: string[] = [""];
  #row = 0;
  #column = 0;
  /** Lines that were too wide, and went on in the next. */
  wrapped = 0;

  constructor({ columns, rows }: { columns: number; rows: number }) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** The lines so far, without what a terminal shows as empty below them. */
  get lines(): string[] {
    return this.#lines.map((line) => line.trimEnd()).join("\n").trimEnd().split("\n");
  }

  /** Writes, and calls back wherever the cursor rests at the start of a line with the screen drawn. */
  write(text: string, onDrawn: () => void = () => {}): void {
    // deno-lint-ignore no-control-regex
    for (const [token] of text.matchAll(/\u001b\[\d*[A-Za-z]|[^]/gu)) {
      if (token === "\r") this.#column = 0;
      else if (token === "\n") this.#down();
      else if (token.startsWith("\u001b[")) this.#control(token);
      else this.#put(token);
      if (/A$/.test(token) && token.length > 1) onDrawn();
    }
  }

  #control(code: string): void {
    const [count, action] = [Number(code.slice(2, -1) || 1), code.at(-1)];
    const line = this.#lines[this.#row].slice(0, this.#column);
    const top = Math.max(0, this.#lines.length - this.#rows);
    switch (action) {
      case "A":
        this.#row = Math.max(top, this.#row - count);
        return;
      case "K":
        this.#lines[this.#row] = line;
        return;
      case "J":
        this.#lines[this.#row] = line;
        // Lines below stay, empty: the screen does not scroll back.
        this.#lines.fill("", this.#row + 1);
        return;
      case "m":
        return;
      default:
        throw new Error(`Cannot show ${JSON.stringify(code)}: it must be a code that progress uses`);
    }
  }

  #down(): void {
    if (++this.#row === this.#lines.length) this.#lines.push("");
  }

  #put(character: string): void {
    if (this.#column === this.#columns) {
      this.wrapped++;
      this.#down();
      this.#column = 0;
    }
    const line = this.#lines[this.#row].padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column++;
  }
}
