/**
 * What all runs on a store did, by their logs.
 *
 * @module
 */

/** One line of a log: an event, and when it was. */
export interface Logged {
  /** Milliseconds since 1970, by the clock of the process. */
  readonly at: number;
  readonly type: string;
  /** `<stage> <shard>`, for events of a unit. */
  readonly unit: string;
  readonly reason?: string;
}

/** The logs of a store: process → its events. The last line of one that was killed may be torn. */
export function runLogs(artifacts: string): Map<number, Logged[]> {
  const logs = new Map<number, Logged[]>();
  for (const { name } of Deno.readDirSync(`${artifacts}/runs`)) {
    const process = Number(/Z-(\d+)-/.exec(name)![1]);
    const lines = Deno.readTextFileSync(`${artifacts}/runs/${name}`).split("\n").slice(0, -1);
    logs.set(process, lines.map((line) => parse(line)));
  }
  return logs;
}

/** The units of a log with an event of this type, in order. */
export function unitsWith(type: string, log: readonly Logged[]): string[] {
  return log.filter((event) => event.type === type).map(({ unit }) => unit);
}

/** The units that a log began and did not end. */
export function unfinished(log: readonly Logged[]): string[] {
  const done = unitsWith("unit-done", log);
  return unitsWith("unit-start", log).filter((unit) => !done.includes(unit));
}

function parse(line: string): Logged {
  const { at, type, stage, shard, reason } = JSON.parse(line);
  return { at: Date.parse(at), type, unit: `${stage} ${shard}`, reason };
}
