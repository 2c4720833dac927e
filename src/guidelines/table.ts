import type { AssessmentOutcome, Basis } from "../findings/assessment.ts";
import { type Condition, cut, type Domain, isSpan, meeting } from "./domain.ts";
import type { Field } from "./field.ts";
import type { InputCode } from "./input.ts";

/** What must hold for a rule, all of it. */
export type When = { readonly [Code in InputCode]?: Condition<Code> };

/** What a rule says. Rules that say the same share one object. */
export type RuleOutcome = Omit<AssessmentOutcome, "rules">;

/** One row of a published table. The first row whose conditions hold decides. */
export interface Row<Outcome = RuleOutcome> {
  readonly rule: string;
  readonly when: When;
  readonly outcome: Outcome;
  /** Left out: published. */
  readonly basis?: Exclude<Basis, "published">;
}

/** Rows made ready to be read. */
export interface Table<R extends Row<unknown> = Row> {
  readonly lines: readonly { readonly row: R; readonly conditions: readonly (readonly [code: InputCode, wanted: Domain])[] }[];
  /** The last line that asks for an input. */
  readonly lastLineOf: ReadonlyMap<string, number>;
}

export function tableOf<R extends Row<unknown>>(rows: readonly R[]): Table<R> {
  const lines = rows.map((row) => {
    const when = Object.entries(row.when) as [InputCode, Condition<InputCode>][];
    return { row, conditions: when.map(([code, condition]) => [code, meeting(code, condition)] as const) };
  });
  return { lines, lastLineOf: new Map(lines.flatMap(({ conditions }, index) => conditions.map(([code]) => [code, index]))) };
}

export interface Reached<R> {
  /** Every row that decides for some value of what is unknown, in the order of the table. */
  readonly rows: readonly R[];
  readonly consulted: readonly Field[];
  /** Fields on whose unknown value the outcome depends. */
  readonly open: readonly Field[];
}

/** What is left of the domains that were cut so far. */
type Narrowed = { readonly [Code in InputCode]?: Domain };

const several = Symbol("several outcomes");

/**
 * Reads a table from its first row down. Where a condition holds for some of the values that an input can still take, both ways are followed,
 * each with the values that belong to it; so the rows reached are exactly the possible ones.
 * @throws RangeError when no row is left for some value: a table must leave none out
 */
export function readTable<R extends Row<unknown>>({ lines, lastLineOf }: Table<R>, fieldOf: (code: InputCode) => Field): Reached<R> {
  const reached = new Set<R>();
  const consulted = new Set<Field>();
  const open = new Set<Field>();
  const followed = new Map<string, unknown>();

  /** The outcome from a line on, or that there are several. Ways that differ only in inputs that no later line asks for are one. */
  const follow = (at: number, narrowed: Narrowed): unknown => {
    let way = `${at}`;
    for (const code in narrowed) if ((lastLineOf.get(code) ?? -1) >= at) way += code + keyOf(narrowed[code as InputCode]);
    if (!followed.has(way)) followed.set(way, walk(at, narrowed));
    return followed.get(way);
  };

  const walk = (at: number, narrowed: Narrowed): unknown => {
    const line = lines[at];
    if (line === undefined) throw new RangeError("the table leaves out some values");
    for (const [code, wanted] of line.conditions) {
      const field = fieldOf(code);
      consulted.add(field);
      const { inside, outside } = cut(narrowed[code] ?? field.domain, wanted);
      if (inside === null) return walk(at + 1, narrowed);
      if (outside.length === 0) continue;
      const [first, ...rest] = [
        walk(at, { ...narrowed, [code]: inside }),
        ...outside.map((domain) => follow(at + 1, { ...narrowed, [code]: domain })),
      ];
      if (first !== several && rest.every((outcome) => outcome === first)) return first;
      open.add(field);
      return several;
    }
    reached.add(line.row);
    return line.row.outcome;
  };
  walk(0, {});
  return { rows: lines.map(({ row }) => row).filter((row) => reached.has(row)), consulted: [...consulted], open: [...open] };
}

const keyOf = (domain: Domain | undefined): string =>
  domain === undefined ? "" : isSpan(domain) ? `${domain.low}-${domain.high}` : domain.join();
