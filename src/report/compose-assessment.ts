import type { Assessment, RiskEstimate } from "../findings/assessment.ts";
import type { Finding } from "../findings/finding.ts";
import type { AnalysisReading, ReadResult } from "../findings/read-result.ts";
import { type Language, say, sayNumber, sayTyped } from "../words/say.ts";
import { noduleLines, numberedFindings } from "./compose-nodule-lines.ts";
import type { Block, Cell, Section } from "./report-document.ts";
import { joined } from "./said.ts";
import { certainOutcome, sayAssessment, sayInputs, withCertainRules } from "./say-outcome.ts";

/**
 * What the named guideline, or those that suit the reason of the examination, say of it and of each nodule, one line a nodule, and the risk models side by side.
 */
export function assessmentSection(
  result: ReadResult,
  analysis: AnalysisReading,
  language: Language,
  guideline: string | null = null,
): Section[] {
  const chosen = chosenGuidelines(result, language, guideline);
  const [first] = chosen;
  if (first === undefined) return [];
  const lines = noduleLines(result, analysis, first, language);
  const blocks: Block[] = [
    { kind: "paragraph", tone: "quiet", text: sayTyped(language, "assessment.lead") },
    ...chosen.map((whole) => wholeBlock(whole, language)),
    {
      kind: "list",
      label: sayTyped(language, "assessment.nodule-lines", { guideline: say(language, `guideline.${first.guideline}`) }),
      items: lines.length === 0 ? [sayTyped(language, "assessment.no-nodule-lines")] : lines,
    },
    ...[assumedSentence(result.assessments, language)].filter((text) => text !== "").map(quiet),
    ...(lines.length === 0 ? [] : riskBlocks(result, analysis, language)),
  ];
  return [{ heading: sayTyped(language, "assessment.heading"), blocks }];
}

/** What the guidelines to be shown say of the examination: the named one, or those made for its reason; all of them where that is not known. */
export function chosenGuidelines(
  { assessments, person: { reason } }: ReadResult,
  language: Language,
  guideline: string | null,
): Assessment[] {
  const wholes = assessments.filter(({ trackingUid }) => trackingUid === null).map((whole) => withCertainRules(whole, assessments));
  if (guideline !== null) return wholes.filter((each) => each.guideline === guideline);
  const screening = language === "zh" ? ["c-lung-rads-2024", "lung-rads-2022"] : ["lung-rads-2022"];
  const incidental = language === "zh" ? ["china-2018", "fleischner-2017"] : ["fleischner-2017", "bts-2015"];
  const wanted = reason.endsWith("-screening") ? screening : reason === "incidental" ? incidental : wholes.map((each) => each.guideline);
  return wanted.flatMap((id) => wholes.filter((each) => each.guideline === id));
}

function wholeBlock(whole: Assessment, language: Language): Block {
  const guideline = say(language, `guideline.${whole.guideline}`);
  const blocks: Block[] = [
    { kind: "paragraph", tone: "strong", text: sayAssessment(whole, language) },
    ...[missingSentence(whole, language)].filter((text) => text !== "").map(quiet),
    quiet(joined([validitySentence(whole, language), whole.source], language)),
  ];
  return { kind: "group", heading: sayTyped(language, "assessment.examination", { guideline }), blocks };
}

/** Whom the guideline is made for, and from when its months count. */
export const validitySentence = ({ guideline, monthsFrom }: Assessment, language: Language): string =>
  joined([say(language, `guideline.${guideline}.population`), sayTyped(language, `step.from-${monthsFrom}`)], language);

/** Which unknown inputs leave several outcomes possible; empty where none does. */
export function missingSentence(whole: Assessment, language: Language): string {
  if (certainOutcome(whole) !== null || whole.missing.length === 0) return "";
  return sayTyped(language, "assessment.missing", { inputs: sayInputs(whole.missing, language) });
}

const quiet = (text: string): Block => ({ kind: "paragraph", tone: "quiet", text });

/** What these assessments ask for and nobody looked at; empty where there is no such thing. */
export function assumedSentence(assessments: readonly Assessment[], language: Language): string {
  const assumed = new Set(assessments.flatMap(({ used }) => used.filter(({ from }) => from === "assumed").map(({ input }) => input)));
  return assumed.size === 0 ? "" : sayTyped(language, "assessment.assumed", { inputs: sayInputs([...assumed], language) });
}

function riskBlocks({ risks }: ReadResult, analysis: AnalysisReading, language: Language): Block[] {
  const models = [...new Set(risks.map(({ model }) => model))];
  // A page is no wider: the first six marks; all stand in findings.json.
  const columns = numberedFindings(analysis).slice(0, 6);
  const cell = (text: string): Cell => ({ lines: [text] });
  const riskOf = (model: string, { trackingUid }: Finding): string => {
    const risk = risks.find((each) => each.model === model && each.trackingUid === trackingUid);
    return risk === undefined ? "–" : sayPercent(risk);
  };
  return [
    quiet(sayTyped(language, "assessment.risks-lead")),
    {
      kind: "table",
      columns: [
        { label: sayTyped(language, "assessment.col-model"), align: "left", share: 20 },
        ...columns.map(({ number }) => ({
          label: sayTyped(language, "assessment.col-nodule", { number }),
          align: "right" as const,
          share: 12,
        })),
        { label: sayTyped(language, "assessment.col-population"), align: "left", share: 40 },
      ],
      rows: models.map((model) => [
        cell(say(language, `risk-model.${model}.name`)),
        ...columns.map(({ finding }) => cell(riskOf(model, finding))),
        {
          lines: [joined([say(language, `risk-model.${model}.population`), say(language, `risk-model.${model}.outcome`)], language)],
          tone: "quiet",
        },
      ]),
    },
  ];
}

/** The probability of one model without the sign: a range where inputs are missing. */
export function sayPercent({ probability: { low, high } }: RiskEstimate): string {
  const [from, to] = [low, high].map((share) => sayNumber(100 * share, 1));
  return from === to ? `${from}` : `${from}–${to}`;
}
