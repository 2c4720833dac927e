import { grown } from "../../src/analyses/lung-nodule/growth.ts";
import { type Reason, reason } from "../../src/base/reason.ts";
import type { FindingComparison, GoneFinding, PriorComparison } from "../../src/findings/comparison.ts";
import type { Finding } from "../../src/findings/finding.ts";
import { largestMeanDiameterMm } from "../../src/findings/measurement.ts";
import type { ReadResult } from "../../src/findings/read-result.ts";
import type { SaidReason } from "../../src/findings/reason.ts";
import { type Language, say } from "../../src/words/say.ts";

const priorStudyInstanceUid = "2.25.2023110100";
const sayIn =
  (language: Language) =>
  ({ code, values }: Reason): SaidReason => ({ code, values, text: say(language, code, values) });

/**
 * A read with made-up comparisons: the first finding grew, the second is new, the third grew within what repeatability allows, the fourth shrank, of the fifth
 * nothing can be told; one of the prior examination is gone.
 */
export function withComparison(result: ReadResult): ReadResult {
  const said = sayIn(result.language);
  const gone: GoneFinding = {
    trackingUid: "2.25.8888",
    change: "gone",
    because: [said(reason("growth.gone", { errorMm: 1.2 }))],
    priorPlaceMm: [10, 20, 30],
    placeMm: [11, 21, 31],
    priorVolumeMm3: 120,
    priorMeanDiameterMm: 6.1,
  };
  const comparison: PriorComparison = {
    outcome: "compared",
    because: [],
    priorStudyInstanceUid,
    priorStudyDate: "20230912",
    from: "images",
    registration: { correlation: 0.93, medianErrorMm: 1.1 },
    gone: [gone],
  };
  return {
    ...result,
    analyses: result.analyses.map((analysis) => ({
      ...analysis,
      comparison,
      findings: analysis.findings.map((finding, n) => ({ ...finding, comparison: comparedAs(n, finding, said) })),
    })),
  };
}

const priorVolumeOf = [0.55, null, 0.9, 2.2];

function comparedAs(n: number, finding: Finding, said: (reason: Reason) => SaidReason): FindingComparison {
  const { volumeMm3, trackingUid, measurements } = finding;
  const ratio = priorVolumeOf[n] ?? null;
  const place = { priorPlaceMm: finding.centerMm, placeErrorMm: 1.2 };
  if (n === 1) return { change: "new", because: [said(reason("growth.new"))], priorTrackingUid: null, ...place, growth: null };
  if (ratio === null || volumeMm3 === null)
    return { change: "cannot-tell", because: [said(reason("growth.not-measured"))], priorTrackingUid: trackingUid, ...place, growth: null };
  const meanDiameterMm = largestMeanDiameterMm(measurements);
  const now = { volumeMm3, meanDiameterMm, sliceSpacingMm: 1 };
  const prior = {
    volumeMm3: volumeMm3 * ratio,
    meanDiameterMm: meanDiameterMm && meanDiameterMm * Math.cbrt(ratio),
    sliceSpacingMm: 1,
  };
  const { change, growth, because } = grown(prior, now, 182);
  return { change, because: because.map(said), priorTrackingUid: trackingUid, ...place, growth };
}
