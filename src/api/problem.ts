import { z } from "zod";

/** An error as application/problem+json (RFC 9457); `code` is stable for programs, `title` is for people. Never a person's name or id. */
export const Problem = z.strictObject({ type: z.literal("about:blank"), status: z.number().int(), code: z.string(), title: z.string() });
export type Problem = z.infer<typeof Problem>;
