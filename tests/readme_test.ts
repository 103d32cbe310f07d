/** What the README says, done: its commands exist, and its system is a system. */
import { assert, assertEquals } from "@std/assert";
import { fileURLToPath, pathToFileURL } from "node:url";
import { COMMANDS } from "../commands/mod.ts";
import config from "../deno.json" with { type: "json" };
import type { StageContext, StageRun } from "../pipeline/mod.ts";
import * as cache from "../stages/cache.ts";
import * as evaluate from "../stages/evaluate.ts";
import * as sample from "../stages/sample.ts";
import * as simulate from "../stages/simulate.ts";
import * as train from "../stages/train.ts";
import type { System } from "../systems/system.ts";
import { withFolder } from "./commands/cli.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const readme = await Deno.readTextFile(`${ROOT}README.md`);

Deno.test("README: every task and command that it names exists, and it pins the Deno that runs this", () => {
  const tasks = [...readme.matchAll(/(?:task|^\| `)\s?([a-z]+)/gm)].map(([, task]) => task);
  const known = Object.keys(config.tasks);
  const named = new Set(tasks.filter((task) => known.includes(task)));
  assertEquals([...named].sort(), known.sort());
  for (const [, command] of readme.matchAll(/macronet (run|[a-z]+)\b[^`\n]*`/g)) {
    assert(COMMANDS.some(({ name }) => name === command), command);
  }
  for (const [, version] of readme.matchAll(/deno@([\d.]+)/g)) assertEquals(version, Deno.version.deno);
});

Deno.test("README: the files that it links to exist", async () => {
  for (const [, path] of readme.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)) {
    assert((await Deno.stat(`${ROOT}${path}`)).isFile, path);
  }
});

/** The block of code that follows a text. */
function blockAfter(text: string): string {
  const [, code] = /```ts ignore\n([^]*?)```/.exec(readme.slice(readme.indexOf(text))) ?? [];
  assert(code !== undefined, `no code after "${text}"`);
  return code;
}

/** The block of code that begins with a comment that names its file. */
function fileOf(name: string): string {
  const [, code] = new RegExp("```ts ignore\\n// " + name + "\\n([^]*?)```").exec(readme) ?? [];
  assert(code !== undefined, `no file ${name}`);
  return code;
}

Deno.test("README: its graph of two stages runs, and the second time executes nothing", () =>
  withFolder(async (folder) => {
    for (const name of ["spell.ts", "join.ts", "main.ts"]) {
      await Deno.writeTextFile(`${folder}/${name}`, inFolder("mine", fileOf(`mine/${name}`)));
    }
    const call = async (...args: string[]) => {
      const command = new Deno.Command(Deno.execPath(), { args: [...args, `${folder}/main.ts`] });
      const { stdout, stderr } = await command.output();
      return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    };
    const config = ["-q", "--config", `${ROOT}deno.json`];
    assertEquals(await call("check", ...config, `${folder}/spell.ts`, `${folder}/join.ts`), "");
    const run = ["run", ...config, "--allow-read", `--allow-write=${folder}`];
    assertEquals(await call(...run), "ran 3, reused 0\n");
    assertEquals(await Deno.readTextFile(`${folder}/artifacts/join/all.txt`), "o-n-e t-w-o");
    assertEquals(await call(...run), "ran 0, reused 3\n");
  }));

/** As if the code lay in a folder of the project. */
function inFolder(folder: string, code: string): string {
  const base = pathToFileURL(`${ROOT}${folder}/`).href;
  return code.replaceAll(/from "(\.[^"]+)"/g, (_, path) => `from "${new URL(path, base).href}"`);
}

Deno.test("README: its system type-checks, and so does the line that adds it", () =>
  withFolder(async (folder) => {
    const file = `${folder}/spring.ts`;
    await Deno.writeTextFile(file, inFolder("systems", blockAfter("The file, <code>")));
    const [imported, , line] = blockAfter("The line, in `EXPERIMENTS`").trim().split("\n");
    const experiments = new URL("../stages/experiments.ts", import.meta.url).href;
    const system = new URL("../systems/system.ts", import.meta.url).href;
    await Deno.writeTextFile(
      `${folder}/line.ts`,
      `${imported.replace("../systems/spring.ts", pathToFileURL(file).href)}
import type { Experiment } from "${experiments}";
import type { System } from "${system}";
export const experiments: readonly Experiment[] = [
${line}
];
`,
    );
    const args = ["check", "-q", "--config", `${ROOT}deno.json`, `${folder}/line.ts`];
    const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: folder }).output();
    assert(success, new TextDecoder().decode(stderr));
  }));

Deno.test("README: its system goes through all stages, and its macrostate follows the frequency", () =>
  withFolder(async (folder) => {
    const file = `${folder}/spring.ts`;
    await Deno.writeTextFile(file, inFolder("systems", blockAfter("The file, <code>")));
    const module = await import(pathToFileURL(file).href) as { system: System };
    const settings = module.system.profiles.smoke;
    module.system.check(settings);
    assertEquals(settings.simulate.shards, 1);

    const run = (stage: { run: StageRun }, params: object, inputs: Record<string, Files> = {}) =>
      runStage(stage.run, { params, inputs, module });
    const shards = await run(simulate, simulate.simulateParams(settings));
    const data = await run(cache, cache.cacheParams(settings), { simulate: shards });
    const model = await run(train, train.trainParams(settings), { cache: data });
    const designs = await run(sample, sample.sampleParams(settings), { cache: data, train: model });
    const inputs = { cache: data, train: model, sample: designs };
    const found = await run(evaluate, evaluate.evaluateParams(settings), inputs);

    const metrics = JSON.parse(new TextDecoder().decode(found.get(evaluate.METRICS)));
    assert(metrics.spearman_frequency.value > 0.8, `${metrics.spearman_frequency.value}`);
  }));

type Files = Map<string, Uint8Array>;

/** Runs one unit of a stage here, its artifacts in memory. */
async function runStage(
  run: StageRun,
  { params, inputs, module }: { params: object; inputs: Record<string, Files>; module: object },
): Promise<Files> {
  const written: Files = new Map();
  const context: StageContext = {
    stage: "readme",
    params: params as StageContext["params"],
    shard: 0,
    get scratch(): never {
      throw new Error("this stage has no use for a scratch folder");
    },
    cores: 1,
    thread() {
      throw new Error("Cannot start a thread: there is one core");
    },
    input: (role) => ({
      names: [...inputs[role].keys()].sort(),
      read: (name) => Promise.resolve(inputs[role].get(name)!.slice()),
    }),
    load: <T>() => Promise.resolve(module as T),
    write: (name, bytes) => {
      written.set(name, bytes.slice());
      return Promise.resolve();
    },
    progress: () => {},
    checkpoint: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
  };
  await run(context);
  return written;
}
