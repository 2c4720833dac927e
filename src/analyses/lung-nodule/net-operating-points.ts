import type { OperatingPoint, OperatingPointName } from "../../findings/operating-point.ts";

/**
 * Chosen on the calibration set (benchmarks/accuracy/results/calibration.md): the highest score that shows 90 % of its nodules, and the lowest with at
 * most 1 and 4 false positives a scan. To be chosen anew with every net.
 */
export const netOperatingPoints: Readonly<Record<OperatingPointName, OperatingPoint>> = {
  specific: { name: "specific", score: 0.665, figures: [] },
  screening: { name: "screening", score: 0.161, figures: [] },
  sensitive: { name: "sensitive", score: 0.026, figures: [] },
};
