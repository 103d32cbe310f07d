/** Wrong calls: exit code 2, one line that shows the way out, and nothing touched. */
import { assertEquals, assertMatch } from "@std/assert";
import { macronet, withFolder } from "./cli.ts";

const set = (assignment: string) => ["run", "--profile", "smoke", "--set", assignment];

const wrong: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  // what there is not
  [["rnu"], /no such command \(did you mean "run"\?\); there are run, status, [a-z, ]+$/],
  [["--flag"], /no such command/],
  [["run", "--wrokers", "2"], /no flag "--wrokers" \(did you mean "--workers"\?\)/],
  [["run", "-x"], /no flag "-x"/],
  [["status", "--workers", "2"], /Cannot status: there is no flag "--workers"/],
  [["run", "--system", "turin"], /it must be one of linear, .*\(did you mean "turing"\?\)/],
  [["status", "--system", ""], /--system takes a value, but has none/],
  [["run", "linear/tarin"], /no.* \(did you mean "linear\/train"\?\)/],
  [["run", "evalaute"], /did you mean "evaluate"/],
  [["graph", "../linear"], /Cannot choose stage "\.\.\/linear"/],
  [["run", "--system", "linear", "turing/train"], /Cannot choose stage "turing\/train"/],
  [["run", "--profile", "papre"], /must be smoke or paper \(did you mean "paper"\?\)/],
  [["graph", "--format", "mermaidd"], /did you mean "mermaid"/],
  [["export", "turing/cache", "--format", "npz"], /did you mean "npy"/],
  [["export"], /it takes one stage, such as turing\/cache, but found 0/],
  [["export", "turing/cache", "linear/cache"], /it takes one stage, .*but found 2/],
  [["export", "turing/cahce"], /did you mean "turing\/cache"/],
  [["export", "turing/train"], /a stage that makes a data set, such as turing\/cache/],
  [["export", "turing/cache", "--to", "/elsewhere"], /Cannot write \/elsewhere.*--allow-write=\/elsewhere/],
  [["check", "linear"], /Cannot check: it takes no arguments, but found "linear"/],
  [["check", "--format", "jnuit"], /must be text or github or junit \(did you mean "junit"\?\)/],
  [["check", "--json", "--format", "junit"], /it must print in one way, but found --json and --format junit/],
  [
    ["check", "--update", "--format", "github"],
    /--update must print text or --json, but found --format github/,
  ],
  [["check", "--update", "--set", "linear.train.seed=2"], /it must hold results of default settings/],
  [["check", "--update", "--lock", "/elsewhere"], /Cannot write \/elsewhere.*--allow-write=\/elsewhere/],
  // values
  [["run", "--workers"], /--workers takes a value/],
  [["run", "--workers", "0"], /a whole number from 1 to 1024/],
  [["run", "--workers=-1"], /a whole number from 1 to 1024/],
  [["run", "--workers", "1.5"], /a whole number from 1 to 1024/],
  [["run", "--workers", "two"], /a whole number from 1 to 1024/],
  [["run", "--json=yes"], /--json takes no value/],
  [["run", "--update-lock", "--set", "linear.train.steps=7"], /it must hold results of default settings/],
  // settings
  [set("turing"), /must read key=value/],
  [set("=1"), /has no key/],
  [set("turing.trian.steps=5"), /no setting "trian" \(did you mean "train"\?\)/],
  [set("turing.train.stpes=5"), /did you mean "steps"/],
  [set("nothing.of.this=5"), /no setting "nothing"/],
  [set("linear.train.steps=many"), /takes number .*but the value is "many"/],
  [set("linear.train.steps=[1]"), /takes number/],
  [set("turing.physics.box.Da=0.1"), /takes \[number, number\]/],
  [set("linear.train=5"), /takes a key of it/],
  [set("linear.train.steps.more=5"), /but is a value/],
  [set("__proto__.polluted=1"), /no setting "__proto__"/],
  // outside the domain
  [set("turing.physics.box.Da=[0.1,0.3]"), /explicit Euler is stable from 0 to 0\.\d+/],
  [set("turing.physics.box.F=[0.07,0.02]"), /a box needs 0 < lower < upper/],
  [set("network.macroDimension=9"), /macro/i],
  [set("network.macroDimension=0"), /macro/i],
  [
    set("linear.physics.observation.noise=-0.1"),
    /physics\.observation\.noise: it must be a number from 0\.0001/,
  ],
  [set("turing.physics.box.Da=[-0.1,0.2]"), /a box needs 0 < lower < upper/],
  [set("turing.physics.box.Da=[0.1,NaN]"), /takes \[number, number\].*but the value is "\[0\.1,NaN\]"/],
  [
    set("turing.physics.timeStep=1.2"),
    /stable from 0 to 1\.059 at the box's rule Da = 0\.21, .*, but it is 1\.2\. Lower it, or/,
  ],
  [set("turing.physics.steps=1e12"), /physics\.steps: it must be a whole number from 1 to 2147483647/],
  [set("turing.physics.size=48"), /physics\.size: it must be a power of two .*, but it is 48/],
  [set("simulate.shards=0"), /simulate\.shards: it must be a whole number from 1 to 100000/],
  [set("simulate.shards=1e12"), /simulate\.shards: it must be .* but it is 1000000000000/],
  [set("simulate.samples=1e9"), /simulate\.samples: .* for more samples raise simulate\.shards\), but/],
  [set("simulate.shards=1.5"), /a whole number/],
  [set("linear.train.steps=1e999"), /train\.steps: it must be a whole number/],
  [
    set("linear.physics.observation.unknown.frame=sideways"),
    /takes boolean \(now true\), but the value is "sideways"/,
  ],
];

for (const [args, says] of wrong) {
  Deno.test(`macronet ${args.join(" ")}: exit code 2`, () =>
    withFolder(async (folder) => {
      const [command, ...rest] = args;
      const { code, out, err } = await macronet([command, "--artifacts", `${folder}/store`, ...rest], {
        folder,
      });
      assertMatch(err, /^error: (\w+: )?Cannot [^\n]+[^.\n]\n$/);
      assertMatch(err.trimEnd(), says);
      assertEquals(code, 2);
      assertEquals(out, "");
      assertEquals([...Deno.readDirSync(folder)], []);
    }));
}

Deno.test("macronet: a folder that may not be written is refused before anything runs", () =>
  withFolder(async (folder) => {
    const { code, err } = await macronet(["run", "--artifacts", `${folder}-elsewhere`], { folder });
    assertEquals(code, 2);
    assertMatch(err, /^error: Cannot write .*--allow-write=[^\n]*\n$/);
  }));

Deno.test("macronet: a file is no folder of artifacts", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "precious");
    const { code, err } = await macronet(["run", "--artifacts", "file"], { folder });
    assertEquals(code, 2);
    assertMatch(err, /^error: Cannot use --artifacts file: it must be a folder, but is a file\n$/);
    assertEquals(await Deno.readTextFile(`${folder}/file`), "precious");
  }));

Deno.test("macronet --verbose: the stack follows the line", () =>
  withFolder(async (folder) => {
    const { code, err } = await macronet(["run", "--verbose", "--profile", "big"], { folder });
    assertEquals(code, 2);
    assertMatch(err, /^error: Cannot use --profile big[^\n]*\nCallError: .*\n +at /);
  }));
