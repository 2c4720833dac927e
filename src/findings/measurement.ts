import { z } from "zod";

/** A number with its unit (UCUM) about a study, a series, a side or an organ. */
export const Measurement = z.strictObject({
  code: z.string().describe("stable name, e.g. lung-volume"),
  value: z.number(),
  unit: z.string().describe("UCUM: mL, mm, [hnsf'U], 1"),
  subject: z.string().describe("what was measured, e.g. lungs, left-lung, right-lung"),
  interval: z
    .strictObject({ low: z.number(), high: z.number(), level: z.number().describe("e.g. .95") })
    .optional()
    .describe("interval in the same unit"),
});
export type Measurement = z.infer<typeof Measurement>;

/** The axes of a finding in one plane. */
export const PlaneMeasurement = z.strictObject({
  plane: z.enum(["axial", "coronal", "sagittal"]),
  longAxisMm: z.number().positive(),
  shortAxisMm: z.number().positive().describe("longest extent perpendicular to the long axis, in the same slice"),
  meanDiameterMm: z.number().positive().describe("mean of long and short axis"),
  sopInstanceUid: z.string().optional().describe("the slice measured on, where the plane is that of the series"),
  longAxis: z
    .strictObject({ from: z.tuple([z.number(), z.number(), z.number()]), to: z.tuple([z.number(), z.number(), z.number()]) })
    .optional()
    .describe("end points, DICOM LPS mm"),
  shortAxis: z
    .strictObject({ from: z.tuple([z.number(), z.number(), z.number()]), to: z.tuple([z.number(), z.number(), z.number()]) })
    .optional()
    .describe("end points, DICOM LPS mm"),
});
export type PlaneMeasurement = z.infer<typeof PlaneMeasurement>;

/** The mean diameter in the plane in which it is largest; null where no plane was measured. */
export const largestMeanDiameterMm = (planes: readonly PlaneMeasurement[]): number | null =>
  planes.length === 0 ? null : Math.max(...planes.map(({ meanDiameterMm }) => meanDiameterMm));
