/** A thread of a training, and its relation; or one that fails. */
import { macrostateMap } from "../../macronet/macrostate_map.ts";
import { realNvp } from "../../macronet/real_nvp.ts";
import type { Relation } from "../../macronet/relation.ts";
import type { Assignment, Started } from "../../macronet/team.ts";
import { joinTeam } from "../../macronet/team_member.ts";

/** What happens in a thread, and never in the leader. */
export type Fault = "none" | "throws" | "refuses";

/** Starts a thread. */
export function hire(fault: Fault) {
  return (assignment: Assignment) => {
    const worker = new Worker(import.meta.url, { type: "module" });
    worker.postMessage({ assignment, fault });
    return worker;
  };
}

if ("WorkerGlobalScope" in globalThis) {
  const scope = globalThis as unknown as Worker;
  scope.onmessage = (
    { data: { assignment, fault } }: MessageEvent<{ assignment: Assignment; fault: Fault }>,
  ) => {
    const refused: Started = { error: "it must be a test, and it is" };
    if (fault === "refuses") scope.postMessage(refused);
    else joinTeam(assignment, () => relation(fault));
  };
}

export function relation(fault: Fault): Relation {
  const side = (purpose: string) => {
    const conditioner = { width: 8, hiddenLayers: 1 };
    const flow = realNvp({ dimension: 2, blocks: 2, conditioner, logScaleBound: 2, seed: 1, purpose });
    return macrostateMap(flow, { macroDimension: 1 });
  };
  const u = side("u"), isThread = "WorkerGlobalScope" in globalThis;
  return {
    u: fault === "none" || !isThread ? u : {
      ...u,
      observe() {
        throw new RangeError("Cannot observe: it must be a test, and it is");
      },
    },
    v: side("v"),
    shared: false,
  };
}
