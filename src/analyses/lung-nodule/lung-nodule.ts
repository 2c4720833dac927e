import type { Lungs } from "../../anatomy/lungs.ts";
import { scanQuality } from "../../anatomy/scan-quality.ts";
import { type Reason, reason } from "../../base/reason.ts";
import type { Measurement } from "../../findings/measurement.ts";
import type { Analysis, AnalysisInput, Bench, Outcome, QualityFigure, SeriesVolume } from "../analysis.ts";
import type { CandidateFinder } from "./candidate-finder.ts";
import { chestOf, lungsOf } from "./chest-lungs.ts";
import { choose } from "./choose.ts";
import { draftFindings } from "./draft-findings.ts";
import { notAssessed } from "./explain.ts";
import { findAt } from "./find-at.ts";
import { lungBox } from "./lung-box.ts";
import { netFinder } from "./net-finder.ts";
import { lookAgain } from "./net-second-look.ts";
import { summarise } from "./summarise.ts";

/** Nodules and masses of the lungs on chest CT: found by a finder, measured, ordered by a suspicion score. */
export function lungNoduleBy(finder: CandidateFinder): Analysis {
  return { id: "lung-nodule", choose, analyse: (input, bench) => analyse(input, bench, finder), findAt, summarise };
}

/** The analysis of the catalog. Its finder is chosen here alone, and why it is this one: docs/explanation/nodule-net.md. */
export const lungNodule: Analysis = lungNoduleBy(netFinder(lookAgain));

async function analyse(input: AnalysisInput, bench: Bench, { find, operatingPoints }: CandidateFinder): Promise<Outcome> {
  const series = chestOf(input);
  const operatingPoint = operatingPoints[input.operatingPoint];
  const { volume: ct, stackId } = series;
  const { models, threads, signal } = bench;
  const lungs = await lungsOf(series, bench);
  if (lungs.kind === "no-lungs") return { kind: "declined", because: lungs.because, quality: {} };
  const quality = { [stackId]: qualityOf(input, series, lungs) };
  const box = await lungBox(ct, lungs, threads);
  const scored = await find(box, { models, threads, signal, progress: (fraction) => bench.progress("candidates", 0.8 * fraction) });
  bench.progress("candidates", 1);
  const findings = await draftFindings({
    stackId,
    ct,
    labels: lungs.labels,
    scored,
    shownFrom: operatingPoint.score,
    threads,
    signal,
    progress: (fraction) => bench.progress("measure", fraction),
  });
  bench.progress("measure", 1);
  const because: Reason[] = lungs.complete ? [] : [reason("lung-nodule.lungs-incomplete"), ...lungs.because];
  return {
    kind: lungs.complete ? "done" : "partial",
    because,
    findings,
    measurements: lungVolumes(lungs),
    operatingPoint,
    quality,
    masks: { [stackId]: lungs.labels },
    notAssessed,
  };
}

function qualityOf({ study }: AnalysisInput, { volume: ct, stackId, padding }: SeriesVolume, lungs: Lungs): readonly QualityFigure[] {
  const summary = study.series.find((series) => series.stackId === stackId);
  const sliceThicknessMm = summary?.sliceThicknessMm ?? null;
  const missingSlices = summary?.missingPositions ?? 0;
  return scanQuality(ct, lungs, { sliceThicknessMm, missingSlices, ...(padding === undefined ? {} : { padding }) });
}

function lungVolumes({ volumesMl }: Lungs): Measurement[] {
  const { right, left } = volumesMl;
  const volumeOf = (subject: string, value: number): Measurement => ({ code: "lung-volume", value, unit: "mL", subject });
  return [volumeOf("lungs", right + left), volumeOf("right-lung", right), volumeOf("left-lung", left)];
}
