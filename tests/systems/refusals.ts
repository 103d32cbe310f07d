/**
 * Settings with one value changed, for tests of what is refused.
 *
 * @module
 */
import type { Profile, System } from "../../systems/system.ts";

/** The settings of a profile with the values at dotted paths replaced. */
export function changed<Physics, Network>(
  { profiles }: System<Physics, Network>,
  changes: Readonly<Record<string, unknown>>,
  profile: Profile = "smoke",
) {
  const settings = structuredClone(profiles[profile]);
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(".");
    // deno-lint-ignore no-explicit-any
    let level: any = settings;
    for (const key of keys.slice(0, -1)) level = level[key];
    level[keys.at(-1)!] = value;
  }
  return settings;
}
