import type { Guideline } from "./guideline.ts";
import type { Row } from "./table.ts";

/**
 * How suspicious what a row says is, to find the nodule that decides for the examination: by category, or, where a guideline has none, by how soon
 * something is to be done. Below every category: no rule, then no nodule, then a finding that is not classified.
 */
export function suspicion({ categories, examinationTable }: Guideline, row: Row): number {
  const { kind, category, nextSteps } = row.outcome;
  if (kind === "declined") return Infinity;
  if (kind === "no-rule") return -1;
  if (row === examinationTable.lines.at(-1)?.row) return -2;
  const [first] = nextSteps;
  if (kind === "not-classified" || first === undefined) return -3;
  if (category !== null) return categories.indexOf(category);
  if (first.anyOf.every(({ action }) => action === "no-routine-follow-up" || action === "discharge")) return 0;
  const months = Math.min(...first.anyOf.map((act) => act.months?.[0] ?? 0)) + (first.strength === "optional" ? 0.5 : 0);
  return 1 / (1 + months);
}
