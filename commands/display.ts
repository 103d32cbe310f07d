/**
 * Progress of what a command runs, where its user looks.
 *
 * @module
 */
import { type ProgressDisplay, showProgress } from "../pipeline/mod.ts";

/** A live view on a terminal, lines elsewhere, JSON lines for programs. */
export function showOn(
  stream: { writeSync(bytes: Uint8Array): number },
  { isJson }: { isJson: boolean },
): ProgressDisplay {
  const isTerminal = Deno.stderr.isTerminal();
  const encoder = new TextEncoder();
  return showProgress(isJson ? "json" : isTerminal ? "bar" : "lines", {
    write: (text) => writeAll(stream, encoder.encode(text)),
    now: Date.now,
    color: isTerminal && !Deno.noColor,
    columns: () => isTerminal ? Deno.consoleSize().columns || 80 : 80,
    rows: () => isTerminal ? Deno.consoleSize().rows || 24 : 24,
  });
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += stream.writeSync(bytes.subarray(done));
}
