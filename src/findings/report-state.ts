import { z } from "zod";

/**
 * Whether a physician has signed a report. Unsigned is an SR that is UNVERIFIED and PRELIMINARY; signed is a new instance, VERIFIED by a Verifying Observer of a
 * Verifying Organization at a Verification DateTime (PS3.3 C.17.2).
 */
export const ReportState = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("unsigned") }),
  z.strictObject({
    state: z.literal("signed"),
    signedBy: z.string().trim().min(1).describe("DICOM person name of the verifying observer"),
    organization: z.string().trim().min(1),
    signedAt: z.iso.datetime({ offset: true }),
  }),
]);
export type ReportState = z.infer<typeof ReportState>;
