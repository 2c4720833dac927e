import { z } from "zod";
import { Assessment, RiskEstimate } from "./assessment.ts";
import { PriorComparison } from "./comparison.ts";
import { Finding } from "./finding.ts";
import { Measurement } from "./measurement.ts";
import { OperatingPoint } from "./operating-point.ts";
import { Person } from "./person.ts";
import { SaidReason } from "./reason.ts";
import { PatientModule } from "./study.ts";

export const SaidQualityFigure = z.strictObject({
  code: z.string(),
  value: z.number().nullable(),
  unit: z.string(),
  grade: z.enum(["good", "limited", "unusable", "unknown"]),
  because: SaidReason,
});
export type SaidQualityFigure = z.infer<typeof SaidQualityFigure>;

/** What was decided about one series, and how good its pictures are. */
export const SeriesReading = z.strictObject({
  seriesInstanceUid: z.string(),
  stackId: z.string().describe("differs from the series UID when a series holds more than one stack"),
  description: z.string().nullable(),
  role: z.string().nullable(),
  because: z.array(SaidReason),
  quality: z.record(z.string(), SaidQualityFigure).describe("by code of the figure"),
});
export type SeriesReading = z.infer<typeof SeriesReading>;

/** What one analysis made of the study. */
export const AnalysisReading = z.strictObject({
  id: z.string(),
  outcome: z.enum(["done", "partial", "declined", "failed"]),
  because: z.array(SaidReason),
  models: z.array(z.strictObject({ id: z.string(), sha256: z.string() })).describe("none: rules only"),
  operatingPoint: OperatingPoint.nullable(),
  measurements: z.array(Measurement),
  findings: z.array(Finding),
  notAssessed: z.array(SaidReason),
  comparison: PriorComparison.optional().describe("with the prior examination, where one was given"),
});
export type AnalysisReading = z.infer<typeof AnalysisReading>;

/** findings.json: everything a read says of one study. Unconfirmed until a physician signs. */
export const ReadResult = z.strictObject({
  schema: z.literal(1),
  overread: z.strictObject({ version: z.string(), commit: z.string() }),
  status: z.literal("unconfirmed"),
  language: z.enum(["en", "zh"]),
  study: z.strictObject({
    studyInstanceUid: z.string(),
    studyDate: z.string().nullable(),
    studyTime: z.string().nullable(),
    accessionNumber: z.string().nullable(),
    studyDescription: z.string().nullable(),
    institutionName: z.string().nullable(),
    patient: PatientModule,
  }),
  intake: z.array(SaidReason).describe("what was noticed on reading the files"),
  person: Person,
  series: z.array(SeriesReading),
  analyses: z.array(AnalysisReading),
  assessments: z.array(Assessment).describe("what each guideline says of each shown nodule and of the examination"),
  risks: z.array(RiskEstimate).describe("published models, side by side, for each shown nodule"),
});
export type ReadResult = z.infer<typeof ReadResult>;
