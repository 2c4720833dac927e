import { z } from "zod";
import { StudyState } from "../findings/study-record.ts";

/** What GET /api/events says as it happens, in whatever process: `study` when one's state changed, `progress` of a reading. */
export const ServerEvent = z.discriminatedUnion("event", [
  z.strictObject({ event: z.literal("study"), studyInstanceUid: z.string(), state: StudyState }),
  z.strictObject({
    event: z.literal("progress"),
    studyInstanceUid: z.string(),
    stage: z.string().describe("code of words/: stage.<code>"),
    fraction: z.number().min(0).max(1),
  }),
]);
export type ServerEvent = z.infer<typeof ServerEvent>;
