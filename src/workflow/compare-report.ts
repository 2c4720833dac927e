import { grown } from "../analyses/lung-nodule/growth.ts";
import { matchPrior } from "../analyses/lung-nodule/match-prior.ts";
import { reason } from "../base/reason.ts";
import type { FindingComparison, GoneFinding, PriorComparison } from "../findings/comparison.ts";
import type { Finding } from "../findings/finding.ts";
import { largestMeanDiameterMm } from "../findings/measurement.ts";
import { shownFindings } from "../findings/shown-findings.ts";
import type { StudySummary } from "../findings/study.ts";
import { patientPoint } from "../volume/space.ts";
import { daysBetween, notCompared, type ReadExamination, sized, withoutGrowth } from "./compare-prior.ts";
import { type PriorNodule, type PriorReport, sizeMm } from "./prior-report.ts";
import type { StudyReading } from "./read-study.ts";
import type { SayReason } from "./to-finding.ts";

/** How a finding was told to be a nodule of the report: the end of the reason's code. */
type How = "uid" | "place" | "side-and-size";
type Match = { readonly nodule: PriorNodule; readonly how: How; readonly ambiguous: boolean };

/** Without registration a place is off by the breath: so much is allowed for, three times over (mm). */
const breathMm = 5;
/** Diameters on one side of the chest differ at most by this factor, up or down, to be one nodule's. */
const mostRatio = 2;

/**
 * Compares the findings of an examination with what is written of a prior one of the same person whose images are not at hand. Nothing can be registered nor
 * looked for at its place: nodules are told by tracking UID, else by place in one frame of reference, else as the only one of like size on its side.
 */
export function compareReport(
  now: ReadExamination,
  prior: { readonly study: StudySummary; readonly report: PriorReport },
  say: SayReason,
): StudyReading {
  const { studyInstanceUid, studyDate } = prior.study;
  const common = { priorStudyInstanceUid: studyInstanceUid, priorStudyDate: studyDate, from: "report" as const };
  const { nodules, complete } = prior.report;
  const { outcome } = now.reading.reading;
  if (outcome === "declined" || outcome === "failed") return notCompared(now.reading, reason("growth.prior-not-read"), say, common);
  if (nodules.length === 0) return notCompared(now.reading, reason("growth.prior-report-empty"), say, common);
  const { reading } = now.reading;
  const shown = shownFindings(reading);
  const matches = matched(nodules, shown);
  const taken = new Set([...matches.values()].map(({ nodule }) => nodule));
  const left = nodules.filter((nodule) => !taken.has(nodule));
  const days = daysBetween(studyDate, now.study.studyDate);
  const findings = reading.findings.map((finding) => {
    if (!shown.includes(finding)) return finding;
    const match = matches.get(finding);
    if (match !== undefined) return paired(finding, match, now, days, say);
    const mayBeListed = !complete || left.some(({ side }) => side === finding.side || side === "unknown" || finding.side === "unknown");
    const comparison = mayBeListed ? alone("cannot-tell", "growth.not-in-report", say) : alone("new", "growth.not-in-complete-report", say);
    return { ...finding, comparison };
  });
  const gone = left.map((nodule) => notMarked(nodule, say));
  const comparison: PriorComparison = {
    outcome: "compared",
    because: [say(reason("growth.no-registration"))],
    ...common,
    registration: null,
    gone,
  };
  return {
    ...now.reading,
    outlines: renamed(now.reading.outlines, reading.findings, findings),
    reading: { ...withoutGrowth(now.reading), findings, comparison },
  };
}

/** The surest way first; a nodule that one way has told is no longer in question for the next. */
function matched(nodules: readonly PriorNodule[], findings: readonly Finding[]): Map<Finding, Match> {
  const found = new Map<Finding, Match>();
  for (const [how, pairsOf] of [
    ["uid", byUid],
    ["place", byPlace],
    ["side-and-size", bySideAndSize],
  ] as const) {
    const taken = new Set([...found.values()].map(({ nodule }) => nodule));
    const pairs = pairsOf(
      nodules.filter((nodule) => !taken.has(nodule)),
      findings.filter((finding) => !found.has(finding)),
    );
    for (const { nodule, finding, ambiguous } of pairs) found.set(finding, { nodule, how, ambiguous });
  }
  return found;
}

type Pairs = readonly { readonly nodule: PriorNodule; readonly finding: Finding; readonly ambiguous: boolean }[];

const byUid = (nodules: readonly PriorNodule[], findings: readonly Finding[]): Pairs =>
  findings.flatMap((finding) => {
    const nodule = nodules.find(({ trackingUid }) => trackingUid === finding.trackingUid);
    return nodule === undefined ? [] : [{ nodule, finding, ambiguous: false }];
  });

function byPlace(nodules: readonly PriorNodule[], findings: readonly Finding[]): Pairs {
  return [...new Set(findings.map(({ frameOfReferenceUid }) => frameOfReferenceUid))].flatMap((frame) => {
    if (frame === null) return [];
    const inFrame = <Of extends { frameOfReferenceUid: string | null }>(of: Of): boolean => of.frameOfReferenceUid === frame;
    const was = nodules.filter((nodule) => inFrame(nodule) && nodule.centerMm !== null);
    const is = findings.filter(inFrame);
    const pairs = matchPrior(
      was.map((nodule) => ({ place: patientPoint(...nodule.centerMm!), errorMm: breathMm, diameterMm: sizeMm(nodule) })),
      is.map(({ centerMm, measurements }) => ({
        place: patientPoint(...centerMm),
        errorMm: breathMm,
        diameterMm: largestMeanDiameterMm(measurements),
      })),
    );
    return pairs.map(({ prior, current, ambiguous }) => ({ nodule: was[prior]!, finding: is[current]!, ambiguous }));
  });
}

/** Where more than one may be meant, the nearest in size stands for them and the pair is ambiguous. */
function bySideAndSize(nodules: readonly PriorNodule[], findings: readonly Finding[]): Pairs {
  const ratio = (nodule: PriorNodule, { measurements }: Finding): number =>
    Math.abs(Math.log((sizeMm(nodule) ?? Number.NaN) / (largestMeanDiameterMm(measurements) ?? Number.NaN)));
  const mayBe = (nodule: PriorNodule, finding: Finding): boolean =>
    nodule.side !== "unknown" && nodule.side === finding.side && ratio(nodule, finding) <= Math.log(mostRatio);
  const possible = nodules.flatMap((nodule) =>
    findings.filter((finding) => mayBe(nodule, finding)).map((finding) => ({ nodule, finding })),
  );
  const pairs: { nodule: PriorNodule; finding: Finding; ambiguous: boolean }[] = [];
  for (const pair of possible.toSorted((a, b) => ratio(a.nodule, a.finding) - ratio(b.nodule, b.finding))) {
    if (pairs.some(({ nodule, finding }) => nodule === pair.nodule || finding === pair.finding)) continue;
    const rivals = possible.filter(({ nodule, finding }) => nodule === pair.nodule || finding === pair.finding);
    pairs.push({ ...pair, ambiguous: rivals.length > 1 });
  }
  return pairs;
}

/** By side and size alone a finding does not take the identity of the prior one. */
function paired(finding: Finding, { nodule, how, ambiguous }: Match, now: ReadExamination, days: number | null, say: SayReason): Finding {
  const axialMm = finding.measurements.find(({ plane }) => plane === "axial")?.meanDiameterMm ?? null;
  const size = sized(finding, now);
  const is = nodule.axialOnly ? { ...size, meanDiameterMm: axialMm } : size;
  const { change, growth, because } = grown(nodule, is, days);
  const comparison: FindingComparison = {
    change: ambiguous ? "cannot-tell" : change,
    because: [
      reason(`growth.matched-by-${how}`),
      ...(ambiguous ? [reason("growth.ambiguous")] : []),
      ...(nodule.ownMeasurement ? [] : [reason("growth.measured-otherwise")]),
      ...because,
    ].map(say),
    priorTrackingUid: nodule.trackingUid,
    priorPlaceMm: nodule.centerMm && [...nodule.centerMm],
    placeErrorMm: null,
    growth,
    ...(nodule.lungRads !== null && !ambiguous && { priorLungRads: nodule.lungRads }),
  };
  return { ...finding, ...(how !== "side-and-size" && !ambiguous && { trackingUid: nodule.trackingUid }), comparison };
}

const alone = (change: "new" | "cannot-tell", code: string, say: SayReason): FindingComparison => ({
  change,
  because: [say(reason(code))],
  priorTrackingUid: null,
  priorPlaceMm: null,
  placeErrorMm: null,
  growth: null,
});

/** Never "gone": without a place in this scan nobody has looked for it. */
const notMarked = (nodule: PriorNodule, say: SayReason): GoneFinding => ({
  trackingUid: nodule.trackingUid,
  change: "cannot-tell",
  because: [say(reason("growth.not-marked-now"))],
  priorPlaceMm: nodule.centerMm && [...nodule.centerMm],
  placeMm: null,
  priorVolumeMm3: nodule.volumeMm3,
  priorMeanDiameterMm: nodule.meanDiameterMm,
});

/** Each outline under the identity that its finding bears now. */
function renamed(outlines: StudyReading["outlines"], before: readonly Finding[], after: readonly Finding[]): StudyReading["outlines"] {
  const now = new Map(before.map(({ trackingUid }, n) => [trackingUid, after[n]?.trackingUid ?? trackingUid]));
  return new Map([...outlines].map(([uid, outline]) => [now.get(uid) ?? uid, outline]));
}
