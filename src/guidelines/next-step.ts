import type { Action, NextStep } from "../findings/assessment.ts";
import type { RuleOutcome } from "./table.ts";

type Act = NextStep["anyOf"][number];

/** An action with its earliest and latest month; without months no date is given. */
export function act(action: Action, ...months: readonly [] | readonly [at: number] | readonly [from: number, to: number]): Act {
  const [from, to] = months;
  return { action, months: from === undefined ? null : [from, to ?? from] };
}

/** CT in a month or a range of months. */
export const ct = (...months: readonly [at: number] | readonly [from: number, to: number]): Act => act("ct", ...months);

const step = (strength: NextStep["strength"], anyOf: Act[]): NextStep => ({ anyOf, strength, onlyIf: null, repeat: null });

/** Any one of these. */
export const proceed = (...anyOf: Act[]): NextStep => step("do", anyOf);
export const consider = (...anyOf: Act[]): NextStep => step("consider", anyOf);
export const optional = (...anyOf: Act[]): NextStep => step("optional", anyOf);

/** A step that only follows when the nodule is as said by then. */
export const onlyIf = (condition: NonNullable<NextStep["onlyIf"]>, next: NextStep): NextStep => ({ ...next, onlyIf: condition });

/** CT again and again; without an end the guideline names none. */
export const ctEvery = (everyMonths: number, untilMonths: number | null = null): NextStep => ({
  ...proceed(act("ct")),
  repeat: { everyMonths, untilMonths },
});

/** What a rule without a category says. */
export const steps = (...nextSteps: NextStep[]): RuleOutcome => ({ kind: "assessed", category: null, nextSteps, malignancyPercent: null });

/** What a rule with a category says. */
export const category = (name: string, malignancyPercent: [number, number] | null, ...nextSteps: NextStep[]): RuleOutcome => ({
  kind: "assessed",
  category: name,
  nextSteps,
  malignancyPercent,
});

const nothing = { category: null, nextSteps: [], malignancyPercent: null };
/** The guideline is not meant for this person or examination. */
export const declined: RuleOutcome = { kind: "declined", ...nothing };
/** The guideline gives such a finding no category. */
export const notClassified: RuleOutcome = { kind: "not-classified", ...nothing };
/** The published table has no row for this. */
export const noRule: RuleOutcome = { kind: "no-rule", ...nothing };
