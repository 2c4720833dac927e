import { z } from "zod";

/** A coded reason with its words: `code` is stable for programs, `text` is for people in the language of the read. */
export const SaidReason = z.strictObject({
  code: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  text: z.string(),
});
export type SaidReason = z.infer<typeof SaidReason>;
