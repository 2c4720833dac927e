import { z } from "zod";
import type { OwnCode } from "./own-code.ts";

/** Where an input came from. "assumed": nobody said so and it was not measured; the screen shows it as an assumption. "prior-report": what is written of it at the prior examination. */
export const InputSource = z.enum(["reader", "measured", "rule", "person", "prior-report", "assumed"]);
export type InputSource = z.infer<typeof InputSource>;

export const UsedInput = z.strictObject({
  input: z.string().describe("code of words/: input.<code>; the unit is in the name"),
  value: z.union([z.string(), z.number()]),
  from: InputSource,
});
export type UsedInput = z.infer<typeof UsedInput>;

/** How well a rule is known. "interpretation": the published table is silent here and this is how the program reads it. */
export const Basis = z.enum(["published", "secondary", "interpretation"]);
export type Basis = z.infer<typeof Basis>;

export const Action = z.enum([
  "no-routine-follow-up",
  "discharge",
  "compare-with-prior",
  "complete-examination",
  "low-dose-ct",
  "ct",
  "high-resolution-ct",
  "diagnostic-ct",
  "pet-ct",
  "biopsy",
  "excision",
  "surveillance",
  "referral",
  "clinical-assessment",
]);
export type Action = z.infer<typeof Action>;

/** One step of a follow-up; a range of months stays a range. */
export const NextStep = z.strictObject({
  anyOf: z
    .array(
      z.strictObject({
        action: Action,
        months: z
          .tuple([z.number().int(), z.number().int()])
          .nullable()
          .describe("earliest and latest, counted as monthsFrom says; null: no date given"),
      }),
    )
    .min(1),
  strength: z.enum(["do", "consider", "optional"]),
  onlyIf: z.enum(["stable", "persistent", "solid-8-mm-or-more"]).nullable(),
  repeat: z.strictObject({ everyMonths: z.number().int(), untilMonths: z.number().int().nullable() }).nullable(),
});
export type NextStep = z.infer<typeof NextStep>;

/** One thing a guideline may say, and the rules that lead to it. */
export const AssessmentOutcome = z.strictObject({
  kind: z.enum(["assessed", "not-classified", "no-rule", "declined"]).describe("declined: the guideline is not meant for this examination"),
  category: z.string().nullable().describe("null: this guideline gives none"),
  nextSteps: z.array(NextStep),
  malignancyPercent: z.tuple([z.number(), z.number()]).nullable().describe("published for the category, not computed for this person"),
  rules: z.array(z.strictObject({ code: z.string(), basis: Basis })).min(1),
});
export type AssessmentOutcome = z.infer<typeof AssessmentOutcome>;

/** A sign that stands beside the category, e.g. the modifier S. */
export const AssessmentMark = z.strictObject({
  code: z.string(),
  basis: Basis,
  modifier: z.string().optional().describe("what follows the category while the mark is present, e.g. S: 3S"),
  present: z.enum(["yes", "no", "unknown"]),
  used: z.array(UsedInput),
  missing: z.array(z.string()),
});
export type AssessmentMark = z.infer<typeof AssessmentMark>;

/** What one edition of a guideline says of one nodule or of the examination. More than one outcome: inputs are missing and each is still possible. */
export const Assessment = z.strictObject({
  guideline: z.string().describe("with the edition, e.g. lung-rads-2022"),
  source: z.string(),
  trackingUid: z.string().nullable().describe("null: the examination"),
  decidedBy: z.array(z.string()).describe("tracking UIDs of the nodules that have these outcomes"),
  monthsFrom: z.enum(["this-examination", "first-examination"]),
  outcomes: z.array(AssessmentOutcome).min(1).describe("most suspicious first"),
  marks: z.array(AssessmentMark),
  used: z.array(UsedInput),
  missing: z.array(z.string()).describe("unknown inputs that could change the outcome"),
});
export type Assessment = z.infer<typeof Assessment>;

/** A category as it is written, with the modifiers that are present (3S); null where the guideline gives none. */
export function writtenCategory({ marks }: Assessment, { category }: AssessmentOutcome): string | null {
  const modifiers = marks.flatMap(({ modifier, present }) => (modifier !== undefined && present === "yes" ? [modifier] : []));
  return category === null ? null : [category, ...modifiers].join("");
}

/** The category as a code, e.g. LUNGRADS2022-3S: no public scheme has one that could be checked. */
export function categoryCode(assessment: Assessment, outcome: AssessmentOutcome): OwnCode | null {
  const category = writtenCategory(assessment, outcome);
  if (category === null) return null;
  const { guideline } = assessment;
  return { value: `${guideline.replaceAll("-", "").toUpperCase()}-${category}`, meaning: `${guideline} category ${category}` };
}

/** Probability by one published model; low and high differ when inputs are missing. Not a property of the person: see population and outcome. */
export const RiskEstimate = z.strictObject({
  model: z.string().describe("with the year, e.g. mayo-1997"),
  source: z.string(),
  basis: Basis,
  trackingUid: z.string(),
  probability: z.strictObject({ low: z.number().min(0).max(1), high: z.number().min(0).max(1) }),
  population: z.string().describe("code of words/: whom the model was built on"),
  outcome: z.string().describe("code of words/: what the probability is of"),
  used: z.array(UsedInput),
  missing: z.array(z.string()),
});
export type RiskEstimate = z.infer<typeof RiskEstimate>;
