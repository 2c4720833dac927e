import type { OperatingPoint, OperatingPointName } from "../../findings/operating-point.ts";

/**
 * Chosen on the calibration set (benchmarks/accuracy/results/calibration.md): the highest score that shows 90 % of its nodules, and the lowest with at
 * most ½ and 2 false positives a scan. To be chosen anew with every net.
 */
export const netOperatingPoints: Readonly<Record<OperatingPointName, OperatingPoint>> = {
  specific: { name: "specific", score: 0.665, figures: [] },
  screening: { name: "screening", score: 0.442, figures: [] },
  sensitive: { name: "sensitive", score: 0.065, figures: [] },
};
