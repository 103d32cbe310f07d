/** `export --format ro-crate` as a user calls it, on toy runs; read back by the npm library for such crates. */
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { stub } from "@std/testing/mock";
import jsonld from "jsonld";
import context from "ro-crate/lib/context.json" with { type: "json" };
import { describeRun } from "../../commands/ro_crate/described_run.ts";
import { writeCrate } from "../../commands/ro_crate/write_crate.ts";
import { sha256 } from "../../pipeline/canonical.ts";
import { layout } from "../../pipeline/layout.ts";
import { graph, pastArtifacts, readRun, type Stage } from "../../pipeline/mod.ts";
import { files } from "../faults/store_state.ts";
import { counting, misbehaving, root, run, toy } from "../pipeline/toy/mod.ts";
import { macronet, withFolder } from "./cli.ts";
import { documentOf } from "./document.ts";

/** Parsed JSON, whose shape is what is tested. */
// deno-lint-ignore no-explicit-any
type Loose = any;

const CONTEXT = "https://w3id.org/ro/crate/1.2/context";
const EXPORT = ["export", "--format", "ro-crate", "--artifacts", "store"];
const picture: Stage = { id: "draw/one", module: toy("picture"), params: { comment: "a <b>" } };

/** The library, which looks the context up once. Nothing else is fetched, and that is its own copy. */
async function library(): Promise<Loose> {
  using _offline = stub(globalThis, "fetch", (url) => {
    assertEquals(url, CONTEXT);
    return Promise.resolve(Response.json(context));
  });
  return await import("ro-crate");
}

/** Paths of all files below a folder. */
function paths(folder: string): string[] {
  return [...files(folder)].map((path) => path.slice(folder.length + 1)).sort();
}

/** A run with three shards, their sum and a picture, in a folder's store. */
async function toyRun(folder: string, stages: readonly Stage[] = [...counting(), picture]) {
  const about = { command: "run toy" };
  const { id } = await run(graph(stages), { artifacts: `${folder}/store`, about });
  return readRun(id, `${folder}/store`);
}

/** The entities of a crate by id. */
function entities(path: string): Map<string, Loose> {
  const metadata = JSON.parse(Deno.readTextFileSync(`${path}/ro-crate-metadata.json`));
  return new Map(metadata["@graph"].map((entity: Loose) => [entity["@id"], entity]));
}

const types = (entity: Loose): string[] => [entity["@type"]].flat();
const ids = (references: Loose): string[] => [references].flat().map((reference) => reference["@id"]);

/** Every `@id` that a value refers to, at any depth. */
function references(value: Loose): string[] {
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) return value.flatMap(references);
  return "@id" in value ? [value["@id"]] : Object.values(value).flatMap(references);
}

Deno.test("macronet export --format ro-crate: valid for the library, and JSON-LD of which every term is known", () =>
  withFolder(async (folder) => {
    await toyRun(folder);
    const { code, out, err } = await macronet([...EXPORT, "--to", "crate"], { folder });
    assertEquals([code, err], [0, ""]);
    assertMatch(
      out,
      /^Wrote crate: 3 stages, 8 artifacts of \d+ bytes\. ro-crate-preview\.html shows it\.\n$/,
    );

    const metadata = JSON.parse(await Deno.readTextFile(`${folder}/crate/ro-crate-metadata.json`));
    const { ROCrate, Validator } = await library();
    const crate = new ROCrate(metadata, { array: true, link: true });
    assertEquals(crate.rootDataset.mainEntity[0]["@id"], "workflow.json");
    const validator = new Validator(crate);
    await validator.validate(metadata);
    assert(validator.results.length > 0);
    assertEquals(validator.results.filter(({ status }: Loose) => status !== "success"), []);
    const onDisk = paths(`${folder}/crate`).map((path) => [path, { exists: true }]);
    const directories = ["count", "draw/one", "sum"].map((
      stage,
    ) => [`data/${stage}/`, { exists: true, isDir: true }]);
    validator.checkFiles(Object.fromEntries([...onDisk, ...directories]), crate);
    assertEquals(validator.results.filter(({ status }: Loose) => status !== "success"), []);

    const expanded = await jsonld.expand(metadata, {
      base: "https://example.org/",
      safe: true,
      documentLoader: (url: string) => {
        assertEquals(url, CONTEXT);
        return Promise.resolve({ documentUrl: url, document: context });
      },
    } as Loose) as Loose[];
    assertEquals(expanded.length, metadata["@graph"].length);
    assert(expanded.every((node) => node["@type"].every((type: string) => /^https?:/.test(type))));
  }));

Deno.test("macronet export --format ro-crate: all files and no others, each with its size and SHA-256", () =>
  withFolder(async (folder) => {
    const { stages } = await toyRun(folder);
    await macronet([...EXPORT, "--to", "crate"], { folder });
    const all = entities(`${folder}/crate`);
    const described = [...all.values()].filter((entity) => types(entity).includes("File"));
    const about = ["ro-crate-metadata.json", "ro-crate-preview.html"];
    assertEquals(
      [...described.map((file) => decodeURIComponent(file["@id"])), ...about].sort(),
      paths(`${folder}/crate`),
    );
    for (const { "@id": id, contentSize, sha256: digest } of described) {
      if (id === "workflow.json") continue;
      const bytes = await Deno.readFile(`${folder}/crate/${decodeURIComponent(id)}`);
      assertEquals([id, digest, contentSize], [id, sha256(bytes), String(bytes.length)]);
    }
    const stored = stages.flatMap((stage) =>
      pastArtifacts(stage, `${folder}/store`).artifacts.map((
        { name, digest },
      ) => [`data/${stage.stage}/${name}`, digest])
    );
    assertEquals(stored.map(([id]) => [id, all.get(id).sha256]), stored);
    assert(all.has("code/tests/pipeline/toy/count.ts"));

    const unknown = [...all.values()].flatMap((entity) => Object.values(entity).flatMap(references))
      .filter((id) => !all.has(id) && !/^https?:/.test(id));
    assertEquals(unknown, [], "what an entity refers to is described");
    const reached = new Set(["./"]);
    for (const id of reached) for (const part of ids(all.get(id).hasPart ?? [])) reached.add(part);
    assertEquals(
      described.filter((file) => !reached.has(file["@id"])),
      [],
      "the crate has its files as parts",
    );
  }));

Deno.test("macronet export --format ro-crate: tells of the run, its steps, their parameters, inputs and outputs", () =>
  withFolder(async (folder) => {
    const past = await toyRun(folder);
    await macronet([...EXPORT, "--to", "crate"], { folder });
    const all = entities(`${folder}/crate`);
    const root = all.get("./");
    const of = (type: string) => [...all.values()].filter((entity) => types(entity).includes(type));
    assertEquals(ids(root.conformsTo).slice(0, 3), [
      "https://w3id.org/ro/wfrun/process/0.5",
      "https://w3id.org/ro/wfrun/workflow/0.5",
      "https://w3id.org/ro/wfrun/provenance/0.5",
    ]);
    const workflow = all.get(root.mainEntity["@id"]);
    for (const type of ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"]) {
      assert(types(workflow).includes(type), type);
    }
    const whole = of("CreateAction").find(({ instrument }) => instrument["@id"] === workflow["@id"]);
    assertEquals([whole.startTime, whole.actionStatus["@id"]], [
      past.begun,
      "http://schema.org/CompletedActionStatus",
    ]);
    const [organize] = of("OrganizeAction");
    assertEquals(ids(organize.result), [whole["@id"]]);
    const controls = ids(organize.object).map((id) => all.get(id));
    assertEquals(controls.map(({ instrument }) => instrument["@id"]), ids(workflow.step));

    const actions = controls.map(({ object }) => all.get(ids(object)[0]));
    for (const [i, action] of actions.entries()) {
      const step = all.get(controls[i].instrument["@id"]);
      assertEquals(action.instrument["@id"], step.workExample["@id"]);
      assert(ids(workflow.hasPart).includes(action.instrument["@id"]));
      assert(action.startTime >= whole.startTime.slice(0, 19) && action.endTime >= action.startTime);
    }
    const sum = actions[1];
    assertEquals(all.get(sum.instrument["@id"]).name, "sum");
    assertEquals(
      all.get(sum.instrument["@id"]).softwareVersion,
      past.stages.find(({ stage }) => stage === "sum")!.code,
    );
    assertEquals(ids(sum.object), ["#sum/value/roles", "data/count/"]);
    assertEquals(ids(sum.result), ["data/sum/"]);
    const value = all.get("#count/value/from");
    assertEquals([value.value, all.get(value.exampleOfWork["@id"])["@type"]], [1, "FormalParameter"]);
    assertEquals(all.get("#sum/value/roles").value, '["numbers"]');
    const [output, read] = ids(all.get("data/count/").exampleOfWork).map((id) => all.get(id));
    assertEquals([output.name, read.name], ["what count gives", "numbers"]);

    const { stages } = JSON.parse(await Deno.readTextFile(`${folder}/crate/workflow.json`));
    assertEquals(stages.map(({ id, shards, inputs }: Loose) => [id, shards, inputs]), [
      ["count", 3, {}],
      ["sum", undefined, { numbers: "count" }],
      ["draw/one", undefined, {}],
    ]);
  }));

Deno.test("macronet export --format ro-crate: the same run gives the same bytes, with a page that fetches nothing", () =>
  withFolder(async (folder) => {
    await toyRun(folder);
    const first = await macronet(EXPORT, { folder });
    const [, path] = /^Wrote (store\/exports\/\S+): /.exec(first.out)!;
    await toyRun(folder);
    await macronet([...EXPORT, "--to", "again", "--run", "last~1"], { folder });
    const bytes = (root: string) =>
      paths(root).map((path) => [path, sha256(Deno.readFileSync(`${root}/${path}`))]);
    assertEquals(bytes(`${folder}/again`), bytes(`${folder}/${path}`));

    const html = await Deno.readTextFile(`${folder}/again/ro-crate-preview.html`);
    const document = documentOf(html);
    assert([...document.querySelectorAll("td")].some(({ textContent }) => textContent === "a <b>"));
    assertEquals(document.querySelectorAll("link, iframe, img, script[src], script:not([type])").length, 0);
    const metadata = JSON.parse(await Deno.readTextFile(`${folder}/again/ro-crate-metadata.json`));
    assertEquals(JSON.parse(document.querySelector("script").textContent), metadata);
    for (const link of document.querySelectorAll("a")) {
      assert((await Deno.stat(`${folder}/again/${decodeURIComponent(link.getAttribute("href"))}`)).isFile);
    }
    const reused = await macronet([...EXPORT, "--to", "reused"], { folder });
    assertEquals(reused.code, 0);
    assertEquals(entities(`${folder}/reused`).get("#count/run").startTime, undefined, "nothing was executed");
  }));

Deno.test("macronet export --format ro-crate: code that has changed since is named by its digest, and not copied", () =>
  withFolder(async (folder) => {
    const past = await toyRun(folder, counting());
    const record = layout(`${folder}/store`).code(past.stages[0].code);
    const kept = JSON.parse(await Deno.readTextFile(record));
    const name = "tests/pipeline/toy/count.ts";
    kept.ingredients[name] = "0".repeat(64);
    kept.ingredients["../../escape.ts"] = "1".repeat(64);
    await Deno.writeTextFile(record, JSON.stringify(kept));
    const { code } = await macronet([...EXPORT, "--to", "crate"], { folder });
    assertEquals(code, 0);
    const all = entities(`${folder}/crate`);
    assertEquals(all.has(`code/${name}`), false);
    const { identifier, description } = all.get(`#code/${name}`);
    assertEquals(identifier, "0".repeat(64));
    assertStringIncludes(description, "changed");
    assert(all.has("#code/../../escape.ts"));
    assertEquals(paths(`${folder}/crate/code`), [
      "tests/pipeline/toy/sum.ts",
    ]);
  }));

Deno.test("macronet export --format ro-crate of a run that failed: what it finished, and why it ended", () =>
  withFolder(async (folder) => {
    await toyRun(folder, [...counting(), misbehaving("throw")]);
    const { code } = await macronet([...EXPORT, "--to", "crate"], { folder });
    assertEquals(code, 0);
    const { actionStatus, error } = entities(`${folder}/crate`).get("#run");
    assertEquals(actionStatus["@id"], "http://schema.org/FailedActionStatus");
    assertStringIncludes(error, "throw");

    await toyRun(folder, [misbehaving("throw")]);
    const nothing = await macronet([...EXPORT, "--to", "nothing"], { folder });
    assertEquals(nothing.code, 1);
    assertMatch(nothing.err, /it must have finished a stage, but failed before\n$/);
  }));

Deno.test("macronet export --format ro-crate: a store that has lost a part is an error, and leaves nothing", () =>
  withFolder(async (folder) => {
    const { stages } = await toyRun(folder);
    const [{ digest }] = pastArtifacts(
      stages.find(({ stage }) => stage === "sum")!,
      `${folder}/store`,
    ).artifacts;
    const object = layout(`${folder}/store`).object(digest);
    await Deno.chmod(object, 0o644);
    await Deno.writeTextFile(object, "!");
    for (const broken of [true, false]) {
      if (!broken) await Deno.remove(object);
      const { code, err } = await macronet([...EXPORT, "--to", "crate"], { folder });
      assertEquals(code, 1);
      assertMatch(
        err,
        /^error: Cannot export run \S+: all that it gave must be in the store, but a part of sum is gone or broken; run the same again, or choose another --run\n$/,
      );
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["store"]);
    }
  }));

Deno.test("writeCrate: copies in pieces, and of one that is stopped leaves nothing", () =>
  withFolder(async (folder) => {
    const store = `${folder}/store`;
    const past = await toyRun(folder, [{ id: "big", module: toy("big"), params: { bytes: 5_000_000 } }]);
    const described = describeRun(past, { artifacts: store, root });
    const pieces: number[] = [];
    const onBytes = (bytes: number) => {
      if (pieces.push(bytes) === 3) throw new Error("stopped");
    };
    await assertRejects(
      () => writeCrate(described, {}, { folder: store, to: `${folder}/crate`, onBytes }),
      Error,
      "stopped",
    );
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["store"]);
    pieces.length = 0;
    await writeCrate(described, {}, {
      folder: store,
      to: `${folder}/crate`,
      onBytes: (bytes) => void pieces.push(bytes),
    });
    assertEquals(pieces.reduce((sum, bytes) => sum + bytes), 5_000_000);
    assert(Math.max(...pieces) <= 1 << 20, "memory is that of a piece");
    assertEquals(
      sha256(await Deno.readFile(`${folder}/crate/data/big/big-0.bin`)),
      described.stages[0].artifacts[0].digest,
    );
  }));

Deno.test("macronet export --format ro-crate: wrong calls touch nothing", () =>
  withFolder(async (folder) => {
    await toyRun(folder, counting());
    await Deno.mkdir(`${folder}/there`);
    const wrong: [string[], RegExp][] = [
      [["sum"], /it takes a run and no stages, but found "sum"; use --run/],
      [["--split", "test"], /Cannot export --format ro-crate: it takes no --split/],
      [["--run", "2020"], /Cannot find run "2020": .*log lists them/],
      [["--to", "there"], /Cannot export to there: it must be new, but is there already/],
      [["--to", "/crate"], /Cannot write \/crate: /],
    ];
    for (const [args, message] of wrong) {
      const { code, err } = await macronet([...EXPORT, ...args], { folder });
      assertEquals(code, 2, err);
      assertMatch(err, message);
    }
    const npy = await macronet(["export", "turing/cache", "--run", "last", "--artifacts", "store"], {
      folder,
    });
    assertEquals(npy.code, 2);
    assertMatch(npy.err, /Cannot export --format npy: it takes no --run/);
    assertEquals([...Deno.readDirSync(`${folder}/store`)].some(({ name }) => name === "exports"), false);
  }));
