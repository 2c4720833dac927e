import { logistic, logit } from "../base/logistic.ts";

/** How well probabilities say what happens. */
export interface Calibration {
  /** Slope of logit(outcome) on logit(probability): 1 is right, below 1 too extreme. */
  readonly slope: number;
  /** Intercept with that slope. */
  readonly intercept: number;
  /** Mean squared difference of probability and outcome. */
  readonly brier: number;
}

/** One bin of a reliability plot. */
export interface ReliabilityBin {
  readonly meanProbability: number;
  readonly observedShare: number;
  readonly n: number;
}

/**
 * Calibration slope and intercept by logistic regression of the outcome on the logit of the probability (Cox, Biometrika 1958;45:562), fitted by
 * Newton's method, and Brier's score (Mon Weather Rev 1950;78:1).
 * @returns null when no line can be fitted: one outcome only, one probability only, or outcomes fully separated by probability
 * @throws RangeError when lengths differ or a probability is not strictly between 0 and 1
 */
export function calibration(probabilities: readonly number[], happened: readonly boolean[]): Calibration | null {
  checkProbabilities(probabilities, happened);
  const x = probabilities.map(logit);
  const y = happened.map(Number);
  const brier = probabilities.reduce((sum, p, n) => sum + (p - y[n]!) ** 2, 0) / probabilities.length;
  let [intercept, slope] = [0, 1];
  for (let step = 0; step < 100; step++) {
    const change = newtonStep(x, y, intercept, slope);
    if (change === null) return null;
    intercept += change.intercept;
    slope += change.slope;
    if (!(Math.abs(slope) < 1e3 && Math.abs(intercept) < 1e3)) return null;
    if (Math.abs(change.intercept) + Math.abs(change.slope) < 1e-10) return { slope, intercept, brier };
  }
  return null;
}

function newtonStep(
  x: readonly number[],
  y: readonly number[],
  intercept: number,
  slope: number,
): { intercept: number; slope: number } | null {
  let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
  x.forEach((value, n) => {
    const p = logistic(intercept + slope * value);
    const w = p * (1 - p);
    g0 += y[n]! - p;
    g1 += (y[n]! - p) * value;
    h00 += w;
    h01 += w * value;
    h11 += w * value * value;
  });
  const determinant = h00 * h11 - h01 * h01;
  if (!(determinant > 1e-12 * h00 * h11)) return null;
  return { intercept: (h11 * g0 - h01 * g1) / determinant, slope: (h00 * g1 - h01 * g0) / determinant };
}

/**
 * Bins of equal counts in rising order of probability.
 * @throws RangeError when lengths differ, a probability is not strictly between 0 and 1, or there are fewer cases than bins
 */
export function reliability(probabilities: readonly number[], happened: readonly boolean[], bins: number): ReliabilityBin[] {
  checkProbabilities(probabilities, happened);
  if (!(Number.isInteger(bins) && bins > 0 && bins <= probabilities.length))
    throw new RangeError(`${bins} bins for ${probabilities.length} cases`);
  const order = probabilities.map((_, n) => n).sort((a, b) => probabilities[a]! - probabilities[b]!);
  return Array.from({ length: bins }, (_, bin) => {
    const own = order.slice(Math.round((bin * order.length) / bins), Math.round(((bin + 1) * order.length) / bins));
    return {
      meanProbability: own.reduce((sum, n) => sum + probabilities[n]!, 0) / own.length,
      observedShare: own.filter((n) => happened[n]).length / own.length,
      n: own.length,
    };
  });
}

function checkProbabilities(probabilities: readonly number[], happened: readonly boolean[]): void {
  if (probabilities.length !== happened.length || probabilities.length === 0)
    throw new RangeError(`${probabilities.length} probabilities for ${happened.length} outcomes`);
  if (!probabilities.every((p) => p > 0 && p < 1)) throw new RangeError("probabilities must lie strictly between 0 and 1");
}
