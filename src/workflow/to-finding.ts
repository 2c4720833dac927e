import type { AnalysisInput, FindingDraft, SeriesVolume } from "../analyses/analysis.ts";
import type { Reason } from "../base/reason.ts";
import { derivedUid } from "../base/uid.ts";
import type { Finding, SliceReference } from "../findings/finding.ts";
import type { PlaneMeasurement } from "../findings/measurement.ts";
import type { SaidReason } from "../findings/reason.ts";
import { toVoxel } from "../volume/grid.ts";
import { patientPoint } from "../volume/space.ts";

/** Puts a coded reason into words. */
export type SayReason = (reason: Reason) => SaidReason;

/** Version of what a tracking UID is derived from; raised only when the same lesion should get a new identity. */
const identityVersion = "1";

/**
 * Completes a draft: identity, source slices, words. The tracking UID is derived from series, analysis and place (rounded to .1 mm),
 * so that a second read of the same images names the same finding the same.
 * @throws RangeError when the draft names a stack that was not loaded
 */
export function toFinding(draft: FindingDraft, analysisId: string, input: AnalysisInput, say: SayReason): Finding {
  const { stackId, because, flags, notMeasurable, outline: _outline, ...rest } = draft;
  const summary = input.study.series.find((series) => series.stackId === stackId);
  const source = Object.values(input.volumes).find((volume) => volume.stackId === stackId);
  if (summary === undefined || source === undefined) throw new RangeError(`a finding names the stack ${stackId}, which was not loaded`);
  const place = draft.centerMm.map((mm) => (Math.round(mm * 10) / 10 || 0).toFixed(1)).join(" ");
  return {
    trackingUid: derivedUid("finding", identityVersion, summary.seriesInstanceUid, analysisId, place),
    seriesInstanceUid: summary.seriesInstanceUid,
    frameOfReferenceUid: summary.frameOfReferenceUid,
    ...rest,
    measurements: draft.measurements.map((measurement) => withSlice(measurement, source)),
    verdict: null,
    because: because.map(say),
    flags: flags.map(say),
    slice: sliceAt(source, draft.centerMm),
    ...(notMeasurable === undefined ? {} : { notMeasurable: say(notMeasurable) }),
  };
}

/** The source slice nearest to a patient position. */
function sliceAt(source: SeriesVolume, positionMm: readonly [number, number, number]): SliceReference {
  const k = toVoxel(source.volume.grid, patientPoint(...positionMm))[2];
  const index = Math.min(source.slices.length - 1, Math.max(0, Math.round(k)));
  const slice = source.slices[index];
  if (slice === undefined) throw new RangeError("a volume without source slices cannot hold a finding");
  return { sopInstanceUid: slice.sopInstanceUid, instanceNumber: slice.instanceNumber, index };
}

/** An axial measurement names the slice it was made on, found from the middle of its long axis. */
function withSlice(measurement: PlaneMeasurement, source: SeriesVolume): PlaneMeasurement {
  if (measurement.plane !== "axial" || measurement.longAxis === undefined) return measurement;
  const { from, to } = measurement.longAxis;
  const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, (from[2] + to[2]) / 2] as const;
  return { ...measurement, sopInstanceUid: sliceAt(source, middle).sopInstanceUid };
}
