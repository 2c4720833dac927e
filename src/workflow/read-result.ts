import type { QualityFigure } from "../analyses/analysis.ts";
import type { Reason } from "../base/reason.ts";
import type { Person } from "../findings/person.ts";
import type { ReadResult, SaidQualityFigure, SeriesReading } from "../findings/read-result.ts";
import type { StudySummary } from "../findings/study.ts";
import { assess } from "./assess.ts";
import type { StudyReading } from "./read-study.ts";
import type { SayReason } from "./to-finding.ts";

/** Who read: program version, commit and the language its reasons are said in. */
export interface Reader {
  readonly version: string;
  readonly commit: string;
  readonly language: "en" | "zh";
}

/**
 * The whole result of one study as findings.json holds it.
 * @param intake what the intake has to say about the study as a whole (slices refused, a second patient set aside)
 */
export function readResult(
  study: StudySummary,
  readings: readonly StudyReading[],
  person: Person,
  intake: readonly Reason[],
  reader: Reader,
  say: SayReason,
): ReadResult {
  const { series: _series, ...ofStudy } = study;
  const analyses = readings.map(({ reading }) => reading);
  return {
    schema: 1,
    overread: { version: reader.version, commit: reader.commit },
    status: "unconfirmed",
    language: reader.language,
    study: ofStudy,
    intake: intake.map(say),
    person,
    series: study.series.map((series) => seriesReading(series, readings, say)),
    analyses,
    ...assess(study, person, analyses),
  };
}

function seriesReading(series: StudySummary["series"][number], readings: readonly StudyReading[], say: SayReason): SeriesReading {
  const verdicts = readings.flatMap(({ choice }) => choice.series).filter(({ stackId }) => stackId === series.stackId);
  const reasons = [...verdicts.flatMap(({ because }) => because), ...series.warnings, ...series.faults];
  const figures = readings.flatMap(({ quality }) => quality[series.stackId] ?? []);
  return {
    seriesInstanceUid: series.seriesInstanceUid,
    stackId: series.stackId,
    description: series.seriesDescription,
    role: verdicts.find(({ role }) => role !== null)?.role ?? null,
    because: distinct(reasons).map(say),
    quality: Object.fromEntries(figures.map((figure) => [figure.code, saidFigure(figure, say)])),
  };
}

const saidFigure = (figure: QualityFigure, say: SayReason): SaidQualityFigure => ({ ...figure, because: say(figure.because) });

/** Several analyses may give one reason for one series: it is said once. */
function distinct(reasons: readonly Reason[]): Reason[] {
  return [...new Map(reasons.map((each) => [JSON.stringify([each.code, each.values]), each])).values()];
}
