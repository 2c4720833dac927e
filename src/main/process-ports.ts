import type { ReadPorts } from "../workflow/read-study.ts";

/** What the pipeline needs to know of this process. */
export const processPorts: Pick<ReadPorts, "clockMs" | "peakRssMb" | "unexpected"> = {
  clockMs: () => performance.now(),
  peakRssMb: () => Math.round(process.resourceUsage().maxRSS / 1024),
  unexpected: (error) => console.error(error instanceof Error ? error.stack : String(error)),
};
