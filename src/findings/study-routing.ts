import { z } from "zod";
import { SaidReason } from "./reason.ts";

/** How a study is to be read. */
export const ReadingPlan = z.strictObject({ analyses: z.array(z.string()).nullable().describe("null: all"), urgent: z.boolean() });
export type ReadingPlan = z.infer<typeof ReadingPlan>;

/** What would become of a study, and why: by the routing rules, and then by what each analysis chooses from its headers. */
export const StudyRouting = z.strictObject({
  studyInstanceUid: z.string(),
  read: z.boolean().describe("whether the rules have it read; whether an analysis then finds a series to read, its outcome says"),
  rule: z.string().nullable().describe("name of the rule that applies; null: none does"),
  because: z.array(SaidReason).describe("why the rules do not have it read"),
  urgent: z.boolean(),
  analyses: z.array(
    z.strictObject({
      id: z.string(),
      outcome: z.enum(["chosen", "declined", "not-asked"]).describe("not-asked: the rules leave it out"),
      because: z.array(SaidReason),
      series: z.array(
        z.strictObject({
          seriesInstanceUid: z.string(),
          stackId: z.string().describe("differs from the series UID when a series holds more than one stack"),
          description: z.string().nullable(),
          role: z.string().nullable().describe("as what it is read; null: it is not"),
          because: z.array(SaidReason),
        }),
      ),
    }),
  ),
});
export type StudyRouting = z.infer<typeof StudyRouting>;
