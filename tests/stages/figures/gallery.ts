/** Every figure, drawn from the data of `samples.ts`: what the golden tests compare, and what one looks at. */
import { calibrationPlots } from "../../../stages/figures/calibration.ts";
import { againstDimension, strips } from "../../../stages/figures/comparison.ts";
import { figure4b, figure4c, figure4d, movedMatrices } from "../../../stages/figures/figure4.ts";
import { figure5a, figure5b, figure5c } from "../../../stages/figures/figure5.ts";
import { figure6a, figure6b, figure6c, movedPatterns } from "../../../stages/figures/figure6.ts";
import { draw as drawLinear } from "../../../stages/figures/linear_comparison.ts";
import { lossCurves } from "../../../stages/figures/loss_curves.ts";
import { macrostateAgreement } from "../../../stages/figures/macrostate_agreement.ts";
import { macrostatePlane } from "../../../stages/figures/macrostate_plane.ts";
import {
  agreementData,
  calibrationData,
  comparedData,
  figure4Data,
  figure5bData,
  figure5cData,
  figure5Pairs,
  figure6Data,
  linearComparedData,
  lossData,
  movedMatricesData,
  movedPatternsData,
  planeData,
} from "./samples.ts";

/** Name of the golden → the figure's SVG. */
export function gallery(): Record<string, string> {
  const [four, six] = [figure4Data(), figure6Data()];
  return {
    "figure-4b": figure4b(four),
    "figure-4c": figure4c(four),
    "figure-4d": figure4d(four),
    "figure-5a": figure5a({ pairs: figure5Pairs() }),
    "figure-5b": figure5b(figure5bData()),
    "figure-5c": figure5c(figure5cData()),
    "figure-6a": figure6a(six),
    "figure-6b": figure6b(six),
    "figure-6c": figure6c(six),
    "loss-curves": lossCurves(lossData()),
    "macrostate-plane": macrostatePlane(planeData(six)),
    "macrostate-agreement": macrostateAgreement(agreementData()),
    "moved-matrices": movedMatrices(movedMatricesData()),
    "moved-patterns": movedPatterns(movedPatternsData(six)),
    "calibration": calibrationPlots(calibrationData()),
    "comparison-strips": strips(comparedData(), {
      title: "Four experiments",
      list: [
        { metric: "mutual_information_nats", label: "mutual information, nats", include: [0] },
        { metric: "spectrum", label: "spectral distance", bar: 0.25 },
        { metric: "bias", label: "bias", bar: 0.005, axis: "log" },
      ],
    }),
    "comparison-dimensions": againstDimension(comparedData(), {
      title: "Choosing d",
      list: [
        { metric: "mutual_information_nats", label: "information, nats", chance: "mutual_information_null" },
        { metric: "spectrum", label: "spectral distance" },
      ],
    }),
    "linear-seeds": drawLinear(linearComparedData()).find(({ name }) => name === "seeds")!.svg,
  };
}
