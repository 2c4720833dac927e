import { z } from "zod";
import { FindingComparison } from "../findings/comparison.ts";
import { Finding } from "../findings/finding.ts";
import { Measurement } from "../findings/measurement.ts";
import { AnalysisReading, ReadResult } from "../findings/read-result.ts";
import { StudyState } from "../findings/study-record.ts";
import { VerdictGiven } from "../findings/verdict-record.ts";

/** What a researcher sees. All that is here is listed here: nothing of a study that is not named can come along. Free text, accession numbers and times of arrival are not. */
const Pseudonym = z.string().describe("stands for the same one in every answer and export of this site");
const Code = z.string().describe("code of a reason; its words may hold free text and are left out");
const ShiftedDate = z.string().nullable().describe("YYYYMMDD, moved back by the same number of days for all dates of the patient");

export const PseudonymisedQuery = z.strictObject({
  state: StudyState.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z.string().max(64).optional().describe("pseudonymousStudyUid of the last row of the page before"),
});

export const PseudonymisedStudy = z.strictObject({
  pseudonymousStudyUid: Pseudonym,
  patient: Pseudonym,
  studyDate: ShiftedDate,
  sex: z.enum(["F", "M", "O"]).nullable(),
  ageYears: z.number().nullable().describe("90 stands for 90 and older"),
  state: StudyState,
  because: z.array(Code),
});
export type PseudonymisedStudy = z.infer<typeof PseudonymisedStudy>;

export const PseudonymisedDetail = PseudonymisedStudy.extend({
  series: z.array(z.strictObject({ seriesInstanceUid: Pseudonym, modality: z.string().nullable(), instances: z.number().int() })),
});
export type PseudonymisedDetail = z.infer<typeof PseudonymisedDetail>;

const PseudonymisedFinding = Finding.pick({
  centerMm: true,
  score: true,
  kind: true,
  verdict: true,
  measurements: true,
  volumeMm3: true,
  meanHu: true,
  texture: true,
  side: true,
}).extend({
  trackingUid: Pseudonym,
  seriesInstanceUid: Pseudonym,
  frameOfReferenceUid: Pseudonym.nullable(),
  sliceSopInstanceUid: Pseudonym.describe("the slice it is best seen on"),
  flags: z.array(Code),
  notMeasurable: Code.nullable(),
  comparison: FindingComparison.pick({ change: true, growth: true }).extend({ priorTrackingUid: Pseudonym.nullable() }).nullable(),
});
export type PseudonymisedFinding = z.infer<typeof PseudonymisedFinding>;

export const PseudonymisedReading = ReadResult.pick({ overread: true, status: true }).extend({
  analyses: z.array(
    AnalysisReading.pick({ id: true, outcome: true, models: true }).extend({
      shownFromScore: z.number().nullable().describe("the operating point: findings of lower scores are not shown to readers"),
      measurements: z.array(Measurement),
      findings: z.array(PseudonymisedFinding),
    }),
  ),
});
export type PseudonymisedReading = z.infer<typeof PseudonymisedReading>;

export const PseudonymisedVerdict = z.strictObject({
  trackingUid: Pseudonym,
  reader: Pseudonym,
  saidOn: ShiftedDate,
  says: VerdictGiven.shape.says,
  reason: VerdictGiven.shape.reason,
});
export type PseudonymisedVerdict = z.infer<typeof PseudonymisedVerdict>;
