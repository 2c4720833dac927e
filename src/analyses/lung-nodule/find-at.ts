import { reason } from "../../base/reason.ts";
import type { PatientPoint } from "../../volume/space.ts";
import type { AnalysisInput, Bench, FindingDraft, NotMeasurable } from "../analysis.ts";
import { chestOf, lungsOf } from "./chest-lungs.ts";
import { measureOutline, planeMeasurement } from "./measure.ts";
import { outlineAt } from "./outline.ts";
import { sideOf } from "./side.ts";

/**
 * The finding a reader clicked on: outlined and measured as one the search found. Its score is 1, as a person put it there.
 * Works without lungs too (a piece of a scan); with them the outline keeps within 3 mm of them.
 * @param point patient position, mm, in the finding or within about 4 mm of it
 * @throws RangeError when no volume has the role "chest"; the signal's reason when it is aborted
 */
export async function findAt(input: AnalysisInput, point: PatientPoint, bench: Bench): Promise<FindingDraft | NotMeasurable> {
  const series = chestOf(input);
  const { volume, stackId } = series;
  const found = await lungsOf(series, bench);
  const lungs = found.kind === "lungs" ? found : null;
  bench.signal.throwIfAborted();
  const outline = outlineAt(volume, lungs, point);
  if (outline.kind === "not-measurable") return outline;
  const figures = measureOutline(outline);
  const { center } = outline;
  return {
    stackId,
    centerMm: [center[0], center[1], center[2]],
    score: 1,
    kind: figures.kind,
    because: [reason("nodule.placed-by-reader")],
    measurements: figures.planes.map(planeMeasurement),
    volumeMm3: figures.volumeMm3,
    meanHu: figures.meanHu,
    texture: figures.texture,
    side: lungs === null ? "unknown" : sideOf(lungs.labels, center, point),
    flags: figures.flags,
    outline: outline.mask,
  };
}
