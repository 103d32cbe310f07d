/**
 * The pictures that two runs do not share.
 *
 * @module
 */
import { type ArtifactEntry, identityOf, type StageDiff } from "../pipeline/mod.ts";

/** A picture in both runs; `undefined` in the one that has it not. */
export interface PicturePair {
  readonly stage: string;
  readonly name: string;
  readonly first: ArtifactEntry | undefined;
  readonly second: ArtifactEntry | undefined;
}

/** How browsers are told what a picture is. */
export const PICTURE_TYPES: Readonly<Record<string, string>> = { png: "image/png", svg: "image/svg+xml" };

/** Each pair once: a report shows the pictures of other stages again, and draws each as PNG and SVG. */
export function pairPictures(stages: readonly StageDiff[]): PicturePair[] {
  const pairs = new Map<string, PicturePair>();
  for (const { stage, artifacts } of stages) {
    for (const { name, first, second } of artifacts) {
      if (!Object.hasOwn(PICTURE_TYPES, extensionOf(name))) continue;
      const identity = [first, second].map((entry) => entry === undefined ? "" : identityOf(entry)).join();
      if (!pairs.has(identity)) pairs.set(identity, { stage, name, first, second });
    }
  }
  return [...pairs.values()];
}

/** What follows the last dot of a name. */
export function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase();
}
