import type { Boundary } from "./integrate.ts";
import type { Laplacian } from "./stencil.ts";

/** What was simulated when a field overflowed. */
export interface FailedRun {
  /** The model's title. */
  readonly model: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly timeStep: number;
  readonly dx: number;
  readonly laplacian: Laplacian;
  readonly boundary: Boundary;
}

/** Thrown when a simulated field holds NaN or an infinity. A caller may count the parameters as unusable. */
export class NonFiniteFieldError extends Error {
  override readonly name = "NonFiniteFieldError";
  /** The parameters that led there. */
  readonly run: FailedRun;

  constructor(run: FailedRun) {
    const parameters = Object.entries(run.parameters).map(([name, value]) => `${name} = ${value}`);
    super(
      `Cannot simulate ${run.model}: the fields must stay finite, but they overflowed within ` +
        `${run.steps} steps of ${run.timeStep} at ${parameters.join(", ")}, dx = ${run.dx}`,
    );
    this.run = run;
  }
}
