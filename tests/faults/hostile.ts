/** The law that every reader keeps, whatever it is given, and how often it is put to the test. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

/** Inputs a reader is given: `HOSTILE_RUNS`, of which `deno task faults` asks for 100,000. */
export const RUNS = Number(Deno.env.get("HOSTILE_RUNS") ?? 1000);

/** Milliseconds that no input may take, on a machine that does other things beside. */
const SLOWEST = 3000;

/** Bytes outside the engine's heap that no input may take: they are a few thousand bytes long. */
const LARGEST = 64 << 20;

/** A reader, and what it is given. */
export interface Reader<I, O> {
  readonly inputs: fc.Arbitrary<I>;
  read(input: I): O | Promise<O>;
  /** What it reads when it is given what is written of a value that it gave: the same value. */
  again?(value: O): unknown;
  /** More that must hold of a value that it gave. */
  check?(value: O, input: I): void;
  /** Of how many inputs one is given here, where each takes long. Default 1. */
  readonly share?: number;
}

/** What the engine says, and no reader may: some of it begins as our messages do. */
const ENGINE =
  /^Cannot (read|set) propert|^Cannot (convert|destructure|perform|access|mix|assign|use 'in')|call stack|array length|allocation|out of memory|not iterable|not a function|out of bounds|unreachable/i;

/** Fails unless an error is one of ours: one short line that says what cannot be done, and nothing unseen in it. */
export function assertClear(error: unknown): void {
  assert(error instanceof Error, `no error was thrown, but ${error}`);
  const { message } = error;
  const isClear = /^(\w+: )?Cannot [^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+$/u.test(message) &&
    !ENGINE.test(message) && message.length <= 1200;
  assert(isClear, `not a clear error: ${error.name}: ${message.slice(0, 2000)}\n${error.stack}`);
}

/**
 * Tests the law: a reader gives a value that, written and read again, is the same, or throws one of our errors; in
 * time, and without taking memory because a header says so. Both must happen, else nothing was tested.
 */
export function testReader<I, O>(
  name: string,
  { inputs, read, again, check, share = 1 }: Reader<I, O>,
): void {
  Deno.test(`hostile input: ${name}: a value that can be written again, or a clear error`, async () => {
    const counts = { read: 0, refused: 0 };
    const begun = performance.now();
    let slowest = 0;
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        const before = Deno.memoryUsage().external;
        const start = performance.now();
        const outcome = await attempt(() => read(input));
        const took = performance.now() - start;
        const taken = Deno.memoryUsage().external - before;
        slowest = Math.max(slowest, took);
        assert(took < SLOWEST, `took ${took} ms`);
        assert(taken < LARGEST, `took ${taken} bytes`);
        if ("error" in outcome) {
          counts.refused++;
          return assertClear(outcome.error);
        }
        counts.read++;
        check?.(outcome.value, input);
        if (again !== undefined) assertEquals(await again(outcome.value), outcome.value);
      }),
      { numRuns: Math.ceil(RUNS / share) },
    );
    assert(counts.read > 0 && counts.refused > 0, JSON.stringify(counts));
    if (RUNS <= 1000) return;
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(
      `${name}: ${counts.read} read, ${counts.refused} refused, ${seconds} s, the slowest in ${
        slowest.toFixed(0)
      } ms`,
    );
  });
}

type Outcome<O> = { readonly value: O } | { readonly error: unknown };

async function attempt<O>(read: () => O | Promise<O>): Promise<Outcome<O>> {
  try {
    return { value: await read() };
  } catch (error) {
    return { error };
  }
}
