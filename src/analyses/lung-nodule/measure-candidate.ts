import type { PatientPoint } from "../../volume/space.ts";
import type { Task } from "../../volume/threads.ts";
import type { Mask, Volume } from "../../volume/volume.ts";
import type { NotMeasurable } from "../analysis.ts";
import { measureOutline, type NoduleMeasurement } from "./measure.ts";
import { outlineAt } from "./outline.ts";

export interface MeasureCandidateInput {
  readonly volume: Volume;
  readonly labels: Mask;
  readonly seed: PatientPoint;
  readonly radiusMm: number;
}

/** An outline's mask, its middle and its figures. */
export interface MeasuredCandidate {
  readonly kind: "measured";
  readonly mask: Mask;
  readonly center: PatientPoint;
  readonly figures: NoduleMeasurement;
}

/** Outlines and measures one candidate; on another thread, as it takes some tens of milliseconds each. */
export const measureCandidateTask: Task<MeasureCandidateInput, MeasuredCandidate | NotMeasurable> = {
  name: "lung-nodule.measure-candidate",
  compute: ({ volume, labels, seed, radiusMm }) => {
    const outline = outlineAt(volume, { labels }, seed, { radiusMm });
    if (outline.kind === "not-measurable") return outline;
    return { kind: "measured", mask: outline.mask, center: outline.center, figures: measureOutline(outline) };
  },
};
