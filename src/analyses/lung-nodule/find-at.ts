import { findLungs, type Lungs } from "../../anatomy/lungs.ts";
import { reason } from "../../base/reason.ts";
import type { Side } from "../../findings/finding.ts";
import { toVoxel } from "../../volume/grid.ts";
import type { PatientPoint } from "../../volume/space.ts";
import type { Mask } from "../../volume/volume.ts";
import type { AnalysisInput, Bench, FindingDraft, NotMeasurable } from "../analysis.ts";
import { measureOutline, planeMeasurement } from "./measure.ts";
import { outlineAt } from "./outline.ts";

/**
 * The finding a reader clicked on: outlined and measured as one the search found. Its score is 1, as a person put it there.
 * Works without lungs too (a piece of a scan); with them the outline keeps within 3 mm of them.
 * @param point patient position, mm, in the finding or within about 4 mm of it
 * @throws RangeError when no volume has the role "chest"; the signal's reason when it is aborted
 */
export async function findAt(input: AnalysisInput, point: PatientPoint, bench: Bench): Promise<FindingDraft | NotMeasurable> {
  const series = input.volumes.chest;
  if (series === undefined) throw new RangeError('lung-nodule needs a volume in the role "chest"');
  const { threads, signal } = bench;
  const { volume, stackId } = series;
  const progress = (fraction: number): void => bench.progress("lungs", fraction);
  const found = await bench.once(volume, "lungs", () => findLungs(volume, { threads, signal, progress }));
  const lungs = found.kind === "lungs" ? found : null;
  signal.throwIfAborted();
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
    side: sideOf(lungs, center, point),
    flags: figures.flags,
    outline: outline.mask,
  };
}

/** The lung that holds the first of the points that lies in one. */
function sideOf(lungs: Lungs | null, ...points: readonly PatientPoint[]): Side {
  for (const point of lungs === null ? [] : points) {
    const label = labelAt(lungs!.labels, point);
    if (label === 1) return "right";
    if (label === 2) return "left";
  }
  return "unknown";
}

function labelAt(labels: Mask, point: PatientPoint): number {
  const [i, j, k] = toVoxel(labels.grid, point).map(Math.round) as [number, number, number];
  const [ni, nj, nk] = labels.grid.size;
  const inside = i >= 0 && j >= 0 && k >= 0 && i < ni && j < nj && k < nk;
  return inside ? labels.data[i + ni * (j + nj * k)]! : 0;
}
