/** Something that is measured, by name. */
export interface Bench {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly (readonly [flag: string, help: string])[];
  /** Measures and prints. Throws if what is compared did not do the same work. */
  readonly run: (args: readonly string[]) => Promise<void>;
}
