import type { TextSection } from "../dicom/sr/basic-text-sr.ts";
import type { SrWords } from "../dicom/sr/sr-input.ts";
import type { Finding } from "../findings/finding.ts";
import type { AnalysisReading, ReadResult } from "../findings/read-result.ts";
import { blockLines } from "../report/block-lines.ts";
import { sayPercent } from "../report/compose-assessment.ts";
import { comparisonBlocks } from "../report/compose-comparison.ts";
import { kindText, sideText } from "../report/compose-findings.ts";
import { joined, word } from "../report/said.ts";
import { sayAssessment, sayInputs, sayStep, withCertainRules } from "../report/say-outcome.ts";
import { type Language, say, sayTyped } from "../words/say.ts";

/** The words of a read's structured reports, in its language. */
export function srWords({ analyses, assessments, language }: ReadResult): SrWords {
  const findings = analyses.flatMap((analysis) => analysis.findings);
  const sentences = (reasons: readonly { text: string }[]): string =>
    joined(
      reasons.map(({ text }) => text),
      language,
    );
  return {
    remarks: [
      sayTyped(language, "report.status"),
      sayTyped(language, "report.status-detail"),
      sayTyped(language, "sr.score-meaning"),
      ...analyses.map((analysis) => outcomeSentence(analysis, language)),
      ...analyses.flatMap((analysis) => comparisonBlocks(analysis, language).flatMap(blockLines)).map((line) => line.trim()),
    ],
    findingName: ({ kind, trackingUid }) =>
      sayTyped(language, `sr.${kind}`, { number: findings.findIndex((each) => each.trackingUid === trackingUid) + 1 }),
    seriesRemark: ({ role, description, because }) =>
      sayTyped(language, role === null ? "sr.series-not-read" : "sr.series-read", {
        name: description ?? sayTyped(language, "report.unnamed-series"),
        reasons: sentences(because),
      }),
    assessment: (assessment) =>
      `${say(language, `guideline.${assessment.guideline}`)}: ${sayAssessment(withCertainRules(assessment, assessments), language)} [${[...new Set(assessment.outcomes.flatMap(({ rules }) => rules.map(({ code }) => code)))].join(", ")}]`,
    step: (step) => sayStep(step, language),
    risk: (estimate) => {
      const { model, missing } = estimate;
      const of = (what: string): string => say(language, `risk-model.${model}.${what}`);
      const risk = { model: of("name"), percent: sayPercent(estimate), outcome: of("outcome"), population: of("population") };
      const lacks = missing.length === 0 ? "" : sayTyped(language, "assessment.missing", { inputs: sayInputs(missing, language) });
      return joined([sayTyped(language, "sr.risk", risk), lacks], language);
    },
    change: ({ change, because }) =>
      joined([sayTyped(language, "sr.change", { change: `change-${change}` }), sentences(because)], language),
    notAssessed: (what) => sayTyped(language, "sr.not-assessed", { what }),
  };
}

/** The same facts in sentences, for systems that show text alone. */
export function srSections(result: ReadResult, words: SrWords): TextSection[] {
  const { analyses, series, intake, language } = result;
  const findings = analyses.flatMap((analysis) => analysis.findings);
  const assessed = (uid: string | null): string[] => [
    ...result.assessments.filter(({ trackingUid }) => trackingUid === uid).map(words.assessment),
    ...result.risks.filter(({ trackingUid }) => trackingUid === uid).map(words.risk),
  ];
  const changed = ({ comparison }: Finding): string => (comparison === undefined ? "" : words.change(comparison));
  return [
    {
      heading: "summary",
      paragraphs: [...words.remarks, ...assessed(null), ...analyses.flatMap(({ because }) => because.map(({ text }) => text))],
    },
    ...(findings.length > 0
      ? [
          {
            heading: "findings" as const,
            paragraphs: findings.map((finding) =>
              joined(
                [findingSentences(finding, words.findingName(finding), language), changed(finding), ...assessed(finding.trackingUid)],
                language,
              ),
            ),
          },
        ]
      : []),
    {
      heading: "procedure",
      paragraphs: [
        ...intake.map(({ text }) => text),
        ...series.map(words.seriesRemark),
        ...series.flatMap(({ quality }) => Object.values(quality).map(({ because }) => because.text)),
        ...analyses.flatMap(({ notAssessed }) => notAssessed.map(({ text }) => words.notAssessed(text))),
      ],
    },
  ];
}

function outcomeSentence({ id, outcome, findings }: AnalysisReading, language: Language): string {
  const analysis = word(language, id);
  if (outcome === "declined") return sayTyped(language, "report.declined", { analysis });
  if (outcome === "failed") return sayTyped(language, "report.failed", { analysis });
  if (findings.length > 0) return sayTyped(language, "report.marked", { count: findings.length });
  return joined([sayTyped(language, "report.none"), sayTyped(language, "report.none-meaning")], language);
}

function findingSentences(finding: Finding, name: string, language: Language): string {
  const { measurements, volumeMm3, meanHu, score, because, flags, notMeasurable } = finding;
  const [what, where] = [kindText(finding, language), sideText(finding, language)];
  return joined(
    [
      sayTyped(language, "sr.finding", { name, what, where }),
      ...measurements.map((plane) => sayTyped(language, "sr.axes", plane)),
      ...(volumeMm3 === null ? [] : [sayTyped(language, "sr.volume", { volumeMm3 })]),
      ...(meanHu === null ? [] : [sayTyped(language, "sr.mean-hu", { meanHu })]),
      sayTyped(language, "sr.score", { score }),
      ...[...because, ...flags, ...(notMeasurable ? [notMeasurable] : [])].map(({ text }) => text),
    ],
    language,
  );
}
