import type { Assessment } from "../findings/assessment.ts";
import type { Finding } from "../findings/finding.ts";
import { largestMeanDiameterMm } from "../findings/measurement.ts";
import type { Person } from "../findings/person.ts";
import type { AnalysisReading, ReadResult } from "../findings/read-result.ts";
import { standingFindings } from "../findings/shown-findings.ts";
import { type Language, say, sayNumber, sayTyped } from "../words/say.ts";
import { imageText, kindText, sideText } from "./compose-findings.ts";
import type { Block, Cell, Section } from "./report-document.ts";
import { sayOutcome, sayRules } from "./say-outcome.ts";

const comma: Readonly<Record<Language, string>> = { en: ", ", zh: "、" };

/**
 * What the named guideline, or those that suit the reason of the examination, say of it and of each nodule, one line a nodule, and the risk models side by side. Findings
 * that decide nothing under the first of these guidelines are folded into one line, but never one that is subsolid, new or growing.
 */
export function assessmentSection(
  result: ReadResult,
  analysis: AnalysisReading,
  language: Language,
  guideline: string | null = null,
): Section[] {
  const wholes = result.assessments.filter(({ trackingUid }) => trackingUid === null);
  const chosen =
    guideline === null ? suited(wholes, result.person.reason, language) : wholes.filter((each) => each.guideline === guideline);
  const [first] = chosen;
  if (first === undefined) return [];
  const findings = standingFindings(analysis);
  const blocks: Block[] = [
    { kind: "paragraph", tone: "quiet", text: sayTyped(language, "assessment.lead") },
    ...chosen.map((whole) => wholeBlock(whole, language)),
    {
      kind: "list",
      label: sayTyped(language, "assessment.nodule-lines", { guideline: say(language, `guideline.${first.guideline}`) }),
      items: findings.length === 0 ? [sayTyped(language, "assessment.no-nodule-lines")] : noduleLines(result, first, findings, language),
    },
    ...assumedBlock(result.assessments, language),
    ...(findings.length === 0 ? [] : riskBlocks(result, findings, language)),
  ];
  return [{ heading: sayTyped(language, "assessment.heading"), blocks }];
}

/** Guidelines made for the reason of the examination; all of them where that is not known. */
function suited(wholes: readonly Assessment[], reason: Person["reason"], language: Language): Assessment[] {
  const screening = language === "zh" ? ["c-lung-rads-2024", "lung-rads-2022"] : ["lung-rads-2022"];
  const incidental = language === "zh" ? ["china-2018", "fleischner-2017"] : ["fleischner-2017", "bts-2015"];
  const wanted = reason.endsWith("-screening")
    ? screening
    : reason === "incidental"
      ? incidental
      : wholes.map(({ guideline }) => guideline);
  return wanted.flatMap((id) => wholes.filter(({ guideline }) => guideline === id));
}

function wholeBlock(whole: Assessment, language: Language): Block {
  const guideline = say(language, `guideline.${whole.guideline}`);
  const blocks: Block[] = [
    { kind: "paragraph", tone: "strong", text: outcomeText(whole, language) },
    ...(whole.missing.length === 0 ? [] : [quiet(sayTyped(language, "assessment.missing", { inputs: inputs(whole.missing, language) }))]),
    quiet(
      `${say(language, `guideline.${whole.guideline}.population`)} ${sayTyped(language, `step.from-${whole.monthsFrom}`)} ${whole.source}`,
    ),
  ];
  return { kind: "group", heading: sayTyped(language, "assessment.examination", { guideline }), blocks };
}

/** The one outcome with its rules; of several possible ones the categories alone, or the next steps where there are none. Their rules stand in findings.json. */
function outcomeText(assessment: Assessment, language: Language): string {
  const [only, ...others] = assessment.outcomes;
  if (only !== undefined && others.length === 0) return `${sayOutcome(assessment, only, language)} (${sayRules(only, language)})`;
  const said = assessment.outcomes.map((outcome) =>
    sayOutcome(assessment, outcome.category === null ? outcome : { ...outcome, nextSteps: [] }, language).replace(/[.。]$/, ""),
  );
  return `${sayTyped(language, "assessment.possible")} ${[...new Set(said)].join(" / ")}${language === "zh" ? "。" : "."}`;
}

const quiet = (text: string): Block => ({ kind: "paragraph", tone: "quiet", text });
const inputs = (codes: readonly string[], language: Language): string =>
  codes.map((code) => say(language, `input.${code}`)).join(comma[language]);

function noduleLines(result: ReadResult, whole: Assessment, findings: readonly Finding[], language: Language): string[] {
  const assessmentOf = ({ trackingUid }: Finding): Assessment | undefined =>
    result.assessments.find((each) => each.guideline === whole.guideline && each.trackingUid === trackingUid);
  const isFolded = (finding: Finding): boolean => {
    const change = finding.comparison?.change ?? "stable";
    return finding.texture === "solid" && (change === "stable" || change === "shrunken") && !whole.decidedBy.includes(finding.trackingUid);
  };
  const lines: string[] = [];
  const folded = new Map<string, Finding[]>();
  for (const [index, finding] of findings.entries()) {
    const assessment = assessmentOf(finding);
    const outcome = assessment === undefined ? "" : outcomeText(assessment, language);
    if (isFolded(finding)) folded.set(outcome, [...(folded.get(outcome) ?? []), finding]);
    else lines.push(`${dictated(finding, index + 1, language)} ${outcome}`);
  }
  for (const [outcome, same] of folded) {
    const meanMm = Math.max(...same.map(({ measurements }) => largestMeanDiameterMm(measurements) ?? 0));
    lines.push(sayTyped(language, "assessment.folded", { count: same.length, meanMm, outcome }));
  }
  return lines;
}

/** One nodule as a colleague would dictate it. */
function dictated(finding: Finding, number: number, language: Language): string {
  const axial = finding.measurements.find(({ plane }) => plane === "axial");
  const size =
    axial === undefined
      ? ""
      : sayTyped(language, "assessment.line-size", { long: axial.longAxisMm, short: axial.shortAxisMm, mean: axial.meanDiameterMm });
  const volume = finding.volumeMm3 === null ? "" : sayTyped(language, "assessment.line-volume", { volumeMm3: finding.volumeMm3 });
  const [side, image, kind] = [sideText(finding, language), imageText(finding, language), kindText(finding, language)];
  const change = finding.comparison === undefined ? "" : sayTyped(language, `assessment.change-${finding.comparison.change}`);
  return sayTyped(language, "assessment.line", { number, side, image, kind, size: `${size}${volume}${change}` });
}

function assumedBlock(assessments: readonly Assessment[], language: Language): Block[] {
  const assumed = new Set(assessments.flatMap(({ used }) => used.filter(({ from }) => from === "assumed").map(({ input }) => input)));
  return assumed.size === 0 ? [] : [quiet(sayTyped(language, "assessment.assumed", { inputs: inputs([...assumed], language) }))];
}

function riskBlocks({ risks }: ReadResult, findings: readonly Finding[], language: Language): Block[] {
  const models = [...new Set(risks.map(({ model }) => model))];
  // A page is no wider: the first six marks; all stand in findings.json.
  const columns = findings.slice(0, 6);
  const cell = (text: string): Cell => ({ lines: [text] });
  const percent = (value: number): string => sayNumber(100 * value, 1);
  const riskOf = (model: string, { trackingUid }: Finding): string => {
    const risk = risks.find((each) => each.model === model && each.trackingUid === trackingUid);
    if (risk === undefined) return "–";
    const { low, high } = risk.probability;
    return percent(low) === percent(high) ? `${percent(low)} %` : `${percent(low)}–${percent(high)} %`;
  };
  return [
    quiet(sayTyped(language, "assessment.risks-lead")),
    {
      kind: "table",
      columns: [
        { label: sayTyped(language, "assessment.col-model"), align: "left", share: 20 },
        ...columns.map((_, index) => ({
          label: sayTyped(language, "assessment.col-nodule", { number: index + 1 }),
          align: "right" as const,
          share: 12,
        })),
        { label: sayTyped(language, "assessment.col-population"), align: "left", share: 40 },
      ],
      rows: models.map((model) => [
        cell(say(language, `risk-model.${model}.name`)),
        ...columns.map((finding) => cell(riskOf(model, finding))),
        { lines: [`${say(language, `risk-model.${model}.population`)} ${say(language, `risk-model.${model}.outcome`)}`], tone: "quiet" },
      ]),
    },
  ];
}
