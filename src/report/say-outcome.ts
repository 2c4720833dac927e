import type { Assessment, AssessmentOutcome, NextStep } from "../findings/assessment.ts";
import { type Language, say, sayTyped } from "../words/say.ts";

const separator: Readonly<Record<Language, string>> = { en: "; ", zh: "；" };

/** What a guideline says: its category where it has one, and the next steps with their ranges of months. */
export function sayOutcome({ guideline }: Assessment, { kind, category, nextSteps }: AssessmentOutcome, language: Language): string {
  if (kind !== "assessed") return sayTyped(language, `assessment.${kind}`);
  const steps = nextSteps.map((step) => sayStep(step, language)).join(separator[language]);
  const named = category === null ? [] : [say(language, `category.${guideline}.${category}`)];
  return [...named, ...(steps === "" ? [] : [steps])].join(separator[language]);
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

function sayStep({ anyOf, strength, onlyIf, repeat }: NextStep, language: Language): string {
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
