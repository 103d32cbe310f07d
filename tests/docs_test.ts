/** What the docs say of the command line: the commands exist, and take the flags. */
import { assert } from "@std/assert";
import { COMMANDS, parseCall } from "../commands/mod.ts";

Deno.test("docs/runs.md: every call in it is one that is understood", async () => {
  const text = await Deno.readTextFile(new URL("../docs/runs.md", import.meta.url));
  const calls = [...text.matchAll(/deno task macronet ([^\n#|>]+)/g)].map(([, call]) =>
    call.trim().split(/\s+/)
  );
  assert(calls.length >= 7);
  for (const [name, ...args] of calls) {
    const command = COMMANDS.find((command) => command.name === name);
    assert(command, name);
    parseCall(command, args);
  }
});
