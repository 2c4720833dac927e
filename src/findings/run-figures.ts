import { z } from "zod";

/** run.json: what a read took. Apart from findings.json, so that reading the same images twice writes the same findings.json. */
export const RunFigures = z.strictObject({
  analyses: z.array(
    z.strictObject({
      id: z.string(),
      timingMs: z.record(z.string(), z.number()).describe("by stage"),
      peakRssMb: z.number().describe("largest resident memory of the process so far, MiB"),
    }),
  ),
});
export type RunFigures = z.infer<typeof RunFigures>;
