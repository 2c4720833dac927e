import { reason } from "../../base/reason.ts";
import type { PatientPoint } from "../../volume/space.ts";
import type { Threads } from "../../volume/threads.ts";
import type { Mask, Volume } from "../../volume/volume.ts";
import type { FindingDraft, NotMeasurable } from "../analysis.ts";
import { explain } from "./explain.ts";
import { planeMeasurement } from "./measure.ts";
import { type MeasuredCandidate, measureCandidateTask } from "./measure-candidate.ts";
import type { ScoredCandidate } from "./reject-false-positives.ts";
import { sideOf, valueAt } from "./side.ts";

/** So many of the best candidates are measured, also where they are not shown. */
const leastMeasured = 12;
/** What is smaller in every plane is no finding of this analysis. */
const leastDiameterMm = 3;

export interface DraftRequest {
  readonly stackId: string;
  readonly ct: Volume;
  readonly labels: Mask;
  /** Best first. */
  readonly scored: readonly ScoredCandidate[];
  readonly shownFrom: number;
  readonly threads: Threads;
  readonly signal: AbortSignal;
  /** @param fraction 0 … 1 */
  readonly progress: (fraction: number) => void;
}

interface Looked {
  readonly scored: ScoredCandidate;
  readonly measured: MeasuredCandidate | NotMeasurable;
}

/**
 * Findings of scored candidates: all that are shown and the best twelve in all are outlined and measured, the rest keep place and score only
 * (figures absent, never estimated). A candidate within the outline of a better one, or whose outline overlaps it, is the same finding; so is one in
 * the place of a better one, as two channels may tell: a finding is known by its place.
 * @throws the signal's reason when aborted
 */
export async function draftFindings(request: DraftRequest): Promise<FindingDraft[]> {
  const { scored, shownFrom, signal, threads } = request;
  const worth = scored.filter(({ score }, rank) => score >= shownFrom || rank < leastMeasured);
  const looked: Looked[] = scored.map((one) => ({ scored: one, measured: notLookedAt }));
  let next = 0;
  let done = 0;
  const measureOn = async (): Promise<void> => {
    for (let rank = next++; rank < worth.length; rank = next++) {
      signal.throwIfAborted();
      const one = worth[rank]!;
      const input = { volume: request.ct, labels: request.labels, seed: one.candidate.centerMm, radiusMm: one.features.radiusMm };
      looked[rank] = { scored: one, measured: await threads.run(measureCandidateTask, input) };
      request.progress(++done / worth.length);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, threads.count) }, measureOn));
  const drafts = withoutDoubles(looked).map((one) => draftOf(one, request));
  return drafts.sort((a, b) => b.score - a.score);
}

const notLookedAt: NotMeasurable = { kind: "not-measurable", because: reason("lung-nodule.not-measured") };

function withoutDoubles(looked: readonly Looked[]): Looked[] {
  const kept: Looked[] = [];
  const outlines: MeasuredCandidate[] = [];
  const places = new Set<string>();
  for (const one of looked) {
    const { measured, scored } = one;
    const centers = measured.kind === "measured" ? [measured.center, scored.candidate.centerMm] : [scored.candidate.centerMm];
    const double = outlines.some(
      (outline) =>
        centers.some((center) => holds(outline.mask, center)) || (measured.kind === "measured" && holds(measured.mask, outline.center)),
    );
    const place = centers[0]!.map((mm) => mm.toFixed(1)).join(" ");
    if (double || places.has(place)) continue;
    kept.push(one);
    places.add(place);
    if (measured.kind === "measured") outlines.push(measured);
  }
  return kept;
}

const holds = (mask: Mask, point: PatientPoint): boolean => valueAt(mask, point) !== 0;

function draftOf({ scored, measured }: Looked, { stackId, labels, shownFrom }: DraftRequest): FindingDraft {
  const { candidate, score } = scored;
  const center = measured.kind === "measured" ? measured.center : candidate.centerMm;
  const common = {
    stackId,
    centerMm: [center[0], center[1], center[2]] as [number, number, number],
    score: worthShowing(measured) ? score : score * shownFrom,
    side: sideOf(labels, center, candidate.centerMm),
  };
  if (measured.kind === "not-measurable") {
    const kind = candidate.channel === "mass" ? ("mass" as const) : ("nodule" as const);
    const absent = { measurements: [], volumeMm3: null, meanHu: null, texture: "unknown" as const };
    return { ...common, ...absent, kind, because: explain(scored, null), flags: [], notMeasurable: measured.because };
  }
  const { figures, mask } = measured;
  return {
    ...common,
    kind: figures.kind,
    because: explain(scored, figures),
    measurements: figures.planes.map(planeMeasurement),
    volumeMm3: figures.volumeMm3,
    meanHu: figures.meanHu,
    texture: figures.texture,
    flags: figures.flags,
    outline: mask,
  };
}

/** Held below the operating point: what measures less than 3 mm in every plane, and where no object stands out at all. */
function worthShowing(measured: MeasuredCandidate | NotMeasurable): boolean {
  if (measured.kind === "not-measurable") return !["nodule.nothing-here", "nodule.too-small"].includes(measured.because.code);
  return measured.figures.planes.some(({ meanDiameterMm }) => meanDiameterMm >= leastDiameterMm);
}
