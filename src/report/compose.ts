import type { MeasuredFigure } from "../findings/operating-point.ts";
import type { AnalysisReading, ReadResult } from "../findings/read-result.ts";
import { type Language, sayTyped } from "../words/say.ts";
import { assessmentSection } from "./compose-assessment.ts";
import { findingSections, type ReportImages, resultBlocks } from "./compose-findings.ts";
import { measurementBlocks, qualityBlocks, seriesBlocks } from "./compose-quality.ts";
import type { Block, ReportDocument, Section } from "./report-document.ts";
import { said, sayDate, sayPersonName, sayTime, word } from "./said.ts";

/**
 * What the report of one study says, in one language: result first, then each finding with its picture, then what limits the read.
 * Nothing in it depends on the clock: the same result and pictures give the same document.
 * @param language the language of the report; reasons are said anew when the result was written in another
 * @param guideline the one whose assessment is shown; null: those that suit the reason of the examination
 */
export function composeReport(
  result: ReadResult,
  images: ReportImages,
  language: Language = result.language,
  guideline: string | null = null,
): ReportDocument {
  const lungs = result.analyses.some(({ id }) => id === "lung-nodule");
  return {
    language,
    title: sayTyped(language, lungs ? "report.title" : "report.title-other"),
    subject: subjectOf(result),
    status: sayTyped(language, "report.status"),
    statusDetail: sayTyped(language, "report.status-detail"),
    footer: sayTyped(language, "report.footer"),
    studyInstanceUid: result.study.studyInstanceUid,
    studyDate: result.study.studyDate,
    sections: [
      patientSection(result, language),
      ...analysisSections(result, images, language, guideline),
      section(sayTyped(language, "report.quality"), qualityBlocks(result, language)),
      section(sayTyped(language, "report.series"), seriesBlocks(result, language)),
      notAssessedSection(result, language),
      methodSection(result, language),
      signatureSection(language),
    ].filter(({ blocks }) => blocks.length > 0),
  };
}

const section = (heading: string, blocks: readonly Block[]): Section => ({ heading, blocks });

/** Who and when, in one line. */
export function subjectOf({ study }: ReadResult): string {
  const { patient } = study;
  const parts = [
    patient.name === null ? null : sayPersonName(patient.name),
    patient.id,
    study.studyDate === null ? null : sayDate(study.studyDate),
  ];
  return parts.filter((part) => part !== null && part !== "").join(" · ");
}

function patientSection({ study, person }: ReadResult, language: Language): Section {
  const { patient } = study;
  const missing = sayTyped(language, "report.not-stated");
  const sexes: Readonly<Record<string, string>> = { F: "female", M: "male", O: "other" };
  const age = patient.ageYears ?? (person.ageYears === "unknown" ? null : person.ageYears);
  const when = [study.studyDate === null ? "" : sayDate(study.studyDate), study.studyTime === null ? "" : sayTime(study.studyTime)]
    .join(" ")
    .trim();
  const facts: [label: string, value: string | null][] = [
    [sayTyped(language, "report.patient-name"), patient.name === null ? null : sayPersonName(patient.name)],
    [sayTyped(language, "report.patient-id"), patient.id],
    [sayTyped(language, "report.birth-date"), patient.birthDate === null ? null : sayDate(patient.birthDate)],
    [sayTyped(language, "report.sex"), patient.sex === null ? null : word(language, sexes[patient.sex] ?? patient.sex)],
    [sayTyped(language, "report.age"), age === null ? null : sayTyped(language, "report.age-years", { years: age })],
    [sayTyped(language, "report.study-date"), when],
    [sayTyped(language, "report.study-description"), study.studyDescription],
    [sayTyped(language, "report.accession"), study.accessionNumber],
    [sayTyped(language, "report.institution"), study.institutionName],
    [sayTyped(language, "report.exam-reason"), person.reason === "unknown" ? null : word(language, person.reason)],
  ];
  return section(sayTyped(language, "report.patient"), [
    { kind: "facts", facts: facts.map(([label, value]) => ({ label, value: value === null || value === "" ? missing : value })) },
  ]);
}

function analysisSections(result: ReadResult, images: ReportImages, language: Language, guideline: string | null): Section[] {
  const notes: Block[] = result.intake.map((each) => ({ kind: "paragraph", tone: "warning", text: said(language, each) }));
  if (result.analyses.length === 0) {
    const none: Block = { kind: "paragraph", tone: "warning", text: sayTyped(language, "report.no-analysis") };
    return [section(sayTyped(language, "report.result"), [none, ...notes])];
  }
  return result.analyses.flatMap((analysis, index) => {
    const heading = sayTyped(language, "report.result-of", { analysis: word(language, analysis.id) });
    const intakeNotes = index === 0 ? notes : [];
    if (analysis.outcome === "declined" || analysis.outcome === "failed") {
      return [section(heading, [...notReadBlocks(analysis, language), ...intakeNotes])];
    }
    return [
      section(heading, [...resultBlocks(result, analysis, images, language), ...intakeNotes]),
      ...findingSections(analysis, images, language),
      ...(analysis.id === "lung-nodule" ? assessmentSection(result, analysis, language, guideline) : []),
      section(sayTyped(language, "report.measurements"), measurementBlocks(analysis, language)),
    ];
  });
}

/** That an analysis was not made, and why. */
export function notReadBlocks(analysis: AnalysisReading, language: Language): Block[] {
  const name = word(language, analysis.id);
  const text =
    analysis.outcome === "failed"
      ? sayTyped(language, "report.failed", { analysis: name })
      : sayTyped(language, "report.declined", { analysis: name });
  const reasons = analysis.because.map((each) => said(language, each));
  return [
    { kind: "paragraph", tone: "bad", text },
    { kind: "list", items: reasons.length > 0 ? reasons : [sayTyped(language, "report.no-reason")] },
    { kind: "paragraph", tone: "strong", text: sayTyped(language, "report.declined-meaning") },
  ];
}

function notAssessedSection(result: ReadResult, language: Language): Section {
  const items = [...new Set(result.analyses.flatMap(({ notAssessed }) => notAssessed.map((each) => said(language, each))))];
  const blocks: Block[] = items.length === 0 ? [] : [{ kind: "list", label: sayTyped(language, "report.not-assessed-lead"), items }];
  return section(sayTyped(language, "report.not-assessed"), blocks);
}

function methodSection({ analyses, overread, study }: ReadResult, language: Language): Section {
  const perAnalysis = analyses.flatMap((analysis) => {
    const models = analysis.models.map((model) => sayTyped(language, "report.model", { id: model.id, sha256: model.sha256 }));
    const of = analyses.length > 1 ? ` (${word(language, analysis.id)})` : "";
    const point = analysis.operatingPoint;
    return [
      {
        label: sayTyped(language, "report.models") + of,
        value: models.length > 0 ? models.join(", ") : sayTyped(language, "report.rules-only"),
      },
      ...(point === null
        ? []
        : [
            {
              label: sayTyped(language, "report.operating-point") + of,
              value: sayTyped(language, "report.operating-point-value", { name: word(language, point.name), score: point.score }),
            },
            ...point.figures.map((figure) => figureFact(figure, language)),
          ]),
    ];
  });
  const facts = [
    ...perAnalysis,
    { label: sayTyped(language, "report.figures"), value: sayTyped(language, "report.figures-value") },
    {
      label: sayTyped(language, "report.version"),
      value: sayTyped(language, "report.version-value", { version: overread.version, commit: overread.commit }),
    },
    { label: sayTyped(language, "report.study-uid"), value: study.studyInstanceUid },
  ];
  return section(sayTyped(language, "report.method"), [{ kind: "facts", facts }]);
}

function figureFact({ code, value, interval: [low, high], data, n, source }: MeasuredFigure, language: Language) {
  const values = { value, low, high, n, source, data: word(language, data) };
  const shares = code === "sensitivity";
  return {
    label: sayTyped(language, `report.figure-${code}`),
    value: sayTyped(language, shares ? "report.figure-of-nodules" : "report.figure-of-scans", values),
  };
}

function signatureSection(language: Language): Section {
  return section(sayTyped(language, "report.signature"), [
    { kind: "paragraph", tone: "plain", text: sayTyped(language, "report.signature-lead") },
    { kind: "signature", labels: [sayTyped(language, "report.signature-name"), sayTyped(language, "report.signature-date")] },
  ]);
}
