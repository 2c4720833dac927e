import type { Assessment, Basis } from "../findings/assessment.ts";
import type { MadeFields } from "./field.ts";
import type { Facts } from "./input.ts";
import type { Row, Table, When } from "./table.ts";

/** A sign beside the category: present when any of these holds. */
export interface Mark {
  readonly code: string;
  /** Left out: the mark stands beside the category and not in it. */
  readonly modifier?: string;
  readonly anyOf: readonly When[];
  /** Left out: published. */
  readonly basis?: Exclude<Basis, "published">;
}

/** A row that takes the place of every row with one of these categories once its own condition holds too. */
export interface Raise {
  readonly categories: readonly string[];
  readonly row: Row;
}

/** One edition of a guideline: its tables, and the few inputs it makes itself out of the facts. */
export interface Guideline {
  /** With the edition. Rule codes are `<id>.<rule>`. */
  readonly id: string;
  readonly source: string;
  readonly monthsFrom: Assessment["monthsFrom"];
  /** Categories by rising suspicion; none where the guideline has none: then the sooner next step is the more suspicious. */
  readonly categories: readonly string[];
  readonly made: (facts: Facts) => MadeFields;
  /** The table of one nodule. */
  readonly table: Table;
  /** Null: the table says all. */
  readonly raise: Raise | null;
  /** What the examination itself says, before any nodule. */
  readonly examinationTable: Table;
  readonly marks: readonly Mark[];
  readonly examinationMarks: readonly Mark[];
}
