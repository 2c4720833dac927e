import { z } from "zod";
import { SaidReason } from "./reason.ts";

const Point = z.tuple([z.number(), z.number(), z.number()]);

/** A concept of a coding scheme as a DICOM object writes it. */
export const ReportedCode = z.strictObject({
  value: z.string(),
  scheme: z.string().describe("coding scheme designator, e.g. SCT, DCM, UCUM, SRT, 99…"),
  meaning: z.string(),
});
export type ReportedCode = z.infer<typeof ReportedCode>;

/** An image, or frames of it, that an object refers to. */
export const ReportedImage = z.strictObject({
  sopClassUid: z.string().nullable(),
  sopInstanceUid: z.string(),
  frames: z.array(z.number().int().positive()).describe("1-based; empty: the whole image"),
});
export type ReportedImage = z.infer<typeof ReportedImage>;

/** A place that a report draws. */
export const ReportedRegion = z.strictObject({
  concept: ReportedCode.nullable(),
  graphic: z.string().describe("POINT, MULTIPOINT, POLYLINE, POLYGON, CIRCLE, ELLIPSE, ELLIPSOID"),
  pointsMm: z.array(Point).nullable().describe("DICOM LPS; null: drawn on an image whose place is not known"),
  pixels: z
    .array(z.tuple([z.number(), z.number()]))
    .nullable()
    .describe("(column, row) on the image; its upper left corner is (0, 0)"),
  image: ReportedImage.nullable(),
  frameOfReferenceUid: z.string().nullable(),
});
export type ReportedRegion = z.infer<typeof ReportedRegion>;

/** A number that a report states, in the unit it states it in. */
export const ReportedMeasurement = z.strictObject({
  concept: ReportedCode,
  value: z.number(),
  unit: ReportedCode,
  modifiers: z.array(z.strictObject({ concept: ReportedCode, value: ReportedCode })).describe("e.g. plane, derivation, method"),
  regions: z.array(ReportedRegion).describe("where it was taken"),
});
export type ReportedMeasurement = z.infer<typeof ReportedMeasurement>;

/** What one DICOM object says of one finding. Null stands for what it does not say; nothing is filled in. */
export const ReportedFinding = z.strictObject({
  trackingUid: z.string().nullable(),
  trackingId: z.string().nullable(),
  label: z.string().nullable().describe("name of the segment"),
  kind: ReportedCode.nullable(),
  site: ReportedCode.nullable(),
  laterality: ReportedCode.nullable(),
  algorithm: z
    .strictObject({
      name: z.string().nullable(),
      version: z.string().nullable(),
      type: z.enum(["AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"]).nullable(),
    })
    .nullable(),
  certainty: z.number().min(0).max(1).nullable().describe("(111012, DCM, Certainty of Finding) as a fraction; not a probability of cancer"),
  measurements: z.array(ReportedMeasurement),
  evaluations: z
    .array(z.strictObject({ concept: ReportedCode, value: z.union([ReportedCode, z.string()]) }))
    .describe("qualitative statements that have no field here"),
  regions: z.array(ReportedRegion),
  centerMm: Point.nullable().describe("DICOM LPS"),
  centerFrom: z.enum(["point", "outline", "axis", "segment"]).nullable().describe("what the centre was taken from"),
  volumeMm3: z.number().positive().nullable(),
  longAxisMm: z.number().positive().nullable().describe("axial, or of no named plane"),
  shortAxisMm: z.number().positive().nullable().describe("axial, or of no named plane"),
  voxelCount: z.number().int().nonnegative().nullable().describe("of a segment"),
  images: z.array(ReportedImage),
  segment: z.strictObject({ sopInstanceUid: z.string(), number: z.number().int().nullable() }).nullable(),
  sourceSeriesUid: z.string().nullable(),
  comments: z.array(z.string()),
  flags: z.array(SaidReason.omit({ text: true })).describe("what limits its figures"),
});
export type ReportedFinding = z.infer<typeof ReportedFinding>;

/** A structured report or segmentation of any maker: who says it, how sure its status is, and what it says. Unconfirmed unless VERIFIED. */
export const ReportedDocument = z.strictObject({
  kind: z.enum(["structured-report", "segmentation"]),
  sopClassUid: z.string(),
  sopInstanceUid: z.string(),
  studyInstanceUid: z.string().nullable(),
  seriesInstanceUid: z.string().nullable(),
  frameOfReferenceUid: z.string().nullable(),
  title: ReportedCode.nullable(),
  manufacturer: z.string().nullable(),
  manufacturerModelName: z.string().nullable(),
  contentDate: z.string().nullable().describe("YYYYMMDD"),
  verification: z.enum(["VERIFIED", "UNVERIFIED"]).nullable(),
  stage: z.enum(["PRELIMINARY", "FINAL"]).nullable(),
  completion: z.enum(["PARTIAL", "COMPLETE"]).nullable().describe("whether its author calls it complete"),
  sliceThicknessMm: z.number().positive().nullable().describe("of the images it was made on, where it states it; of several the largest"),
  findings: z.array(ReportedFinding),
  otherGroups: z.array(ReportedFinding).describe("measurement groups that name no finding and no place, e.g. volumes of an organ"),
});
export type ReportedDocument = z.infer<typeof ReportedDocument>;
