import type { Assessment } from "../findings/assessment.ts";
import type { Finding } from "../findings/finding.ts";
import { largestMeanDiameterMm } from "../findings/measurement.ts";
import type { AnalysisReading, ReadResult } from "../findings/read-result.ts";
import { shownFindings } from "../findings/shown-findings.ts";
import { type Language, sayTyped } from "../words/say.ts";
import { imageText, kindText, sideText } from "./compose-findings.ts";
import { joined, said } from "./said.ts";
import { certainOutcome, sayAssessment } from "./say-outcome.ts";

/** A finding that nobody rejected, under the number it has in the whole report. */
export interface Numbered {
  readonly number: number;
  readonly finding: Finding;
}

export const numberedFindings = (analysis: AnalysisReading): Numbered[] =>
  shownFindings(analysis)
    .map((finding, index) => ({ number: index + 1, finding }))
    .filter(({ finding }) => finding.verdict !== "rejected");

/**
 * One line a nodule as a colleague would dictate it, with what the guideline says of it. Solid nodules that decide nothing are folded into one line, but never one that is
 * new or growing or whose change cannot be told, nor one of another kind.
 * @param whole what the guideline says of the examination
 */
export function noduleLines(result: ReadResult, analysis: AnalysisReading, whole: Assessment, language: Language): string[] {
  const own = result.assessments.filter(({ guideline }) => guideline === whole.guideline);
  const sayOf = (finding: Finding): string => {
    const assessment = own.find(({ trackingUid }) => trackingUid === finding.trackingUid);
    return assessment === undefined ? "" : sayAssessment(assessment, language);
  };
  const open = new Set(own.filter((each) => certainOutcome(each) === null).map((each) => sayAssessment(each, language)));
  const repeats = repeatsAfter(whole, open, language);
  const isFolded = ({ texture, trackingUid, comparison }: Finding): boolean => {
    const change = comparison?.change ?? "stable";
    return texture === "solid" && (change === "stable" || change === "shrunken") && !whole.decidedBy.includes(trackingUid);
  };
  const all = numberedFindings(analysis);
  const folded = Map.groupBy(
    all.filter(({ finding }) => isFolded(finding)),
    ({ finding }) => sayOf(finding),
  );
  return [
    ...all
      .filter(({ finding }) => !isFolded(finding))
      .map((numbered) => joined([dictated(numbered, result, language), repeats(sayOf(numbered.finding), numbered.number)], language)),
    ...[...folded].map(([outcome, same]) => {
      const meanMm = Math.max(...same.map(({ finding }) => largestMeanDiameterMm(finding.measurements) ?? 0));
      const numbers = same.map(({ number }) => number).join(language === "zh" ? "、" : ", ");
      const said = repeats(outcome, same[0]?.number ?? 0);
      return sayTyped(language, "assessment.folded", { count: same.length, numbers, meanMm, outcome: said });
    }),
  ];
}

/** Says a list of possible outcomes once, and after that where it was said; that a guideline is not meant for the examination is not said again of each nodule. */
function repeatsAfter(whole: Assessment, open: ReadonlySet<string>, language: Language): (outcome: string, number: number) => string {
  const certain = certainOutcome(whole);
  const before = new Map<string, string>();
  if (certain === null) before.set(sayAssessment(whole, language), sayTyped(language, "assessment.as-examination"));
  else if (certain.outcome.kind === "declined") before.set(sayAssessment(whole, language), "");
  return (outcome, number) => {
    const said = before.get(outcome) ?? outcome;
    if (open.has(outcome) && !before.has(outcome)) before.set(outcome, sayTyped(language, "assessment.as-nodule", { number }));
    return said;
  };
}

/** Number, side, slice (and series, where several were read), kind, size, density; what became of it since the prior examination; what limits its figures. */
function dictated({ number, finding }: Numbered, { series }: ReadResult, language: Language): string {
  const { measurements, volumeMm3, meanHu, comparison, flags, notMeasurable } = finding;
  const axial = measurements.find(({ plane }) => plane === "axial");
  const read = series.filter(({ role }) => role !== null);
  const name = read.find(({ seriesInstanceUid }) => seriesInstanceUid === finding.seriesInstanceUid)?.description?.trim() ?? "";
  const image = imageText(finding, language);
  const size = [
    axial && sayTyped(language, "assessment.line-size", { long: axial.longAxisMm, short: axial.shortAxisMm, mean: axial.meanDiameterMm }),
    volumeMm3 !== null && sayTyped(language, "assessment.line-volume", { volumeMm3 }),
    meanHu !== null && sayTyped(language, "assessment.line-hu", { meanHu }),
    comparison && sayTyped(language, `assessment.change-${comparison.change}`),
    comparison?.growth?.days && sayTyped(language, "assessment.interval", { days: comparison.growth.days }),
  ];
  const line = sayTyped(language, "assessment.line", {
    number,
    side: sideText(finding, language),
    image: read.length < 2 || name === "" ? image : sayTyped(language, "assessment.line-series", { image, series: name }),
    kind: kindText(finding, language),
    size: size.filter(Boolean).join(""),
  });
  const more = [
    ...(comparison?.because ?? []).filter(({ code }) => code !== "growth.new"),
    ...flags,
    ...(notMeasurable ? [notMeasurable] : []),
  ];
  return joined([line, ...more.map((each) => said(language, each))], language);
}
