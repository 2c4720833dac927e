import type { ReadResult } from "../../findings/read-result.ts";
import type { Code } from "../write/code.ts";
import type { DataSet } from "../write/data-set.ts";
import { assessments } from "./assessment.ts";
import { concept, outcome } from "./codes.ts";
import { comparisonItems } from "./comparison.ts";
import { coded, container, text } from "./content-item.ts";
import type { SrInput, SrWords } from "./sr-input.ts";
import { studyMeasurements } from "./study-measurements.ts";

/**
 * What is said of the read as a whole (PS3.16 TID 1500 row 12): what the analyses came to as a code, the study-level measurements, and in words that it is unconfirmed, what limits it and what
 * was not assessed. It alone makes a read without measurements a document.
 */
export function evaluations({ result, words }: SrInput): DataSet {
  return container("CONTAINS", concept.qualitativeEvaluations, [
    coded("CONTAINS", concept.outcome, outcomeOf(result)),
    ...result.analyses.flatMap(studyMeasurements),
    ...result.analyses.flatMap(comparisonItems),
    ...assessments({ result, words }, null),
    ...remarksOf(result, words).map((remark) => text("CONTAINS", concept.comment, remark)),
  ]);
}

function outcomeOf({ analyses }: ReadResult): Code {
  const found = analyses.some(({ findings }) => findings.length > 0);
  const read = analyses.filter((analysis) => isRead(analysis.outcome));
  if (read.length === 0) return outcome.none;
  if (analyses.every((analysis) => analysis.outcome === "done")) return found ? outcome.allWith : outcome.allWithout;
  return found ? outcome.someWith : outcome.someWithout;
}

const isRead = (of: ReadResult["analyses"][number]["outcome"]): boolean => of === "done" || of === "partial";

function remarksOf({ intake, analyses, series }: ReadResult, words: SrWords): string[] {
  return [
    ...words.remarks,
    ...analyses.flatMap(({ because }) => because.map((reason) => reason.text)),
    ...intake.map((reason) => reason.text),
    ...series.map(words.seriesRemark),
    ...series.flatMap(({ quality }) => Object.values(quality).map((figure) => figure.because.text)),
    ...analyses.flatMap(({ notAssessed }) => notAssessed.map((reason) => words.notAssessed(reason.text))),
  ];
}
