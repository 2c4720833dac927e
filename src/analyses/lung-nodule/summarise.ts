import type { Finding } from "../../findings/finding.ts";
import type { Measurement } from "../../findings/measurement.ts";

/**
 * Study-level numbers of the findings that nobody rejected: how many there are, and the largest mean axial diameter. Follows every verdict.
 * @returns `finding-count` (unit 1) and, where one was measured, `largest-mean-diameter` (mm), subject lungs
 */
export function summarise(findings: readonly Finding[]): Measurement[] {
  const standing = findings.filter(({ verdict }) => verdict !== "rejected");
  const diametersMm = standing.flatMap(({ measurements }) =>
    measurements.filter(({ plane }) => plane === "axial").map(({ meanDiameterMm }) => meanDiameterMm),
  );
  const count: Measurement = { code: "finding-count", value: standing.length, unit: "1", subject: "lungs" };
  if (diametersMm.length === 0) return [count];
  return [count, { code: "largest-mean-diameter", value: Math.max(...diametersMm), unit: "mm", subject: "lungs" }];
}
