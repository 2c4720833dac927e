import { z } from "zod";

const unknown = z.literal("unknown");
const yesNo = z.union([z.boolean(), unknown]).default("unknown");

/**
 * What is known of the person beyond the pictures. "unknown" is a value: nothing is assumed. Every field may be left out, which means unknown.
 */
export const Person = z.strictObject({
  reason: z
    .enum(["baseline-screening", "annual-screening", "interval-screening", "incidental", "known-cancer", "unknown"])
    .default("unknown")
    .describe("why the examination was made"),
  prior: z
    .union([
      z.strictObject({
        category: z.string().describe("category the prior examination was given, e.g. Lung-RADS 2022 3"),
        date: z.iso.date().describe("date of the prior examination"),
      }),
      z.literal("none"),
      unknown,
    ])
    .default("unknown"),
  ageYears: z.union([z.number().min(0).max(130), unknown]).default("unknown"),
  sex: z.enum(["female", "male", "unknown"]).default("unknown"),
  smoking: z.enum(["never", "former", "current", "unknown"]).default("unknown"),
  packYears: z.union([z.number().min(0), unknown]).default("unknown"),
  quitYear: z.union([z.number().int().min(1900).max(2200), z.literal("not-quit"), unknown]).default("unknown"),
  familyHistoryOfLungCancer: yesNo,
  familyHistoryOfCancer: yesNo.describe("of any cancer"),
  emphysema: yesNo,
  copd: yesNo,
  pulmonaryFibrosis: yesNo,
  pastTuberculosis: yesNo,
  exposures: z
    .union([z.array(z.enum(["asbestos", "beryllium", "uranium", "radon", "other"])), unknown])
    .default("unknown")
    .describe("an empty list means none"),
  pastCancer: z
    .union([
      z.array(
        z.strictObject({
          site: z.string().describe("where, e.g. breast; extrathoracic unless lung or pleura"),
          extrathoracic: z.union([z.boolean(), unknown]).default("unknown"),
          year: z.union([z.number().int().min(1900).max(2200), unknown]).default("unknown"),
        }),
      ),
      unknown,
    ])
    .default("unknown")
    .describe("an empty list means none"),
  immunosuppression: yesNo,
  otherSignificantFinding: yesNo.describe(
    "the examination shows something else that is or may be clinically significant, other than lung cancer, and needs attention; what counts is the reader's judgement",
  ),
  fdgUptake: z.enum(["none", "faint", "moderate", "intense", "unknown"]).default("unknown"),
  ethnicity: z.string().default("unknown"),
});
export type Person = z.infer<typeof Person>;

/** A person of whom nothing is known. */
export const unknownPerson: Person = Person.parse({});
