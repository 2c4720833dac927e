import { type Language, say } from "../words/say.ts";
import type { ReadPorts } from "../workflow/read-study.ts";
import type { SayReason } from "../workflow/to-finding.ts";

/** What the pipeline needs to know of this process. */
export const processPorts: Pick<ReadPorts, "clockMs" | "peakRssMb" | "unexpected"> = {
  clockMs: () => performance.now(),
  peakRssMb: () => Math.round(process.resourceUsage().maxRSS / 1024),
  unexpected: (error) => console.error(error instanceof Error ? error.stack : String(error)),
};

/** Puts reasons into a language. */
export const saying =
  (language: Language): SayReason =>
  ({ code, values }) => ({ code, values: { ...values }, text: say(language, code, values) });
