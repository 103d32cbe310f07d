/**
 * `@std/cli/unstable-progress-bar`'s `ProgressBar`: a bar that redraws itself on a timer.
 *
 * @example
 * ```ts
 * import { ProgressBar } from "@std/cli/unstable-progress-bar";
 * import { assertStringIncludes } from "@std/assert";
 *
 * let drawn = "";
 * const writable = new WritableStream<Uint8Array>({
 *   write(chunk) {
 *     drawn += new TextDecoder().decode(chunk);
 *   },
 * });
 * const bar = new ProgressBar({ writable, max: 4, barLength: 4, keepOpen: false });
 * bar.value = 3;
 * await bar.stop();
 * assertStringIncludes(drawn, "[###-]");
 * ```
 *
 * @module
 */

/** What a `formatter` is given at every redraw. */
export interface ProgressBarFormatter {
  /** Elapsed, `mm:ss`. */
  styledTime: string;
  /** `value/max` with a binary unit, `0.24/97.66 KiB`. */
  styledData: (fractions?: number) => string;
  /** The bar alone, `###-------`. */
  progressBar: string;
  /** Elapsed milliseconds. */
  time: number;
  /** `time` of the redraw before. */
  previousTime: number;
  value: number;
  /** `value` of the redraw before. */
  previousValue: number;
  max: number;
}

/** Options of {@link ProgressBar}. */
export interface ProgressBarOptions {
  /** Where the bar is drawn. Default: standard error. */
  writable?: WritableStream<Uint8Array>;
  /** Where it starts. Default 0. */
  value?: number;
  /** Where it ends. */
  max: number;
  /** Characters between the brackets. Default 50. */
  barLength?: number;
  /** Default `#`. */
  fillChar?: string;
  /** Default `-`. */
  emptyChar?: string;
  /** Remove the bar when it stops, instead of leaving its last state. Default false. */
  clear?: boolean;
  /** Default style: `[mm:ss] [###-------] [0.24/97.66 KiB]`. */
  formatter?: (formatter: ProgressBarFormatter) => string;
  /** Leave `writable` open when the bar stops. Default true. */
  keepOpen?: boolean;
  /** Milliseconds between redraws. Default 1000. */
  refreshMilliseconds?: number;
}

const LINE_CLEAR = "\r\u001b[K";

/** A progress bar. Set {@link ProgressBar.value} as work gets done and await {@link ProgressBar.stop} at its end. */
export class ProgressBar {
  value: number;
  max: number;
  readonly #options: Required<Omit<ProgressBarOptions, "value" | "max">>;
  readonly #writer: WritableStreamDefaultWriter<string>;
  readonly #piped: Promise<void>;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #start = Date.now();
  #previousTime = 0;
  #previousValue: number;

  constructor({ value = 0, max, ...options }: ProgressBarOptions) {
    this.value = value;
    this.max = max;
    this.#previousValue = value;
    this.#options = {
      barLength: 50,
      fillChar: "#",
      emptyChar: "-",
      clear: false,
      keepOpen: true,
      refreshMilliseconds: 1000,
      formatter: (f) => `[${f.styledTime}] [${f.progressBar}] [${f.styledData()}]`,
      ...options,
      writable: options.writable ?? Deno.stderr.writable,
    };
    const stream = new TextEncoderStream();
    this.#piped = stream.readable
      .pipeTo(this.#options.writable, { preventClose: this.#options.keepOpen })
      .catch(() => clearInterval(this.#timer));
    this.#writer = stream.writable.getWriter();
    this.#timer = setInterval(() => this.#draw(), this.#options.refreshMilliseconds);
    this.#draw();
  }

  /** Draws a last time (or clears), and lets go of the stream. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    try {
      if (this.#options.clear) {
        await this.#writer.write(LINE_CLEAR);
      } else {
        await this.#draw();
        await this.#writer.write("\n");
      }
      await this.#writer.close();
      await this.#piped;
    } catch {
      // Whoever closed the stream does not want the bar; work goes on without it.
    }
  }

  async #draw(): Promise<void> {
    const state = this.#state();
    const line = this.#options.formatter(state);
    this.#previousTime = state.time;
    this.#previousValue = state.value;
    await this.#writer.write(LINE_CLEAR + line).catch(() => {});
  }

  #state(): ProgressBarFormatter {
    const { value, max } = this;
    const { barLength, fillChar, emptyChar } = this.#options;
    const time = Date.now() - this.#start;
    const filled = Math.trunc(Math.min(Math.max(value / max, 0), 1) * barLength);
    const twoDigits = (n: number) => String(Math.floor(n)).padStart(2, "0");
    return {
      styledTime: `${twoDigits(time / 60_000)}:${twoDigits(time / 1000 % 60)}`,
      styledData: (fractions = 2) => formatBytes(value, max, fractions),
      progressBar: fillChar.repeat(filled) + emptyChar.repeat(barLength - filled),
      time,
      previousTime: this.#previousTime,
      value,
      previousValue: this.#previousValue,
      max,
    };
  }
}

function formatBytes(value: number, max: number, fractions: number): string {
  const units = ["KiB", "MiB", "GiB", "TiB", "PiB"];
  let rate = 2 ** 10;
  let unit = 0;
  for (; max >= rate * 2 ** 10 && unit < units.length - 1; unit++) rate *= 2 ** 10;
  return `${(value / rate).toFixed(fractions)}/${(max / rate).toFixed(fractions)} ${units[unit]}`;
}
