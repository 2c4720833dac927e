import { derivedUid } from "../base/uid.ts";
import { type Assessment, categoryCode, type NextStep, type RiskEstimate, writtenCategory } from "../findings/assessment.ts";
import { type Language, say } from "../words/say.ts";
import { fhirCode, own } from "./fhir-codes.ts";
import { concept, noValue, range } from "./fhir-resource.ts";
import { sayCategory, sayOutcome, sayStep } from "./say-outcome.ts";

/** The program's own names of rules of guidelines, e.g. `lung-rads-2022.solid-4a`. */
const ruleSystem = `urn:oid:${derivedUid("overread", "guideline-rule")}`;

/** What one edition of a guideline says: its category where inputs leave one, each possible outcome with its next steps and the rules that lead to it, and what is missing. */
export function assessmentElements(assessment: Assessment, language: Language): object {
  const { guideline, source, outcomes, missing, marks } = assessment;
  return {
    code: { text: say(language, `guideline.${guideline}`) },
    ...categoryElements(assessment, language),
    method: { text: source },
    component: [
      ...outcomes.flatMap((outcome) => [
        { code: { text: "Outcome" }, valueString: sayOutcome(assessment, outcome, language) },
        ...outcome.nextSteps.flatMap((step) => stepComponents(step, writtenCategory(assessment, outcome), language)),
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

function categoryElements(assessment: Assessment, language: Language): object {
  const { outcomes } = assessment;
  const [first] = outcomes;
  const code = first && new Set(outcomes.map(({ category }) => category)).size === 1 ? categoryCode(assessment, first) : null;
  if (first === undefined || code === null)
    return noValue(outcomes.every(({ kind }) => kind === "declined") ? "not-applicable" : "unknown");
  return { valueCodeableConcept: concept(own(code), sayCategory(assessment, first, language).join(language === "zh" ? "；" : "; ")) };
}

/** A next step in words, and each of its actions that has a date as its range of months. */
function stepComponents(step: NextStep, category: string | null, language: Language): object[] {
  const of = category === null ? "" : `, category ${category}`;
  return [
    { code: concept(fhirCode.followUp, `${fhirCode.followUp.display}${of}`), valueString: sayStep(step, language) },
    ...step.anyOf.flatMap(({ action, months }) =>
      months === null
        ? []
        : [
            {
              code: concept(fhirCode.followUpInterval, `${fhirCode.followUpInterval.display}${of}: ${action}`),
              ...range({ low: months[0], high: months[1] }, "mo"),
            },
          ],
    ),
  ];
}

/** A probability by one published model, as a range where inputs are missing. */
export function riskElements({ model, source, probability, missing, basis }: RiskEstimate, language: Language): object {
  const { low, high } = probability;
  return {
    code: { text: say(language, `risk-model.${model}.name`) },
    ...range({ low: low * 100, high: high * 100 }, "%"),
    method: { text: `${model} (${basis}): ${source}` },
    note: ["population", "outcome"].map((what) => ({ text: say(language, `risk-model.${model}.${what}`) })),
    ...(missing.length > 0 && { component: missing.map((input) => ({ code: { text: `Input: ${input}` }, ...noValue("unknown") })) }),
  };
}
