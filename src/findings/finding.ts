import { z } from "zod";
import { FindingComparison } from "./comparison.ts";
import { PlaneMeasurement } from "./measurement.ts";
import { SaidReason } from "./reason.ts";

export const FindingKind = z.enum(["nodule", "mass"]);
export type FindingKind = z.infer<typeof FindingKind>;

export const Texture = z.enum(["solid", "part-solid", "non-solid", "unknown"]);
export type Texture = z.infer<typeof Texture>;

export const Side = z.enum(["left", "right", "unknown"]);
export type Side = z.infer<typeof Side>;

export const Verdict = z.enum(["accepted", "rejected"]);
export type Verdict = z.infer<typeof Verdict>;

/** The slice a finding is best seen on. */
export const SliceReference = z.strictObject({
  sopInstanceUid: z.string(),
  instanceNumber: z.number().int().nullable(),
  index: z.number().int().nonnegative().describe("0-based position among the slices of the series, sorted from feet to head"),
});
export type SliceReference = z.infer<typeof SliceReference>;

/** One thing found, unconfirmed until a physician signs. */
export const Finding = z.strictObject({
  trackingUid: z.string(),
  seriesInstanceUid: z.string(),
  frameOfReferenceUid: z.string().nullable(),
  centerMm: z.tuple([z.number(), z.number(), z.number()]).describe("DICOM LPS"),
  score: z.number().min(0).max(1).describe("monotone suspicion score; not a probability"),
  kind: FindingKind,
  verdict: Verdict.nullable(),
  because: z.array(SaidReason).describe("why it was marked, from measurable facts"),
  measurements: z.array(PlaneMeasurement),
  volumeMm3: z.number().positive().nullable(),
  meanHu: z.number().nullable(),
  texture: Texture,
  side: Side,
  slice: SliceReference,
  flags: z.array(SaidReason).describe("what limits its figures, e.g. thick slices"),
  notMeasurable: SaidReason.optional(),
  comparison: FindingComparison.optional().describe("with the prior examination, where one was given"),
});
export type Finding = z.infer<typeof Finding>;
