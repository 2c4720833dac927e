import type { Finding } from "../../findings/finding.ts";
import { growthFigures } from "../../findings/growth-figures.ts";
import type { AnalysisReading } from "../../findings/read-result.ts";
import type { DataSet } from "../write/data-set.ts";
import { concept, no, own, unit, yes } from "./codes.ts";
import { coded, text, uidReference } from "./content-item.ts";
import { ranged } from "./derived.ts";
import type { SrWords } from "./sr-input.ts";

/** What became of a finding since the prior examination, in words, and its figures; nothing where none was given. */
export function changeItems({ comparison }: Finding, words: SrWords): DataSet[] {
  if (comparison === undefined) return [];
  const figures = comparison.growth === null ? [] : growthFigures(comparison.growth);
  return [
    text("CONTAINS", concept.change, words.change(comparison)),
    ...figures.flatMap((figure) => ranged("CONTAINS", own(figure.code), figure, unit[figure.unit])),
  ];
}

/** Whether the findings of an analysis were compared with those of a prior examination, and of which; nothing where none was given. */
export function comparisonItems({ comparison }: AnalysisReading): DataSet[] {
  if (comparison === undefined) return [];
  const { outcome, priorStudyInstanceUid: uid } = comparison;
  const prior = uid === null ? [] : [uidReference("HAS PROPERTIES", concept.studyInstanceUid, uid)];
  return [coded("CONTAINS", concept.compared, outcome === "compared" ? yes : no, prior)];
}
