import { derivedUid } from "../base/uid.ts";
import type { Assessment, RiskEstimate } from "../findings/assessment.ts";
import { type Language, say } from "../words/say.ts";
import { noValue, ucum } from "./fhir-resource.ts";
import { sayOutcome } from "./say-outcome.ts";

/** The program's own names of rules of guidelines, e.g. `lung-rads-2022.solid-4a`. */
const ruleSystem = `urn:oid:${derivedUid("overread", "guideline-rule")}`;

/** What one edition of a guideline says: its category where inputs leave one, each possible outcome with the rules that lead to it, and what is missing. */
export function assessmentElements(assessment: Assessment, language: Language): object {
  const { guideline, source, outcomes, missing, marks } = assessment;
  const categories = new Set(outcomes.map(({ category }) => category));
  const [category] = categories;
  const value =
    categories.size === 1 && typeof category === "string"
      ? { valueCodeableConcept: { text: say(language, `category.${guideline}.${category}`) } }
      : noValue(outcomes.every(({ kind }) => kind === "declined") ? "not-applicable" : "unknown");
  return {
    code: { text: say(language, `guideline.${guideline}`) },
    ...value,
    method: { text: source },
    component: [
      ...outcomes.flatMap((outcome) => [
        { code: { text: "Outcome" }, valueString: sayOutcome(assessment, outcome, language) },
        ...outcome.rules.map(({ code, basis }) => ({
          code: { text: `Rule (${basis})` },
          valueCodeableConcept: { coding: [{ system: ruleSystem, code }], text: say(language, `rule.${code}`) },
        })),
      ]),
      ...marks.map(({ code, present }) => ({
        code: { text: `Mark: ${code}` },
        ...(present === "unknown" ? noValue("unknown") : { valueBoolean: present === "yes" }),
      })),
      ...missing.map((input) => ({ code: { text: `Input: ${input}` }, ...noValue("unknown") })),
    ],
  };
}

/** A probability by one published model, as a range where inputs are missing. */
export function riskElements({ model, source, probability, missing, basis }: RiskEstimate, language: Language): object {
  const { low, high } = probability;
  return {
    code: { text: say(language, `risk-model.${model}.name`) },
    ...(low === high
      ? { valueQuantity: ucum(low * 100, "%") }
      : { valueRange: { low: ucum(low * 100, "%"), high: ucum(high * 100, "%") } }),
    method: { text: `${model} (${basis}): ${source}` },
    note: ["population", "outcome"].map((what) => ({ text: say(language, `risk-model.${model}.${what}`) })),
    ...(missing.length > 0 && { component: missing.map((input) => ({ code: { text: `Input: ${input}` }, ...noValue("unknown") })) }),
  };
}
