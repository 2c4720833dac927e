import { Fault } from "../base/fault.ts";
import type { Assessment, RiskEstimate, UsedInput } from "../findings/assessment.ts";
import type { Finding } from "../findings/finding.ts";
import { largestMeanDiameterMm } from "../findings/measurement.ts";
import type { AnalysisReading, ReadResult } from "../findings/read-result.ts";
import type { ReportState } from "../findings/report-state.ts";
import { shownFindings } from "../findings/shown-findings.ts";
import { type Language, say, sayNumber, sayTyped } from "../words/say.ts";
import { subjectOf } from "./compose.ts";
import { chosenGuidelines, validitySentence } from "./compose-assessment.ts";
import { sideText } from "./compose-findings.ts";
import { type Numbered, numberedFindings } from "./compose-nodule-lines.ts";
import type { Block, ReportDocument, Section } from "./report-document.ts";
import { joined, sayPersonName } from "./said.ts";
import { certainOutcome, sayInputs, sayOutcome } from "./say-outcome.ts";

/**
 * The signed report in plain words for the person: what was found, of a hundred such nodules how many are cancer, when to come back, whom to ask. Not a diagnosis.
 * @param result assessed anew after the last verdict
 * @param guideline the one whose next step it gives; null: the first that suits the reason of the examination
 * @throws Fault patient-page.unsigned, patient-page.undecided when a shown mark has no verdict, patient-page.not-read
 */
export function composePatientPage(
  result: ReadResult,
  state: ReportState,
  language: Language = result.language,
  guideline: string | null = null,
): ReportDocument {
  if (state.state !== "signed") throw new Fault("patient-page.unsigned");
  const analysis = result.analyses.find(({ id, outcome }) => id === "lung-nodule" && (outcome === "done" || outcome === "partial"));
  const [whole] = chosenGuidelines(result, language, guideline);
  if (analysis === undefined || whole === undefined) throw new Fault("patient-page.not-read");
  const undecided = shownFindings(analysis).filter(({ verdict }) => verdict === null).length;
  if (undecided > 0) throw new Fault("patient-page.undecided", { count: undecided });
  const nodules = numberedFindings(analysis);
  const name = sayPersonName(state.signedBy);
  const signed = { name, organization: state.organization, date: state.signedAt.slice(0, 10) };
  return {
    language,
    title: sayTyped(language, "patient-page.title"),
    subject: subjectOf(result),
    status: sayTyped(language, "patient-page.status", signed),
    statusDetail: sayTyped(language, "patient-page.status-detail"),
    footer: sayTyped(language, "patient-page.footer"),
    studyInstanceUid: result.study.studyInstanceUid,
    studyDate: result.study.studyDate,
    sections: [
      found(analysis, nodules, language),
      ...(nodules.length === 0 ? [] : [chance(result, nodules, language)]),
      whenToComeBack(whole, language),
      { heading: sayTyped(language, "patient-page.ask"), blocks: [plain(sayTyped(language, "patient-page.ask-whom", { name }))] },
    ],
  };
}

const plain = (text: string): Block => ({ kind: "paragraph", tone: "plain", text });

function found({ outcome }: AnalysisReading, nodules: readonly Numbered[], language: Language): Section {
  const lead =
    nodules.length === 0 ? sayTyped(language, "patient-page.none") : sayTyped(language, "patient-page.some", { count: nodules.length });
  return {
    heading: sayTyped(language, "patient-page.found"),
    blocks: [
      plain(lead),
      { kind: "list", items: nodules.map((nodule) => noduleText(nodule, language)) },
      ...(outcome === "partial" ? [plain(sayTyped(language, "patient-page.partial"))] : []),
    ],
  };
}

function noduleText({ number, finding }: Numbered, language: Language): string {
  const mm = largestMeanDiameterMm(finding.measurements);
  return sayTyped(language, "patient-page.nodule", {
    number,
    side: sideText(finding, language),
    kind: sayTyped(language, `patient-page.${finding.kind === "mass" ? "mass" : finding.texture}`),
    size: mm === null ? "" : sayTyped(language, "patient-page.size", { mm }),
    change: finding.comparison === undefined ? "" : sayTyped(language, `assessment.change-${finding.comparison.change}`),
  });
}

/** By the Brock model, the one that screening and follow-up guidelines go by; with spiculation where that is known. */
function chance({ risks }: ReadResult, nodules: readonly Numbered[], language: Language): Section {
  const riskOf = ({ trackingUid }: Finding): RiskEstimate | undefined => {
    const [withSpiculation, without] = ["brock-2013-with-spiculation", "brock-2013-without-spiculation"].map((model) =>
      risks.find((risk) => risk.model === model && risk.trackingUid === trackingUid),
    );
    return withSpiculation?.missing.includes("spiculated") ? without : withSpiculation;
  };
  const blocks = nodules.flatMap(({ number, finding }): Block[] => {
    const risk = riskOf(finding);
    if (risk === undefined) return [plain(sayTyped(language, "patient-page.no-chance"))];
    const range = risk.missing.length === 0 ? "" : sayTyped(language, "patient-page.range", { inputs: sayInputs(risk.missing, language) });
    const model = say(language, `risk-model.${risk.model}.name`);
    const population = say(language, `risk-model.${risk.model}.population`);
    return [
      {
        kind: "paragraph",
        tone: "strong",
        text: sayTyped(language, "patient-page.of-hundred", { number, count: ofHundred(risk, language) }),
      },
      plain(
        joined(
          [
            sayTyped(language, "patient-page.model", { model, population }),
            sayTyped(language, "patient-page.used", { inputs: usedText(risk.used, language) }),
            range,
          ],
          language,
        ),
      ),
    ];
  });
  return { heading: sayTyped(language, "patient-page.chance"), blocks };
}

/** Whole nodules of a hundred; a range is rounded outwards. */
function ofHundred({ probability: { low, high } }: RiskEstimate, language: Language): string {
  if (100 * high < 1) return sayTyped(language, "patient-page.fewer-than-one");
  return low === high
    ? sayTyped(language, "patient-page.about", { count: Math.round(100 * low) })
    : sayTyped(language, "patient-page.between", { low: Math.floor(100 * low), high: Math.ceil(100 * high) });
}

const usedText = (used: readonly UsedInput[], language: Language): string =>
  used
    .map(({ input, value }) =>
      sayTyped(language, "patient-page.input", {
        input: say(language, `input.${input}`),
        value: typeof value === "number" ? sayNumber(value) : value,
      }),
    )
    .join(language === "zh" ? "；" : "; ");

function whenToComeBack(whole: Assessment, language: Language): Section {
  const outcome = certainOutcome(whole)?.outcome;
  const step = outcome?.kind === "assessed" ? sayOutcome(whole, { ...outcome, category: null }, language) : "";
  const said =
    step === ""
      ? sayTyped(language, "patient-page.open")
      : joined(
          [
            sayTyped(language, "patient-page.step", { guideline: say(language, `guideline.${whole.guideline}`), step }),
            validitySentence(whole, language),
          ],
          language,
        );
  return { heading: sayTyped(language, "patient-page.when"), blocks: [plain(said), plain(sayTyped(language, "patient-page.first"))] };
}
