import { z } from "zod";

/** Which of its operating points an analysis is asked for; what an analysis has only one of, it uses for all. */
export const OperatingPointName = z.enum(["screening", "sensitive", "specific"]);
export type OperatingPointName = z.infer<typeof OperatingPointName>;

/** How an operating point did on data that trained nothing. */
export const MeasuredFigure = z.strictObject({
  code: z
    .enum(["sensitivity", "false-positives-per-scan", "strict-marks-per-scan"])
    .describe("by LUNA16's rules; strict: marks on what LUNA16 ignores count too"),
  value: z.number(),
  interval: z.tuple([z.number(), z.number()]).describe("95 %"),
  data: z.enum(["semi-synthetic", "real"]).describe("real nodules set into other scans, or clinical scans as they are"),
  n: z.number().int().positive().describe("nodules, or scans"),
  source: z.string().describe("file in the repository with data set, commit and machine"),
});
export type MeasuredFigure = z.infer<typeof MeasuredFigure>;

/** The score from which an analysis shows what it found. */
export const OperatingPoint = z.strictObject({ name: z.string(), score: z.number(), figures: z.array(MeasuredFigure) });
export type OperatingPoint = z.infer<typeof OperatingPoint>;
