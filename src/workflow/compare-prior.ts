import { grown, type Sized } from "../analyses/lung-nodule/growth.ts";
import { type Matchable, matchPrior, type Pair, pairCost } from "../analyses/lung-nodule/match-prior.ts";
import { type PriorMap, registerPrior } from "../analyses/lung-nodule/register-prior.ts";
import { type Reason, reason } from "../base/reason.ts";
import type { FindingComparison, GoneFinding, PriorComparison } from "../findings/comparison.ts";
import type { Finding } from "../findings/finding.ts";
import { largestMeanDiameterMm } from "../findings/measurement.ts";
import { shownFindings } from "../findings/shown-findings.ts";
import type { StudySummary } from "../findings/study.ts";
import { distanceBetween, type PatientPoint, patientPoint } from "../volume/space.ts";
import type { Threads } from "../volume/threads.ts";
import type { Mask } from "../volume/volume.ts";
import { type PriorReport, writtenOf } from "./prior-report.ts";
import type { StudyReading } from "./read-study.ts";
import type { SayReason } from "./to-finding.ts";

/** An examination as read by one analysis. */
export interface ReadExamination {
  readonly study: StudySummary;
  readonly reading: StudyReading;
}

/** One of which something is written too. */
interface ReportedExamination extends ReadExamination {
  readonly report: PriorReport | null;
}

export interface ComparePorts {
  readonly threads: Threads;
  readonly signal: AbortSignal;
  readonly say: SayReason;
}

/**
 * Compares the findings of an examination with those of a prior one of the same person: registers the lungs, pairs findings, looks again where one has no
 * partner, and gives a paired finding the prior's identity.
 * @returns the reading with comparisons; unchanged but for the reason where the lungs cannot be compared
 * @throws the signal's reason when aborted
 */
export async function comparePrior(now: ReadExamination, prior: ReportedExamination, ports: ComparePorts): Promise<StudyReading> {
  const { threads, signal, say } = ports;
  const common = { priorStudyInstanceUid: prior.study.studyInstanceUid, priorStudyDate: prior.study.studyDate, from: "images" as const };
  const registered = await registerPrior(prior.reading, now.reading, { threads, signal });
  if (registered.kind === "not-registered") return notCompared(now.reading, registered.because, say, common);
  const context: Context = { now, prior, registered, say, days: daysBetween(prior.study.studyDate, now.study.studyDate) };

  const was = shownFindings(prior.reading.reading);
  const is = shownFindings(now.reading.reading);
  const placed = is.map((finding) => inPrior(finding, registered));
  const pairs = matchPrior(was.map(unmoved), placed);
  const outlines = new Map(now.reading.outlines);
  const compared: Finding[] = [];
  for (const [n, finding] of is.entries()) {
    const pair = pairs.find(({ current }) => current === n);
    const partner = pair && was[pair.prior];
    compared.push(partner ? paired(finding, partner, placed[n]!, pair, context) : await unpaired(finding, placed[n]!, was, context));
  }
  const gone: GoneFinding[] = [];
  const unsure = pairs.filter(({ ambiguous }) => ambiguous).map(({ current }) => placed[current]!);
  for (const [n, finding] of was.entries()) {
    if (pairs.some((pair) => pair.prior === n)) continue;
    const again = await lookedForAgain(finding, compared, context);
    const doubtful = unsure.some((other) => pairCost(unmoved(finding), other) !== null);
    if ("change" in again) gone.push(doubtful ? { ...again, change: "cannot-tell", because: [say(reason("growth.ambiguous"))] } : again);
    else {
      compared.push(again.finding);
      if (again.outline !== null) outlines.set(again.finding.trackingUid, again.outline);
    }
  }
  for (const [n, { trackingUid }] of is.entries()) {
    const outline = outlines.get(trackingUid);
    const inherited = compared[n]!.trackingUid;
    if (outline === undefined || inherited === trackingUid) continue;
    outlines.delete(trackingUid);
    outlines.set(inherited, outline);
  }
  const below = now.reading.reading.findings.filter((finding) => !is.includes(finding));
  const { correlation, medianErrorMm } = registered;
  const comparison: PriorComparison = {
    outcome: "compared",
    because: [],
    ...common,
    registration: { correlation, medianErrorMm },
    gone,
  };
  const findings = [...compared, ...below].sort((a, b) => b.score - a.score);
  return { ...now.reading, outlines, reading: { ...withoutGrowth(now.reading), findings, comparison } };
}

/** The reading with the reason why it was not compared with a prior examination. */
export function notCompared(
  reading: StudyReading,
  because: Reason,
  say: SayReason,
  prior: Pick<PriorComparison, "priorStudyInstanceUid" | "priorStudyDate" | "from"> = {
    priorStudyInstanceUid: null,
    priorStudyDate: null,
    from: null,
  },
): StudyReading {
  const comparison: PriorComparison = { outcome: "not-compared", because: [say(because)], ...prior, registration: null, gone: [] };
  return { ...reading, reading: { ...reading.reading, comparison } };
}

interface Context {
  readonly now: ReadExamination;
  readonly prior: ReportedExamination;
  readonly registered: PriorMap;
  readonly say: SayReason;
  readonly days: number | null;
}

/** The reading without the words that growth was not assessed. */
export const withoutGrowth = ({ reading }: StudyReading): StudyReading["reading"] => ({
  ...reading,
  notAssessed: reading.notAssessed.filter(({ code }) => code !== "lung-nodule.not-assessed-growth"),
});

/** Whole days between two DICOM dates; null when one is missing or not a date. */
export function daysBetween(from: string | null, to: string | null): number | null {
  const [a, b] = [from, to].map((date) => Date.parse(`${date}`.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3T00:00Z")));
  const days = Math.round(((b ?? Number.NaN) - (a ?? Number.NaN)) / 86_400_000);
  return days > 0 ? days : null;
}

const centreOf = ({ centerMm }: Finding): PatientPoint => patientPoint(...centerMm);
const largestMm = ({ measurements }: Finding): number | null => largestMeanDiameterMm(measurements);
const unmoved = (finding: Finding): Matchable => ({ place: centreOf(finding), errorMm: 0, diameterMm: largestMm(finding) });
const inPrior = (finding: Finding, { toPrior }: PriorMap): Matchable => {
  const { point, errorMm } = toPrior(centreOf(finding));
  return { place: point, errorMm, diameterMm: largestMm(finding) };
};
const triple = ([x, y, z]: PatientPoint): [number, number, number] => [x, y, z];

/** What one examination measured of a finding. */
export function sized(finding: Finding, { study }: ReadExamination): Sized {
  const series = study.series.find(({ seriesInstanceUid }) => seriesInstanceUid === finding.seriesInstanceUid);
  const spacings = [series?.sliceSpacingMm, series?.sliceThicknessMm].filter((mm) => typeof mm === "number");
  return {
    volumeMm3: finding.volumeMm3,
    meanDiameterMm: largestMm(finding),
    sliceSpacingMm: spacings.length === 0 ? null : Math.max(...spacings),
  };
}

function paired(
  finding: Finding,
  partner: Finding,
  { errorMm }: Matchable,
  { ambiguous }: Pick<Pair, "ambiguous">,
  context: Context,
): Finding {
  const { now, prior, days, say } = context;
  const { change, growth, because } = grown(sized(partner, prior), sized(finding, now), days);
  const lungRads = prior.report && !ambiguous ? writtenOf(partner, prior.report)?.lungRads : null;
  const comparison: FindingComparison = {
    change: ambiguous ? "cannot-tell" : change,
    because: [...(ambiguous ? [reason("growth.ambiguous")] : []), ...because].map(say),
    priorTrackingUid: partner.trackingUid,
    priorPlaceMm: partner.centerMm,
    placeErrorMm: errorMm,
    growth,
    ...(lungRads && { priorLungRads: lungRads }),
  };
  return { ...finding, ...(!ambiguous && { trackingUid: partner.trackingUid }), comparison };
}

/** New, unless the prior shows it at its place after all. */
async function unpaired(finding: Finding, placed: Matchable, was: readonly Finding[], context: Context): Promise<Finding> {
  const there = (await context.prior.reading.findAt?.(placed.place)) ?? null;
  const taken = was.some((other) => there !== null && sameThing(there.finding, other));
  if (there !== null && !taken && foundAgain(unmoved(there.finding), placed)) {
    const known = paired(finding, there.finding, placed, { ambiguous: false }, context);
    const comparison = known.comparison && {
      ...known.comparison,
      because: [context.say(reason("growth.found-in-prior")), ...known.comparison.because],
    };
    return { ...known, ...(comparison && { comparison }) };
  }
  const comparison: FindingComparison = {
    change: "new",
    because: [context.say(reason("growth.new"))],
    priorTrackingUid: null,
    priorPlaceMm: triple(placed.place),
    placeErrorMm: placed.errorMm,
    growth: null,
  };
  return { ...finding, comparison };
}

/** What was measured where a finding should lie is held to be it only close by and of like size: a vessel lies near every place. */
function foundAgain(prior: Matchable, current: Matchable): boolean {
  if (prior.diameterMm === null || current.diameterMm === null) return false;
  const ratio = Math.abs(Math.log(current.diameterMm / prior.diameterMm));
  return ratio < Math.log(1.6) && distanceBetween(prior.place, current.place) < 1.5 + 3 * current.errorMm;
}

/** Two measurements of one thing: the centre of each lies in the other's radius. */
function sameThing(a: Finding, b: Finding): boolean {
  const apart = Math.hypot(...a.centerMm.map((mm, axis) => mm - b.centerMm[axis]!));
  return apart < Math.max(largestMm(a) ?? 0, largestMm(b) ?? 0, 4) / 2;
}

/** A prior finding without a partner: found again at its place, or gone. */
async function lookedForAgain(
  finding: Finding,
  taken: readonly Finding[],
  context: Context,
): Promise<GoneFinding | { readonly finding: Finding; readonly outline: Mask | null }> {
  const { now, registered, say } = context;
  const { point, errorMm } = registered.toCurrent(centreOf(finding));
  const there = (await now.reading.findAt?.(point)) ?? null;
  if (there !== null && !taken.some((other) => sameThing(there.finding, other))) {
    const placed = inPrior(there.finding, registered);
    if (foundAgain(unmoved(finding), placed)) {
      const score = now.reading.reading.operatingPoint?.score ?? 1;
      const found: Finding = { ...there.finding, score, because: [say(reason("growth.found-again"))] };
      return { finding: paired(found, finding, placed, { ambiguous: false }, context), outline: there.outline };
    }
  }
  return {
    trackingUid: finding.trackingUid,
    change: "gone",
    because: [say(reason("growth.gone", { errorMm }))],
    priorPlaceMm: finding.centerMm,
    placeMm: triple(point),
    priorVolumeMm3: finding.volumeMm3,
    priorMeanDiameterMm: largestMm(finding),
  };
}
