import type { Assessment, AssessmentMark, AssessmentOutcome, UsedInput } from "../findings/assessment.ts";
import { examinationFacts, type GuidelineExamination, noduleFacts } from "./examination.ts";
import { type Field, given } from "./field.ts";
import type { Guideline, Mark } from "./guideline.ts";
import { choices, type Facts, type InputCode } from "./input.ts";
import { suspicion } from "./suspicion.ts";
import { type Reached, type Row, readTable, tableOf } from "./table.ts";

interface ExaminationAssessment {
  readonly examination: Assessment;
  /** In the order of the nodules. */
  readonly nodules: readonly Assessment[];
}

/** What an edition of a guideline says of every nodule and of the examination, whose category is that of its most suspicious nodule. */
export function assessExamination(guideline: Guideline, examination: GuidelineExamination): ExaminationAssessment {
  const nodules = examination.nodules.map((nodule) => {
    const facts = noduleFacts(examination, nodule);
    return { trackingUid: nodule.trackingUid, facts, reached: readNodule(guideline, facts) };
  });
  const facts = examinationFacts(examination);
  const own = readTable(guideline.examinationTable, fieldsOf(guideline, facts));
  const { reached, decidedBy } = mostSuspicious(guideline, own, nodules);
  return {
    examination: { ...sayReached(guideline, reached, guideline.examinationMarks, facts), trackingUid: null, decidedBy },
    nodules: nodules.map(({ trackingUid, ...nodule }) => ({
      ...sayReached(guideline, nodule.reached, guideline.marks, nodule.facts),
      trackingUid,
      decidedBy: [trackingUid],
    })),
  };
}

type FieldOf = (code: InputCode) => Field;

function fieldsOf(guideline: Guideline, facts: Facts): FieldOf {
  const made = guideline.made(facts);
  const fields = new Map<InputCode, Field>();
  return (code) => {
    const field = fields.get(code) ?? made[code] ?? given(facts, code);
    fields.set(code, field);
    return field;
  };
}

/** Reads the table of a nodule, for every kind that it can be: on the kind depends what a guideline makes of the other facts. */
function readNodule(guideline: Guideline, facts: Facts): Reached<Row> {
  if (facts.kind !== undefined) return readKind(guideline, facts);
  const ways = choices.kind.map((value) => readKind(guideline, { ...facts, kind: { value, from: "assumed" } }));
  const rows = [...new Set(ways.flatMap((way) => way.rows))];
  const consulted = ways
    .flatMap((way) => way.consulted)
    .map((field) => ({ ...field, used: field.used.filter(({ input }) => input !== "kind") }));
  return { rows, consulted, open: outcomesDiffer(rows) ? [...ways.flatMap((way) => way.open), given(facts, "kind")] : [] };
}

/** The rows of the table; those of a category that is raised are replaced, or, where that is open, joined, by the row that raises it. */
function readKind(guideline: Guideline, facts: Facts): Reached<Row> {
  const { table, raise } = guideline;
  const fieldOf = fieldsOf(guideline, facts);
  const reached = readTable(table, fieldOf);
  const canRise = ({ outcome: { category } }: Row): boolean => raise?.categories.includes(category ?? "") === true;
  if (raise === null || !reached.rows.some(canRise)) return reached;
  const raising = readTable(tableOf<Row<unknown>>([raise.row, { rule: "not-raised", when: {}, outcome: null }]), fieldOf);
  const rises = raising.rows.includes(raise.row);
  const stays = raising.rows.length > 1 || !rises;
  const rows = [...reached.rows.filter((row) => stays || !canRise(row)), ...(rises ? [raise.row] : [])];
  return {
    rows,
    consulted: [...reached.consulted, ...raising.consulted],
    open: outcomesDiffer(rows) ? [...reached.open, ...raising.open] : [],
  };
}

/** What the most suspicious nodule can be: nothing below the least that one of them is for certain. That the table has no rule is never left out. */
function mostSuspicious(
  guideline: Guideline,
  own: Reached<Row>,
  nodules: readonly { readonly trackingUid: string; readonly reached: Reached<Row> }[],
): { readonly reached: Reached<Row>; readonly decidedBy: string[] } {
  const all = [own, ...nodules.map(({ reached }) => reached)];
  const floor = Math.max(...all.map(({ rows }) => Math.min(...rows.map((row) => suspicion(guideline, row)))));
  const counts = (row: Row): boolean => suspicion(guideline, row) >= floor || row.outcome.kind === "no-rule";
  const rows = [...new Set(all.flatMap((one) => one.rows.filter(counts)))];
  const deciding = outcomesDiffer(rows) ? all.filter((one) => one.rows.some(counts)) : [];
  return {
    reached: { rows, consulted: own.consulted, open: deciding.flatMap(({ open }) => open) },
    decidedBy: nodules.filter(({ reached }) => reached.rows.some(counts)).map(({ trackingUid }) => trackingUid),
  };
}

const outcomesDiffer = (rows: readonly Row[]): boolean => new Set(rows.map(({ outcome }) => outcome)).size > 1;

function sayReached(
  guideline: Guideline,
  { rows, consulted, open }: Reached<Row>,
  marks: readonly Mark[],
  facts: Facts,
): Omit<Assessment, "trackingUid" | "decidedBy"> {
  const fieldOf = fieldsOf(guideline, facts);
  const bySuspicion = [...rows].sort((a, b) => suspicion(guideline, b) - suspicion(guideline, a));
  return {
    guideline: guideline.id,
    source: guideline.source,
    monthsFrom: guideline.monthsFrom,
    outcomes: [...Map.groupBy(bySuspicion, ({ outcome }) => outcome)].map(
      ([outcome, same]): AssessmentOutcome => ({
        ...outcome,
        rules: same.map(({ rule, basis }) => ({ code: `${guideline.id}.${rule}`, basis: basis ?? "published" })),
      }),
    ),
    marks: marks.map((mark) => sayMark(guideline, mark, fieldOf)),
    used: usedIn(consulted),
    missing: missingOf(open),
  };
}

function sayMark({ id }: Guideline, { code, modifier, anyOf, basis }: Mark, fieldOf: FieldOf): AssessmentMark {
  const rows = [...anyOf.map((when) => ({ rule: code, when, outcome: "yes" as const })), { rule: code, when: {}, outcome: "no" as const }];
  const reached = readTable(tableOf<Row<"yes" | "no">>(rows), fieldOf);
  const [present = "no", ...others] = new Set(reached.rows.map(({ outcome }) => outcome));
  return {
    code: `${id}.${code}`,
    basis: basis ?? "published",
    ...(modifier !== undefined && { modifier }),
    present: others.length > 0 ? "unknown" : present,
    used: usedIn(reached.consulted),
    missing: missingOf(reached.open),
  };
}

const usedIn = (consulted: readonly Field[]): UsedInput[] => [
  ...new Map(consulted.flatMap(({ used }) => used).map((input) => [input.input, input])).values(),
];
const missingOf = (open: readonly Field[]): string[] => [...new Set(open.flatMap(({ missing }) => missing))];
