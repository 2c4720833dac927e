import type { Assessment, NextStep } from "../findings/assessment.ts";
import { type Person, unknownPerson } from "../findings/person.ts";
import { assessExamination } from "./assess.ts";
import type { Guideline } from "./guideline.ts";
import type { Facts, ValueOf } from "./input.ts";
import type { Row, Table } from "./table.ts";

/** Facts as a test writes them: bare values, all said by the reader. */
export type Stated = { readonly [Code in keyof Facts]?: ValueOf<Code> };

/** A row of a test table: what is stated of one nodule, and the rule that must decide. */
export interface Case {
  readonly title: string;
  readonly stated: Stated;
  readonly rule: string;
}

export function factsOf(stated: Stated): Facts {
  return Object.fromEntries(Object.entries(stated).map(([code, value]) => [code, { value, from: "reader" }])) as Facts;
}

/** Assesses nodules of which only this is known. */
export function assessStated(
  guideline: Guideline,
  nodules: readonly Stated[],
  about: { examination?: Stated; person?: Partial<Person> } = {},
) {
  return assessExamination(guideline, {
    nodules: nodules.map((stated, index) => ({ trackingUid: `2.25.${index}`, facts: factsOf(stated) })),
    facts: factsOf(about.examination ?? {}),
    person: { ...unknownPerson, ...about.person },
    year: 2025,
  });
}

/** The rules of an assessment without the name of the guideline, most suspicious outcome first. */
export function rulesOf({ guideline, outcomes }: Assessment): string[] {
  return outcomes.flatMap(({ rules }) => rules.map(({ code }) => code.slice(guideline.length + 1)));
}

/** The rows of a table as they were written. */
export function rowsOf<R extends Row<unknown>>({ lines }: Table<R>): R[] {
  return lines.map(({ row }) => row);
}

/** Next steps in short: "ct 6–12; consider ct 18–24". */
export function inShort(nextSteps: readonly NextStep[]): string {
  return nextSteps
    .map(({ anyOf, strength, onlyIf, repeat }) => {
      const acts = anyOf.map(({ action, months }) => (months === null ? action : `${action} ${[...new Set(months)].join("–")}`));
      const often =
        repeat === null ? "" : ` every ${repeat.everyMonths}${repeat.untilMonths === null ? "" : ` until ${repeat.untilMonths}`}`;
      return `${onlyIf === null ? "" : `if ${onlyIf}: `}${strength === "do" ? "" : `${strength} `}${acts.join(" or ")}${often}`;
    })
    .join("; ");
}
