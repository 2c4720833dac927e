import { z } from "zod";
import type { Reason } from "../base/reason.ts";

/** Environment variable by which a server tells its compute child why there is no prior. */
export const priorMissingSetting = "OVERREAD_PRIOR_MISSING";

const Missing = z.strictObject({ code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }).nullable();

/** Why an examination is compared with nothing, as who started this process knows; null: nobody said. */
export function priorMissing(environment: Readonly<Record<string, string | undefined>>): Reason | null {
  return Missing.parse(JSON.parse(environment[priorMissingSetting] ?? "null"));
}
