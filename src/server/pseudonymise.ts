import type {
  PseudonymisedDetail,
  PseudonymisedFinding,
  PseudonymisedReading,
  PseudonymisedStudy,
  PseudonymisedVerdict,
} from "../api/pseudonymised.ts";
import { type Pseudonyms, patientKey } from "../dicom/deidentify/pseudonyms.ts";
import type { Finding } from "../findings/finding.ts";
import type { ReadResult } from "../findings/read-result.ts";
import type { StudyRecord } from "../findings/study-record.ts";
import type { VerdictRecord } from "../findings/verdict-record.ts";
import type { SeriesRecord } from "../store/study-rows.ts";

const oldestYears = 89;
/** A defined term (PS3.5 6.2, CS): nobody's name but in capitals. */
const term = /^[A-Z0-9_ ]{1,16}$/;

/** A study under pseudonyms: the same ones and the same days as in its de-identified export. */
export function pseudonymisedStudy(
  { studyInstanceUid, patient, studyDate, state, because }: StudyRecord,
  pseudonyms: Pseudonyms,
): PseudonymisedStudy {
  const known = patientKey(patient.id, studyInstanceUid);
  const { sex, ageYears } = patient;
  return {
    pseudonymousStudyUid: pseudonyms.uid(studyInstanceUid),
    patient: pseudonyms.patient(known),
    studyDate: studyDate === null ? null : pseudonyms.date(known, studyDate),
    sex: sex === "F" || sex === "M" || sex === "O" ? sex : null,
    ageYears: ageYears === null ? null : Math.min(ageYears, oldestYears + 1),
    state,
    because: because.map(({ code }) => code),
  };
}

export const pseudonymisedSeries = (
  { seriesInstanceUid, modality, instances }: SeriesRecord,
  { uid }: Pseudonyms,
): PseudonymisedDetail["series"][number] => ({
  seriesInstanceUid: uid(seriesInstanceUid),
  modality: term.test(modality) ? modality : null,
  instances,
});

/** The findings of a reading, and no word of it. */
export const pseudonymisedReading = ({ overread, status, analyses }: ReadResult, pseudonyms: Pseudonyms): PseudonymisedReading => ({
  overread,
  status,
  analyses: analyses.map(({ id, outcome, models, operatingPoint, measurements, findings }) => ({
    id,
    outcome,
    models,
    shownFromScore: operatingPoint?.score ?? null,
    measurements,
    findings: findings.map((finding) => pseudonymisedFinding(finding, pseudonyms)),
  })),
});

function pseudonymisedFinding(finding: Finding, { uid }: Pseudonyms): PseudonymisedFinding {
  const { centerMm, score, kind, verdict, volumeMm3, meanHu, texture, side, comparison } = finding;
  const orNull = (real: string | null): string | null => (real === null ? null : uid(real));
  return {
    trackingUid: uid(finding.trackingUid),
    seriesInstanceUid: uid(finding.seriesInstanceUid),
    frameOfReferenceUid: orNull(finding.frameOfReferenceUid),
    sliceSopInstanceUid: uid(finding.slice.sopInstanceUid),
    centerMm,
    score,
    kind,
    verdict,
    measurements: finding.measurements.map(({ sopInstanceUid, ...plane }) => ({
      ...plane,
      ...(sopInstanceUid !== undefined && { sopInstanceUid: uid(sopInstanceUid) }),
    })),
    volumeMm3,
    meanHu,
    texture,
    side,
    flags: finding.flags.map(({ code }) => code),
    notMeasurable: finding.notMeasurable?.code ?? null,
    comparison:
      comparison === undefined
        ? null
        : { change: comparison.change, growth: comparison.growth, priorTrackingUid: orNull(comparison.priorTrackingUid) },
  };
}

export function pseudonymisedVerdict(
  { account, saidAt, given }: VerdictRecord,
  study: StudyRecord,
  pseudonyms: Pseudonyms,
): PseudonymisedVerdict {
  const day = saidAt.toISOString().slice(0, 10).replaceAll("-", "");
  return {
    trackingUid: pseudonyms.uid(given.trackingUid),
    reader: pseudonyms.reader(account),
    saidOn: pseudonyms.date(patientKey(study.patient.id, study.studyInstanceUid), day),
    says: given.says,
    reason: given.reason,
  };
}
