import { z } from "zod";
import { SaidReason } from "./reason.ts";

export const Change = z.enum(["new", "grown", "stable", "shrunken", "cannot-tell"]);
export type Change = z.infer<typeof Change>;

export const LungRadsCategory = z.enum(["0", "1", "2", "3", "4A", "4B", "4X"]);
export type LungRadsCategory = z.infer<typeof LungRadsCategory>;

const Point = z.tuple([z.number(), z.number(), z.number()]);

/** Volume doubling time with its interval, days. Negative: the time in which the volume halves. */
export const DoublingTime = z.strictObject({
  days: z.number().nullable().describe("null: the volumes are equal; negative: halving time"),
  lowDays: z.number().nullable().describe("shortest doubling time that repeatability allows; null: not even growth is excluded or shown"),
  highDays: z.number().nullable().describe("longest doubling time; null: no growth at all is possible too"),
  level: z.literal(0.95),
});
export type DoublingTime = z.infer<typeof DoublingTime>;

/** Two sizes of one finding, and what may be said of the difference. */
export const Growth = z.strictObject({
  days: z.number().positive().nullable().describe("between the examinations; null: a date is missing"),
  priorVolumeMm3: z.number().positive().nullable(),
  volumeChangeMm3: z.number().nullable(),
  volumeChangePercent: z.number().nullable(),
  repeatabilityPercent: z.number().nullable().describe("so much may the volume change between two scans of the same nodule (95 %)"),
  priorMeanDiameterMm: z.number().positive().nullable(),
  meanDiameterChangeMm: z.number().nullable().describe("largest mean diameter of any plane, one decimal each"),
  doublingTime: DoublingTime.nullable(),
  overThreshold: z
    .enum(["yes", "no", "slowly", "unknown"])
    .describe("more than 1.5 mm of mean diameter within 12 months (Lung-RADS v2022); slowly: over a longer time"),
});
export type Growth = z.infer<typeof Growth>;

/** What became of one finding since the prior examination. */
export const FindingComparison = z.strictObject({
  change: Change,
  because: z.array(SaidReason),
  priorTrackingUid: z
    .string()
    .nullable()
    .describe("of the finding it is paired with; it bears it too, unless which is which cannot be told"),
  priorPlaceMm: Point.nullable().describe("LPS of the prior examination: of the matched finding, else where it would lie"),
  placeErrorMm: z.number().nonnegative().nullable().describe("how far the registration may be off there"),
  growth: Growth.nullable(),
  priorLungRads: LungRadsCategory.optional().describe("what the prior report says of this nodule; absent: nothing, or not one category"),
});
export type FindingComparison = z.infer<typeof FindingComparison>;

/** A finding of the prior examination that is not among the present ones. */
export const GoneFinding = z.strictObject({
  trackingUid: z.string().describe("derived where the prior report gives none"),
  change: z.enum(["gone", "cannot-tell"]),
  because: z.array(SaidReason),
  priorPlaceMm: Point.nullable().describe("LPS of the prior examination; null: its report gives none"),
  placeMm: Point.nullable().describe("where it would lie now"),
  priorVolumeMm3: z.number().positive().nullable(),
  priorMeanDiameterMm: z.number().positive().nullable(),
});
export type GoneFinding = z.infer<typeof GoneFinding>;

/** The comparison with a prior examination; unconfirmed as all else. */
export const PriorComparison = z.strictObject({
  outcome: z.enum(["compared", "not-compared"]),
  because: z.array(SaidReason).describe("why not, or what makes it less certain"),
  priorStudyInstanceUid: z.string().nullable(),
  priorStudyDate: z.string().nullable(),
  from: z.enum(["images", "report"]).nullable(),
  registration: z.strictObject({ correlation: z.number(), medianErrorMm: z.number() }).nullable(),
  gone: z.array(GoneFinding),
});
export type PriorComparison = z.infer<typeof PriorComparison>;
