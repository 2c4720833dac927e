import { z } from "zod";

const Vector3 = z.tuple([z.number(), z.number(), z.number()]);

/**
 * What the headers of one stack of images say: a series, or one of the stacks a series was split into.
 * Null stands for what the headers do not say; nothing is filled in.
 */
export const SeriesSummary = z.strictObject({
  /** SeriesInstanceUID, with `#2` … behind it for the second and further stacks of one series. */
  stackId: z.string(),
  seriesInstanceUid: z.string(),
  frameOfReferenceUid: z.string().nullable(),
  seriesNumber: z.number().nullable(),
  seriesDescription: z.string().nullable(),
  protocolName: z.string().nullable(),
  bodyPartExamined: z.string().nullable(),
  modality: z.string(),
  sopClassUid: z.string(),
  imageType: z.array(z.string()),
  manufacturer: z.string().nullable(),
  manufacturerModelName: z.string().nullable(),
  kernel: z.string().nullable(),
  kvp: z.number().nullable(),
  exposureMas: z.number().nullable(),
  contrastAgent: z.string().nullable(),
  patientPosition: z.string().nullable(),
  lossyCompressed: z.boolean(),
  slices: z.number().int().positive(),
  rows: z.number().int().positive(),
  columns: z.number().int().positive(),
  /** In-plane spacing (x, y); null when the headers give none. */
  pixelSpacingMm: z.tuple([z.number(), z.number()]).nullable(),
  sliceThicknessMm: z.number().nullable(),
  /** Median distance of neighbouring slices along the normal; null with fewer than two positions. */
  sliceSpacingMm: z.number().nullable(),
  /** Extent from first to last slice centre plus one spacing. */
  coverageMm: z.number().nullable(),
  /** Unit normal of the stack (row direction × column direction) in LPS. */
  normal: Vector3.nullable(),
  /** "axial" within 20° (.94) of the body axis, likewise the others. */
  plane: z.enum(["axial", "coronal", "sagittal", "oblique"]).nullable(),
  gantryTiltDegrees: z.number(),
  duplicatePositions: z.number().int().nonnegative(),
  missingPositions: z.number().int().nonnegative(),
  irregularSpacing: z.boolean(),
  /** Faults that forbid a volume, as codes of words/ (e.g. "series.no-pixel-spacing"); empty when a volume can be made. */
  faults: z.array(z.strictObject({ code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) })),
  /** Things worth saying that forbid nothing (lossy, duplicates dropped, tilt corrected …). */
  warnings: z.array(z.strictObject({ code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) })),
});
export type SeriesSummary = z.infer<typeof SeriesSummary>;

export const PatientModule = z.strictObject({
  id: z.string().nullable(),
  name: z.string().nullable(),
  birthDate: z.string().nullable(),
  sex: z.string().nullable(),
  ageYears: z.number().nullable(),
});
export type PatientModule = z.infer<typeof PatientModule>;

export const StudySummary = z.strictObject({
  studyInstanceUid: z.string(),
  studyDate: z.string().nullable(),
  studyTime: z.string().nullable(),
  accessionNumber: z.string().nullable(),
  studyDescription: z.string().nullable(),
  institutionName: z.string().nullable(),
  patient: PatientModule,
  series: z.array(SeriesSummary),
});
export type StudySummary = z.infer<typeof StudySummary>;

/** A study of which nothing is known but its UID. */
export const unknownStudy = (studyInstanceUid: string): StudySummary => ({
  studyInstanceUid,
  studyDate: null,
  studyTime: null,
  accessionNumber: null,
  studyDescription: null,
  institutionName: null,
  patient: { id: null, name: null, birthDate: null, sex: null, ageYears: null },
  series: [],
});
