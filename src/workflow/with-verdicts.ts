import type { ReadResult } from "../findings/read-result.ts";
import { standingVerdicts, type VerdictRecord } from "../findings/verdict-record.ts";
import { assess } from "./assess.ts";

/** A result with what readers said of its marks: the latest standing verdict of each, and what the guidelines then say of the others. */
export function withVerdicts(result: ReadResult, records: readonly VerdictRecord[]): ReadResult {
  if (records.length === 0) return result;
  const analyses = result.analyses.map((analysis) => ({
    ...analysis,
    findings: analysis.findings.map((finding) => {
      const said = standingVerdicts(records, finding.trackingUid).at(-1)?.given.says;
      return said === undefined || said === "withdrawn" ? finding : { ...finding, verdict: said };
    }),
  }));
  return { ...result, analyses, ...assess(result.study, result.person, analyses) };
}
