import { type Assessment, type AssessmentOutcome, type NextStep, writtenCategory } from "../findings/assessment.ts";
import { type Language, say, sayTyped } from "../words/say.ts";
import { joined } from "./said.ts";

const separator: Readonly<Record<Language, string>> = { en: "; ", zh: "；" };
/** Rule by a model that nobody can compute: what it would raise a category to stays possible for ever, and is said beside the category. */
const unpublishedModelRule = "c-lung-rads-2024.4-model";

/** The one outcome of an assessment, and to which category an unpublished model might raise it; null where several are possible. */
export function certainOutcome({ outcomes }: Assessment): { readonly outcome: AssessmentOutcome; readonly raisedTo: string | null } | null {
  const raised = outcomes.find(({ rules }) => rules.every(({ code }) => code === unpublishedModelRule));
  const [outcome, ...others] = outcomes.filter((each) => each !== raised);
  return outcome === undefined || others.length > 0 ? null : { outcome, raisedTo: raised?.category ?? null };
}

/** What is said of the examination with the rules that hold for certain of one of its nodules; with all where none does for certain. */
export function withCertainRules(whole: Assessment, assessments: readonly Assessment[]): Assessment {
  const certain = certainOutcome(whole)?.outcome;
  const ofNodules = assessments.filter(({ guideline, trackingUid }) => guideline === whole.guideline && trackingUid !== null);
  const holding = new Set(ofNodules.flatMap((each) => certainOutcome(each)?.outcome.rules.map(({ code }) => code) ?? []));
  const rules = certain?.rules.filter(({ code }) => holding.has(code)) ?? [];
  if (rules.length === 0) return whole;
  return { ...whole, outcomes: whole.outcomes.map((outcome) => (outcome === certain ? { ...outcome, rules } : outcome)) };
}

/**
 * An assessment in a sentence: the one outcome with its rules; of several possible ones the categories alone, or the next steps where there are none (their rules stand
 * in findings.json).
 */
export function sayAssessment(assessment: Assessment, language: Language): string {
  const certain = certainOutcome(assessment);
  if (certain === null) return sayTyped(language, "assessment.possible", { outcomes: sayPossible(assessment, language) });
  const { outcome } = certain;
  return joined(
    [
      sayTyped(language, "assessment.outcome-rules", {
        outcome: sayOutcome(assessment, outcome, language),
        rules: sayRules(outcome, language),
      }),
      sayRaised(assessment, language),
    ],
    language,
  );
}

/** That a model nobody can compute might raise the category; empty where none might. */
export function sayRaised(assessment: Assessment, language: Language): string {
  const raisedTo = certainOutcome(assessment)?.raisedTo ?? null;
  if (raisedTo === null) return "";
  return sayTyped(language, "assessment.raised-by-model", { category: say(language, `category.${assessment.guideline}.${raisedTo}`) });
}

/** Every outcome that is possible, once: the categories, or the next steps where there are none. */
export function sayPossible(assessment: Assessment, language: Language): string {
  const said = assessment.outcomes.map((outcome) =>
    sayOutcome(assessment, outcome.category === null ? outcome : { ...outcome, nextSteps: [] }, language).replace(/[.。]$/, ""),
  );
  return [...new Set(said)].join(" / ");
}

/** What a guideline says: its category where it has one, and the next steps with their ranges of months. */
export function sayOutcome(assessment: Assessment, outcome: AssessmentOutcome, language: Language): string {
  if (outcome.kind !== "assessed") return sayTyped(language, `assessment.${outcome.kind}`);
  const steps = outcome.nextSteps.map((step) => sayStep(step, language));
  return [...sayCategory(assessment, outcome, language), ...steps].join(separator[language]);
}

/** The category, and each modifier that follows it; nothing where the guideline gives no category. */
export function sayCategory(assessment: Assessment, outcome: AssessmentOutcome, language: Language): string[] {
  const written = writtenCategory(assessment, outcome);
  if (written === null) return [];
  const modifiers = assessment.marks.filter(({ modifier, present }) => modifier !== undefined && present === "yes");
  return [
    say(language, `category.${assessment.guideline}.${outcome.category}`),
    ...modifiers.map(({ code }) => say(language, `modifier.${code}`, { category: written })),
  ];
}

/** The rules that led there; one that is not read from a published source says so. */
export function sayRules({ rules }: AssessmentOutcome, language: Language): string {
  return rules
    .map(({ code, basis }) => {
      const rule = say(language, `rule.${code}`);
      return basis === "published" ? rule : sayTyped(language, "assessment.rule", { rule, basis: sayTyped(language, `basis.${basis}`) });
    })
    .join(language === "zh" ? "" : " ");
}

/** One step with its range of months, how firmly it is said and on which condition. */
export function sayStep({ anyOf, strength, onlyIf, repeat }: NextStep, language: Language): string {
  const acts = anyOf.map(({ action, months }) => {
    const words = sayTyped(language, `action.${action}`);
    if (months === null) return words;
    const [from, to] = months;
    return from === to
      ? sayTyped(language, "step.at", { action: words, from })
      : sayTyped(language, "step.between", { action: words, from, to });
  });
  const once = acts.join(sayTyped(language, "step.or"));
  const firm = sayTyped(language, `step.${strength}`, { step: once });
  const step = onlyIf === null ? firm : sayTyped(language, `step.only-if-${onlyIf}`, { step: firm });
  const [first] = anyOf;
  if (repeat === null || first === undefined) return step;
  const action = sayTyped(language, `action.${first.action}`);
  const { everyMonths: every, untilMonths: until } = repeat;
  const again =
    until === null ? sayTyped(language, "step.every", { action, every }) : sayTyped(language, "step.every-until", { action, every, until });
  return `${step}${language === "zh" ? "，" : ", "}${again}`;
}

/** Inputs of guidelines and models by name. */
export const sayInputs = (codes: readonly string[], language: Language): string =>
  codes.map((code) => say(language, `input.${code}`)).join(language === "zh" ? "、" : ", ");
