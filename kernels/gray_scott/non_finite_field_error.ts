import type { Boundary, Laplacian } from "../reaction_diffusion/mod.ts";
import type { Rule } from "./rule.ts";

/** What was simulated when a field overflowed. */
export interface FailedSimulation extends Rule {
  width: number;
  height: number;
  steps: number;
  timeStep: number;
  dx: number;
  laplacian: Laplacian;
  boundary: Boundary;
}

/** Thrown when a simulated field holds NaN or an infinity. A caller may count the parameters as unusable. */
export class NonFiniteFieldError extends Error {
  override readonly name = "NonFiniteFieldError";
  /** The parameters that led there. */
  readonly simulation: FailedSimulation;

  constructor(simulation: FailedSimulation) {
    const { Da, Db, F, k, timeStep, dx, steps } = simulation;
    super(
      "Cannot simulate Gray-Scott: the fields must stay finite, but they overflowed within " +
        `${steps} steps of ${timeStep} at Da = ${Da}, Db = ${Db}, F = ${F}, k = ${k}, dx = ${dx}`,
    );
    this.simulation = simulation;
  }
}
