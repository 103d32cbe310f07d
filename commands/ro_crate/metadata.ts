/**
 * `ro-crate-metadata.json`: a run as a Provenance Run Crate, which is a Workflow Run Crate that also tells of
 * the steps.
 *
 * @see https://w3id.org/ro/wfrun/provenance
 *
 * @module
 */
import { isPackage, type Json, leaves } from "../../pipeline/mod.ts";
import type { DescribedCode, DescribedRun, DescribedStage } from "./described_run.ts";
import {
  artifactFile,
  dataFolder,
  encodingFormat,
  type Entity,
  formalParameter,
  localId,
  propertyValue,
  ref,
  refs,
  uri,
  valueType,
} from "./entities.ts";

/** Files of the crate that are about it. */
export const METADATA = "ro-crate-metadata.json";
export const PREVIEW = "ro-crate-preview.html";
export const WORKFLOW = "workflow.json";

const ENGINE = "#macronet";
const LANGUAGE = "#stage-graph";
const ORGANIZE = "#organize";
const RUN = "#run";

const WORKFLOW_PROFILE = "https://w3id.org/workflowhub/workflow-ro-crate/1.0";
const PROFILES = [
  ["https://w3id.org/ro/wfrun/process/0.5", "Process Run Crate", "0.5"],
  ["https://w3id.org/ro/wfrun/workflow/0.5", "Workflow Run Crate", "0.5"],
  ["https://w3id.org/ro/wfrun/provenance/0.5", "Provenance Run Crate", "0.5"],
  [WORKFLOW_PROFILE, "Workflow RO-Crate", "1.0"],
] as const;

/** What is not of the run. */
export interface CrateOptions {
  /** SPDX identifier. */
  readonly license: string;
  /** Of this program. */
  readonly version: string;
}

/** The graph as it was run: which stage reads which, under which parameters. */
export function workflowText({ stages }: DescribedRun): string {
  const graph = stages.map(({ past: { stage, params, shards, code }, inputs }) => ({
    id: stage,
    ...(shards !== null && { shards }),
    inputs,
    params,
    code,
  }));
  return JSON.stringify({ stages: graph }, null, 2) + "\n";
}

/** The metadata, as the JSON that it is. */
export function crateMetadata(described: DescribedRun, options: CrateOptions): Json {
  const stages = described.stages.map((stage) => stageEntities(stage, described));
  const code = described.code.map(codeEntity);
  const all = [...head(described, options, { stages, code }), ...stages.flatMap(({ all }) => all), ...code];
  return { "@context": "https://w3id.org/ro/crate/1.2/context", "@graph": all };
}

/** The entities of one stage. */
interface StageEntities {
  readonly dataset: Entity;
  readonly tool: Entity;
  readonly step: Entity;
  readonly control: Entity;
  readonly action: Entity;
  readonly parameters: readonly Entity[];
  readonly values: readonly Entity[];
  readonly outputs: readonly Entity[];
  readonly all: readonly Entity[];
}

function stageEntities(stage: DescribedStage, { stages, code }: DescribedRun): StageEntities {
  const { past, artifacts, inputs, time } = stage;
  const id = past.stage;
  const settings = Object.entries(leaves(past.params));
  const parameters = settings.map(([name, value]) =>
    formalParameter(localId(id, "parameter", name), name, valueType(value))
  );
  const values = settings.map(([name, value], i) =>
    propertyValue(localId(id, "value", name), `${id}: ${name}`, value, parameters[i])
  );
  const roles = Object.keys(inputs).map((role) =>
    formalParameter(localId(id, "input", role), role, "Dataset")
  );
  const output = formalParameter(localId(id, "output"), `what ${id} gives`, "Dataset");
  const files = artifacts.map((artifact) => artifactFile(id, artifact));
  const isRead = stages.flatMap((other) =>
    Object.entries(other.inputs).filter(([, from]) => from === id)
      .map(([role]) => localId(other.past.stage, "input", role))
  );
  const dataset: Entity = {
    "@id": uri(dataFolder(id)),
    "@type": "Dataset",
    name: `Artifacts of ${id}`,
    identifier: past.output,
    exampleOfWork: refs([output, ...isRead]),
    hasPart: refs(files),
  };
  const tool: Entity = {
    "@id": localId(id, "program"),
    "@type": "SoftwareApplication",
    name: id,
    description: `Stage ${id}; its version is the digest of all code that it reaches`,
    softwareVersion: past.code,
    input: refs([...parameters, ...roles]),
    output: refs([output]),
    hasPart: code.filter(({ name }) => Object.hasOwn(stage.code, name)).map((part) => ref(codeId(part))),
  };
  const step: Entity = {
    "@id": `${WORKFLOW}${localId(id)}`,
    "@type": "HowToStep",
    name: id,
    position: String(stages.indexOf(stage) + 1),
    workExample: ref(tool["@id"]),
  };
  const action: Entity = {
    "@id": localId(id, "run"),
    "@type": "CreateAction",
    name: time === undefined ? `Reuse of ${id}` : `Run of ${id}`,
    description: `${past.executed} executed, ${past.reused} reused of ${past.executed + past.reused} units`,
    instrument: ref(tool["@id"]),
    object: refs([...values, ...Object.values(inputs).map((from) => uri(dataFolder(from)))]),
    result: refs([dataset]),
    actionStatus: ref("http://schema.org/CompletedActionStatus"),
    ...(time !== undefined && { startTime: time.begun, endTime: time.ended }),
  };
  const control: Entity = {
    "@id": localId(id, "control"),
    "@type": "ControlAction",
    name: `Orchestration of ${id}`,
    instrument: ref(step["@id"]),
    object: refs([action]),
  };
  const all = [dataset, tool, step, control, action, output, ...parameters, ...roles, ...values, ...files];
  return { dataset, tool, step, control, action, parameters, values, outputs: [output], all };
}

/** The crate itself, the workflow, and its run as a whole. */
function head(
  { run, stages: described }: DescribedRun,
  { license, version }: CrateOptions,
  { stages, code }: { stages: readonly StageEntities[]; code: readonly Entity[] },
): Entity[] {
  const each = (of: (stage: StageEntities) => readonly Entity[]) => refs(stages.flatMap(of));
  const ended = new Date(Date.parse(run.begun) + run.milliseconds).toISOString();
  const isDone = run.state === "done";
  const licenseUrl = `https://spdx.org/licenses/${license}`;
  const command = typeof run.about.command === "string" ? `: ${run.about.command}` : "";
  const copied = code.filter(({ "@type": type }) => [type].flat().includes("File"));
  const actions = [
    RUN,
    ...stages.map(({ action }) => action["@id"]),
    ORGANIZE,
    ...stages.map(({ control }) => control["@id"]),
  ];
  return [
    {
      "@id": METADATA,
      "@type": "CreativeWork",
      about: ref("./"),
      conformsTo: [ref("https://w3id.org/ro/crate/1.2"), ref(WORKFLOW_PROFILE)],
    },
    {
      "@id": PREVIEW,
      "@type": "CreativeWork",
      about: ref("./"),
      name: "Preview",
      encodingFormat: "text/html",
    },
    {
      "@id": "./",
      "@type": "Dataset",
      name: `macronet run ${run.id}`,
      description:
        `Parameters, code, inputs and outputs of ${described.length} stages, as run by macronet${command}`,
      datePublished: run.begun,
      license: ref(licenseUrl),
      conformsTo: PROFILES.map(([id]) => ref(id)),
      mainEntity: ref(WORKFLOW),
      hasPart: [ref(WORKFLOW), ...refs(stages.map(({ dataset }) => dataset)), ...refs(copied)],
      mentions: refs(actions),
    },
    ...PROFILES.map(([id, name, version]) => ({ "@id": id, "@type": "CreativeWork", name, version })),
    {
      "@id": licenseUrl,
      "@type": "CreativeWork",
      name: `${license} license`,
      identifier: license,
      description: `The ${license} license`,
    },
    {
      "@id": WORKFLOW,
      "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
      conformsTo: ref("https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"),
      name: "Stage graph",
      encodingFormat: encodingFormat(WORKFLOW),
      programmingLanguage: ref(LANGUAGE),
      license: ref(licenseUrl),
      input: each(({ parameters }) => parameters),
      output: each(({ outputs }) => outputs),
      hasPart: each(({ tool }) => [tool]),
      step: each(({ step }) => [step]),
    },
    { "@id": LANGUAGE, "@type": "ComputerLanguage", name: "macronet stage graph, as JSON" },
    { "@id": ENGINE, "@type": "SoftwareApplication", name: "macronet", softwareVersion: version },
    {
      "@id": RUN,
      "@type": "CreateAction",
      name: `Run ${run.id}`,
      description: `${run.executed} units executed, ${run.reused} reused${command}`,
      instrument: ref(WORKFLOW),
      object: each(({ values }) => values),
      result: each(({ dataset }) => [dataset]),
      startTime: run.begun,
      endTime: ended,
      actionStatus: ref(`http://schema.org/${isDone ? "Completed" : "Failed"}ActionStatus`),
      ...(!isDone && { error: run.failures.map(({ message }) => message).join("\n") || run.state }),
    },
    {
      "@id": ORGANIZE,
      "@type": "OrganizeAction",
      name: "Orchestration of the run",
      instrument: ref(ENGINE),
      object: each(({ control }) => [control]),
      result: ref(RUN),
      startTime: run.begun,
      endTime: ended,
    },
  ];
}

/** A file that is in the crate, or else a name for what is not. */
function codeId({ name, bytes }: DescribedCode): string {
  return bytes === undefined ? localId("code", name) : uri(`code/${name}`);
}

/** A file of the crate if it could be copied; otherwise something that is known by its digest. */
function codeEntity(code: DescribedCode): Entity {
  const { name, digest, bytes, sha256 } = code;
  const known = { "@id": codeId(code), name, identifier: digest };
  if (isPackage(name)) return { ...known, "@type": "SoftwareApplication" };
  if (bytes === undefined) {
    const description = "Not in this crate: the file has changed since it was run";
    return { ...known, "@type": "SoftwareSourceCode", description };
  }
  const isModule = /\.[cm]?[jt]sx?$/.test(name);
  return {
    ...known,
    "@type": isModule ? ["File", "SoftwareSourceCode"] : "File",
    encodingFormat: encodingFormat(name),
    contentSize: String(bytes.length),
    sha256: sha256!,
    ...(isModule && { programmingLanguage: "TypeScript" }),
  };
}
