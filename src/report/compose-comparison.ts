import type { AnalysisReading } from "../findings/read-result.ts";
import { type Language, sayNumber, sayTyped } from "../words/say.ts";
import type { Block } from "./report-document.ts";
import { said, sayDate } from "./said.ts";

/** What the report says of the comparison with a prior examination: with which, or why not, and what is gone. Empty where none was given. */
export function comparisonBlocks({ comparison }: AnalysisReading, language: Language): Block[] {
  if (comparison === undefined) return [];
  const { priorStudyDate } = comparison;
  const date = priorStudyDate === null ? sayTyped(language, "findings.no-date") : sayDate(priorStudyDate);
  const made: Block[] =
    comparison.registration === null
      ? []
      : [
          {
            kind: "paragraph",
            tone: "plain",
            text: sayTyped(language, "report.compared", { date, errorMm: comparison.registration.medianErrorMm }),
          },
        ];
  const lines = [
    ...comparison.because.map((each) => said(language, each)),
    ...comparison.gone.map(({ change, because, priorMeanDiameterMm }) => {
      const size = priorMeanDiameterMm === null ? "–" : sayNumber(priorMeanDiameterMm, 1);
      const head = sayTyped(language, "report.prior-finding", { change: `change-${change}`, size });
      return [head, ...because.map((each) => said(language, each))].join(language === "zh" ? "" : " ");
    }),
  ];
  return [...made, ...(lines.length === 0 ? [] : [{ kind: "list", items: lines } as const])];
}
