import type { Assessment } from "../findings/assessment.ts";
import type { AnalysisReading, ReadResult } from "../findings/read-result.ts";
import { type Language, say, sayTyped } from "../words/say.ts";
import { blockLines } from "./block-lines.ts";
import { notReadBlocks } from "./compose.ts";
import { assumedSentence, chosenGuidelines, missingSentence, sayPercent, validitySentence } from "./compose-assessment.ts";
import { comparisonBlocks } from "./compose-comparison.ts";
import { coverageSentence, seriesRead, sliceThicknessMm, smallestSolidNoduleMm } from "./compose-negative.ts";
import { noduleLines, numberedFindings } from "./compose-nodule-lines.ts";
import { joined, said, sayDate, sayPersonName, word } from "./said.ts";
import { certainOutcome, sayOutcome, sayPossible, sayRaised, sayRules } from "./say-outcome.ts";
import { filled, type Placeholder, parseTemplate, type Template } from "./template.ts";
import { defaultTemplate } from "./template-default.ts";

type Lines = readonly string[];

/**
 * The report as a colleague would dictate it. That it is unconfirmed, and what was not read, stands before the template: none can leave it out, and of lungs that were not
 * read nothing further is said.
 * @param guideline the one it goes by; null: the first that suits the reason of the examination
 * @param template null: the guideline's own
 * @throws RangeError when lungs that were read were not assessed by the guideline
 */
export function dictation(
  result: ReadResult,
  language: Language,
  guideline: string | null = null,
  template: Template | null = null,
): string {
  const analysis = result.analyses.find(({ id }) => id === "lung-nodule");
  const notes = result.intake.map((each) => said(language, each));
  if (analysis === undefined || analysis.outcome === "declined" || analysis.outcome === "failed") {
    const because =
      analysis === undefined ? [sayTyped(language, "report.no-analysis")] : notReadBlocks(analysis, language).flatMap(blockLines);
    return headed([...because, ...notes, ...examination(result)], "", language);
  }
  const [whole, ...others] = chosenGuidelines(result, language, guideline);
  if (whole === undefined) throw new RangeError(`not assessed by ${guideline ?? "any guideline"}`);
  const partial = analysis.outcome === "partial" ? [sayTyped(language, "report.limited-read")] : [];
  const spoken = filled(
    template ?? parseTemplate(defaultTemplate(whole.guideline, language)),
    values(result, analysis, [whole, ...others], language),
  );
  return headed([...partial, ...analysis.because.map((each) => said(language, each)), ...notes], spoken, language);
}

const headed = (warnings: Lines, spoken: string, language: Language): string =>
  `${[text([sayTyped(language, "dictation.unconfirmed"), ...warnings]), spoken].filter((part) => part !== "").join("\n\n")}\n`;

/** Lines without what headers may hide in them: a control character could begin a line of its own. */
const text = (lines: Lines): string =>
  lines
    .map((line) => line.replace(/\p{Cc}+/gu, " "))
    .filter((line) => line.trim() !== "")
    .join("\n");

/** @param wholes what the guideline it goes by says of the examination, then those that suit it too */
function values(
  result: ReadResult,
  analysis: AnalysisReading,
  [whole, ...others]: readonly [Assessment, ...Assessment[]],
  language: Language,
): Record<Placeholder, string> {
  const { person, study } = result;
  const lines = noduleLines(result, analysis, whole, language);
  return {
    patient: text([[study.patient.name === null ? "" : sayPersonName(study.patient.name), study.patient.id].filter(Boolean).join(" · ")]),
    examination: text(examination(result)),
    reason: person.reason === "unknown" ? "" : word(language, person.reason),
    technique: text([joined(technique(result, language), language)]),
    comparison: text(
      analysis.comparison === undefined
        ? [sayTyped(language, "dictation.no-prior")]
        : comparisonBlocks(analysis, language).flatMap(blockLines),
    ),
    findings: text(lines.length > 0 ? lines : [sayTyped(language, "report.none")]),
    negatives: text(negatives(result, analysis, language)),
    guideline: text([
      joined(
        [`${names([whole], language)}${stop[language]}`, validitySentence(whole, language), otherGuidelines(others, language)],
        language,
      ),
    ]),
    category: text([category(whole, language)]),
    "next-step": text([nextStep(whole, language)]),
    missing: text([missingSentence(whole, language)]),
    assumed: text([
      assumedSentence(
        result.assessments.filter(({ guideline }) => guideline === whole.guideline),
        language,
      ),
    ]),
    risks: text(risks(result, analysis, language)),
    "not-assessed": text([analysis.notAssessed.map((each) => said(language, each)).join(language === "zh" ? "；" : "; ")]),
  };
}

const names = (wholes: readonly Assessment[], language: Language): string =>
  wholes.map(({ guideline }) => say(language, `guideline.${guideline}`)).join(language === "zh" ? "、" : ", ");

const otherGuidelines = (others: readonly Assessment[], language: Language): string =>
  others.length === 0 ? "" : sayTyped(language, "dictation.other-guidelines", { guidelines: names(others, language) });

const examination = ({ study: { studyDescription, studyDate, accessionNumber } }: ReadResult): Lines => [
  [studyDescription, studyDate === null ? null : sayDate(studyDate), accessionNumber].filter(Boolean).join(" · "),
];

/** What was read, and what limits it. */
function technique(result: ReadResult, language: Language): Lines {
  const series = seriesRead(result);
  const name = series?.description?.trim() ?? "";
  const limited = Object.values(series?.quality ?? {}).filter(({ grade }) => grade === "limited" || grade === "unusable");
  return [
    name === "" ? "" : sayTyped(language, "dictation.read-series", { series: name }),
    coverageSentence(result, language),
    ...limited.map(({ because }) => said(language, because)),
  ];
}

/** What is not among the marks, as far as all of them are known; what size would have been marked; what no mark does not mean. */
function negatives(result: ReadResult, analysis: AnalysisReading, language: Language): Lines {
  const findings = numberedFindings(analysis).map(({ finding }) => finding);
  const changes = findings.map(({ comparison }) => comparison?.change ?? "cannot-tell");
  const kinds = (["part-solid", "non-solid", "mass", "new", "grown"] as const).filter((kind) => {
    if (kind === "mass") return findings.every((finding) => finding.kind !== "mass" && finding.measurements.length > 0);
    if (kind === "new" || kind === "grown") return !changes.includes("cannot-tell") && !changes.includes(kind);
    return findings.every(({ texture }) => texture !== "unknown" && texture !== kind);
  });
  const absent = kinds.map((kind) => sayTyped(language, `dictation.kind-${kind}`));
  const list = [absent.slice(0, -1).join(language === "zh" ? "、" : ", "), ...absent.slice(-1)].filter((part) => part !== "");
  const thicknessMm = sliceThicknessMm(result);
  return [
    findings.length > 0 && absent.length > 0
      ? sayTyped(language, "dictation.none-such", { kinds: list.join(sayTyped(language, "step.or")) })
      : "",
    thicknessMm === null ? "" : sayTyped(language, "dictation.smallest", { smallestMm: smallestSolidNoduleMm(thicknessMm) }),
    sayTyped(language, "dictation.not-ruled-out"),
  ];
}

/** The category, or all that are possible; empty where the guideline gives none. */
function category(whole: Assessment, language: Language): string {
  const certain = certainOutcome(whole);
  if (whole.outcomes.every((outcome) => outcome.category === null)) return "";
  if (certain === null) return sayTyped(language, "assessment.possible", { outcomes: sayPossible(whole, language) });
  return joined(
    [`${sayOutcome(whole, { ...certain.outcome, nextSteps: [] }, language)}${stop[language]}`, sayRaised(whole, language)],
    language,
  );
}

/** The next step with the rules that lead there; the possible ones of a guideline without categories; else that it is open. */
function nextStep(whole: Assessment, language: Language): string {
  const certain = certainOutcome(whole);
  if (certain !== null) {
    const { outcome } = certain;
    const steps = sayOutcome(whole, { ...outcome, category: null }, language);
    return steps === ""
      ? sayRules(outcome, language)
      : sayTyped(language, "assessment.outcome-rules", { outcome: steps, rules: sayRules(outcome, language) });
  }
  if (whole.outcomes.some((outcome) => outcome.category !== null)) return sayTyped(language, "dictation.step-open");
  return sayTyped(language, "assessment.possible", { outcomes: sayPossible(whole, language) });
}

const stop: Readonly<Record<Language, string>> = { en: ".", zh: "。" };

/** One line a nodule: every model's probability. */
const risks = (result: ReadResult, analysis: AnalysisReading, language: Language): Lines =>
  numberedFindings(analysis).map(({ number, finding }) => {
    const models = result.risks
      .filter(({ trackingUid }) => trackingUid === finding.trackingUid)
      .map((risk) =>
        sayTyped(language, "dictation.risk-model", { model: say(language, `risk-model.${risk.model}.name`), percent: sayPercent(risk) }),
      );
    return sayTyped(language, "dictation.risk", { number, models: models.join(language === "zh" ? "；" : "; ") });
  });
