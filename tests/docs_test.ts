/** What README and docs say of the command line: the commands exist, and take the flags. */
import { assert } from "@std/assert";
import { fileURLToPath } from "node:url";
import { COMMANDS, parseCall } from "../commands/mod.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const docs = [...Deno.readDirSync(`${ROOT}docs`)].map(({ name }) => `docs/${name}`);

for (const file of ["README.md", "CONTRIBUTING.md", ...docs.filter((name) => name.endsWith(".md")).sort()]) {
  const text = await Deno.readTextFile(`${ROOT}${file}`);
  const calls = [...text.matchAll(/deno task macronet ([^\n#|>`]+)/g)].map(([, call]) => call.trim());
  for (const call of new Set(calls)) {
    Deno.test(`${file}: "${call}" is a call that is understood`, () => {
      const [name, ...args] = call.split(/\s+/);
      const command = COMMANDS.find((command) => command.name === name);
      assert(command, name);
      parseCall(command, args);
    });
  }
}
