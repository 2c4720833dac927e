import { z } from "zod";
import { Glance } from "./glance.ts";
import { SaidReason } from "./reason.ts";
import { StudySummary } from "./study.ts";

/** "receiving": images still come in. "waiting": complete, not yet read. "unread": no analysis reads it; the reasons say why. */
export const StudyState = z.enum(["receiving", "waiting", "reading", "read", "unread", "failed"]);
export type StudyState = z.infer<typeof StudyState>;

/** A study as the index keeps it. Null is what the images do not say. */
export const StudyRecord = StudySummary.omit({ series: true, institutionName: true }).extend({
  state: StudyState,
  because: z.array(SaidReason),
  revision: z.number().int(),
  lastReceivedAt: z.date(),
  imagesRemovedAt: z.date().nullable().describe("since when its images are not kept any more; null: they are"),
  glance: Glance.nullable().describe("the latest result in one line; null: none, or one made by an older program"),
});
export type StudyRecord = z.infer<typeof StudyRecord>;
