/**
 * A thread of a unit: a worker that the worker of the unit starts.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { known } from "./nearest.ts";
import type { StageThread } from "./stage.ts";
import type { ThreadStart } from "./worker_protocol.ts";

self.onmessage = async ({ data }: MessageEvent<ThreadStart>) => {
  const { stage, module, uses, argument } = data;
  try {
    const { thread } = await import(module) as { thread: StageThread };
    await thread({ argument, load: (role) => import(known(uses, role, "uses", stage)) });
  } catch (error) {
    self.postMessage({ error: (error as Error).message });
  }
};
