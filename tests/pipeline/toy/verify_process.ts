/** Recomputes long units in a process of its own, to be killed. Says so when the first is under way. */
import { graph, verify } from "../../../pipeline/mod.ts";
import { root, toy } from "./mod.ts";

const [artifacts] = Deno.args;
await verify(graph([{ id: "walk", module: toy("walk"), params: { steps: 200, pause: 1 } }]), {
  root,
  artifacts,
  workers: 1,
  recompute: { units: "all", seed: 1 },
  onEvent: (event) => {
    if (event.type === "progress" && event.done === 5) console.log("recomputing");
  },
});
