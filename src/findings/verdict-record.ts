import { z } from "zod";
import { Verdict } from "./finding.ts";

/** Why a mark was rejected, as a reader names it with one key. */
export const RejectionReason = z.enum(["vessel", "scar", "bone", "lymph-node", "artefact", "known-benign"]);
export type RejectionReason = z.infer<typeof RejectionReason>;

/** What a reader says of one mark. "withdrawn" takes back what the same reader said before. */
export const VerdictGiven = z
  .strictObject({
    trackingUid: z.string().min(1).max(64),
    says: z.enum([...Verdict.options, "withdrawn"]),
    reason: RejectionReason.nullable().default(null),
  })
  .refine(({ says, reason }) => reason === null || says === "rejected", { path: ["reason"], message: "only a rejection has a reason" });
export type VerdictGiven = z.infer<typeof VerdictGiven>;

/** A verdict as it is kept: appended, never changed. */
export interface VerdictRecord {
  readonly id: number;
  readonly account: string;
  readonly saidAt: Date;
  readonly given: VerdictGiven;
}

/** What stands of all that was said of one mark: the latest word of each reader who did not withdraw it, earliest first. */
export function standingVerdicts(records: readonly VerdictRecord[], trackingUid: string): VerdictRecord[] {
  const byAccount = new Map<string, VerdictRecord>();
  for (const record of [...records].sort((a, b) => a.id - b.id)) {
    if (record.given.trackingUid !== trackingUid) continue;
    byAccount.delete(record.account);
    if (record.given.says !== "withdrawn") byAccount.set(record.account, record);
  }
  return [...byAccount.values()];
}
