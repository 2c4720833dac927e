import type { Finding } from "./finding.ts";
import type { AnalysisReading } from "./read-result.ts";

/** Findings at or above the operating point, highest score first; all of them when no point is named. */
export function shownFindings({ findings, operatingPoint }: AnalysisReading): Finding[] {
  const shown = operatingPoint === null ? [...findings] : findings.filter(({ score }) => score >= operatingPoint.score);
  return shown.sort((a, b) => b.score - a.score);
}

/** Those of them that nobody rejected: what guidelines and risk models are asked about. */
export const standingFindings = (reading: AnalysisReading): Finding[] =>
  shownFindings(reading).filter(({ verdict }) => verdict !== "rejected");
