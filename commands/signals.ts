/**
 * Ctrl-C and a polite kill end a run cleanly.
 *
 * @module
 */

/** A signal that is on its way to the run. */
export interface Stop {
  readonly signal: AbortSignal;
  /** 128 + the number of the signal that came, 0 when none did. */
  exitCode(): number;
  /** From now on signals do again what they do by default. */
  forget(): void;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Turns the first signal into an abort. */
export function stopOnSignal(): Stop {
  const controller = new AbortController();
  let exitCode = 0;
  // Windows knows no SIGTERM.
  const names = Deno.build.os === "windows" ? ["SIGINT"] as const : ["SIGINT", "SIGTERM"] as const;
  const listeners = names.map((name) => {
    const listener = () => {
      exitCode ||= SIGNALS[name];
      controller.abort();
    };
    Deno.addSignalListener(name, listener);
    return () => Deno.removeSignalListener(name, listener);
  });
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    forget: () => listeners.forEach((remove) => remove()),
  };
}
