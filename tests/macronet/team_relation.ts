/** A relation from plain data, as a thread of a training makes it; and one that fails. */
import { macrostateMap } from "../../macronet/macrostate_map.ts";
import { realNvp } from "../../macronet/real_nvp.ts";
import type { Relation } from "../../macronet/relation.ts";

/** What happens in a thread, and never in the leader. */
export type Fault = "none" | "throws";

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
