import type { MeasuredFigure, OperatingPoint, OperatingPointName } from "../../findings/operating-point.ts";

type Measured = readonly [value: number, low: number, high: number];

/** Test set: 192 insertions in 9 volumes; real scans: six whose readers, or publishers, saw the whole lungs. */
const figures = (sensitivity: Measured, falsePositives: Measured, strictMarks: Measured): MeasuredFigure[] => {
  const figure = (code: MeasuredFigure["code"], [value, low, high]: Measured, data: MeasuredFigure["data"], n: number, file: string) => ({
    code,
    value,
    interval: [low, high] as [number, number],
    data,
    n,
    source: `benchmarks/accuracy/results/${file}.md`,
  });
  return [
    figure("sensitivity", sensitivity, "semi-synthetic", 192, "calibration"),
    figure("false-positives-per-scan", falsePositives, "semi-synthetic", 9, "calibration"),
    figure("strict-marks-per-scan", strictMarks, "real", 6, "candidates-net-held-out"),
  ];
};

/**
 * Chosen on the calibration set (benchmarks/accuracy/results/calibration.md): the highest score that shows 90 % of its nodules, and the lowest with at
 * most ½ and 2 false positives a scan. To be chosen and measured anew with every net.
 */
export const netOperatingPoints: Readonly<Record<OperatingPointName, OperatingPoint>> = {
  specific: { name: "specific", score: 0.665, figures: figures([0.911, 0.862, 0.948], [0.89, 0.38, 1.75], [1.17, 0.47, 2.4]) },
  screening: { name: "screening", score: 0.442, figures: figures([0.922, 0.874, 0.956], [1.78, 1.02, 2.89], [1.67, 0.8, 3.07]) },
  sensitive: { name: "sensitive", score: 0.065, figures: figures([0.984, 0.955, 0.997], [5.33, 3.93, 7.07], [5, 3.37, 7.14]) },
};
