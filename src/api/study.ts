import { z } from "zod";
import { ReadResult } from "../findings/read-result.ts";
import { StudyRecord, StudyState } from "../findings/study-record.ts";
import { VerdictGiven } from "../findings/verdict-record.ts";

/** One line of the worklist. Null is what the images do not say; a researcher sees a pseudonym for the patient. */
export const WorklistRow = StudyRecord.extend({ lastReceivedAt: z.iso.datetime(), imagesRemovedAt: z.iso.datetime().nullable() });
export type WorklistRow = z.infer<typeof WorklistRow>;

export const WorklistQuery = z.strictObject({
  state: StudyState.optional(),
  search: z.string().min(1).max(64).optional().describe("part of a patient's name or ID, an accession number or a study UID"),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  before: z.iso.datetime().optional().describe("lastReceivedAt of the last row of the page before"),
});

export const SaidVerdict = z.strictObject({ id: z.number().int(), account: z.string(), saidAt: z.iso.datetime(), given: VerdictGiven });
export type SaidVerdict = z.infer<typeof SaidVerdict>;

export const StudyDetail = z.strictObject({
  study: WorklistRow,
  result: ReadResult.nullable().describe("the latest reading with the standing verdicts; unconfirmed until a physician signs"),
  verdicts: z.array(SaidVerdict).describe("all that was said, in order"),
});
export type StudyDetail = z.infer<typeof StudyDetail>;
