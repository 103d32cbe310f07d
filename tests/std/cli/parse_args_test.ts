import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";

Deno.test("parseArgs reads booleans, strings and positional arguments", () => {
  const flags = parseArgs(["run", "--json", "--system", "turing", "--profile=smoke", "7"], {
    boolean: ["json", "verbose"],
    string: ["system", "profile", "seed"],
  });
  assertEquals(flags, { _: ["run", 7], json: true, verbose: false, system: "turing", profile: "smoke" });
  const json: boolean = flags.json;
  const system: string | undefined = flags.system;
  assertEquals([json, system], [true, "turing"]);
});

Deno.test("parseArgs keeps a boolean from eating the next argument, but for true and false", () => {
  const options = { boolean: ["json"] } as const;
  assertEquals(parseArgs(["--json", "run"], options), { _: ["run"], json: true });
  assertEquals(parseArgs(["--json", "false"], options), { _: [], json: false });
  assertEquals(parseArgs(["--json=false"], options), { _: [], json: false });
});

Deno.test("parseArgs gives an empty string to a string flag without a value", () => {
  assertEquals(parseArgs(["--system", "--json"], { string: ["system"], boolean: ["json"] }), {
    _: [],
    system: "",
    json: true,
  });
});

Deno.test("parseArgs turns undeclared flags into numbers, strings or true", () => {
  assertEquals({ ...parseArgs(["--count", "3", "--name", "x", "--on"]) }, {
    _: [],
    count: 3,
    name: "x",
    on: true,
  });
});

Deno.test("parseArgs collects repeated flags and lets the last of the others win", () => {
  const options = { string: ["set", "seed"], collect: ["set"] } as const;
  const flags = parseArgs(["--set", "a=1", "--set", "b=2", "--seed", "1", "--seed", "2"], options);
  assertEquals(flags, { _: [], set: ["a=1", "b=2"], seed: "2" });
  assertEquals(parseArgs([], options), { _: [], set: [] });
});

Deno.test("parseArgs knows aliases in both directions", () => {
  const options = { boolean: ["help"], string: ["workers"], alias: { help: "h", workers: ["w"] } } as const;
  assertEquals(parseArgs(["-h", "-w", "2"], options), {
    _: [],
    help: true,
    h: true,
    workers: "2",
    w: "2",
  });
});

Deno.test("parseArgs splits grouped short flags", () => {
  assertEquals({ ...parseArgs(["-ab"], { boolean: ["a", "b", "c"] }) }, {
    _: [],
    a: true,
    b: true,
    c: false,
  });
});

Deno.test("parseArgs fills in defaults", () => {
  const flags = parseArgs(["--workers", "4"], {
    string: ["profile", "workers"],
    default: { profile: "paper", workers: "1" },
  });
  assertEquals(flags, { _: [], profile: "paper", workers: "4" });
});

Deno.test("parseArgs negates only what is negatable", () => {
  const options = { boolean: ["colour"], negatable: ["colour"], default: { colour: true } } as const;
  assertEquals(parseArgs(["--no-colour"], options), { _: [], colour: false });
  assertEquals(parseArgs([], options), { _: [], colour: true });
  assertEquals({ ...parseArgs(["--no-cache"]) }, { _: [], "no-cache": true });
});

Deno.test("parseArgs stops at the first positional argument when asked", () => {
  assertEquals(parseArgs(["--json", "run", "--json=false"], { boolean: ["json"], stopEarly: true }), {
    _: ["run", "--json=false"],
    json: true,
  });
});

Deno.test("parseArgs puts what follows -- where asked", () => {
  assertEquals({ ...parseArgs(["a", "--", "--b", "1"]) }, { _: ["a", "--b", "1"] });
  assertEquals({ ...parseArgs(["a", "--", "--b"], { "--": true }) }, { _: ["a"], "--": ["--b"] });
});

Deno.test("parseArgs reports unknown arguments and drops them on false", () => {
  const seen: unknown[] = [];
  const flags = parseArgs(["run", "--sytem=x", "--json"], {
    boolean: ["json"],
    unknown(arg, key, value) {
      seen.push([arg, key, value]);
      return key === undefined;
    },
  });
  assertEquals(seen, [["run", undefined, undefined], ["--sytem=x", "sytem", "x"]]);
  assertEquals(flags, { _: ["run"], json: true });
});
