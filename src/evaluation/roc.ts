import { mean } from "../base/stats.ts";
import type { Interval } from "./bootstrap.ts";
import { normalCdf, normalQuantile } from "./distributions.ts";

/** Area under a ROC curve with DeLong's standard error and interval. */
export interface RocArea {
  readonly area: number;
  readonly standardError: number;
  /** Cut at 0 and 1. */
  readonly interval: Interval;
}

/** Two areas on the same cases, and whether they differ. */
export interface AreaDifference {
  /** First minus second. */
  readonly difference: number;
  readonly standardError: number;
  readonly interval: Interval;
  /** null when the two rank every case alike, so that no test can be made. */
  readonly z: number | null;
  /** Two-sided. */
  readonly p: number | null;
}

/**
 * Area under the ROC curve, ties counting one half, by DeLong's method: each positive's share of negatives below it and each negative's share of
 * positives above it are averaged and their variances added (DeLong, DeLong & Clarke-Pearson, Biometrics 1988;44:837; by midranks as in Sun &
 * Xu, IEEE Signal Process Lett 2014;21:1389).
 * @param scores higher is more suspicious
 * @param positive per case, whether it is positive
 * @throws RangeError when lengths differ, a score is not finite, or fewer than two cases are positive or negative
 */
export function rocArea(scores: readonly number[], positive: readonly boolean[], level = 0.95): RocArea {
  const { ofPositives, ofNegatives, area } = placements(scores, positive);
  const standardError = Math.sqrt(
    covariance(ofPositives, ofPositives) / ofPositives.length + covariance(ofNegatives, ofNegatives) / ofNegatives.length,
  );
  const half = normalQuantile((1 + level) / 2) * standardError;
  return { area, standardError, interval: { low: Math.max(0, area - half), high: Math.min(1, area + half), level } };
}

/**
 * Compares two areas on the same cases by DeLong's paired test.
 * @throws RangeError as `rocArea`
 */
export function compareAreas(
  first: readonly number[],
  second: readonly number[],
  positive: readonly boolean[],
  level = 0.95,
): AreaDifference {
  const a = placements(first, positive);
  const b = placements(second, positive);
  const variance = (x: readonly number[], y: readonly number[]): number =>
    (covariance(x, x) + covariance(y, y) - 2 * covariance(x, y)) / x.length;
  const standardError = Math.sqrt(Math.max(0, variance(a.ofPositives, b.ofPositives) + variance(a.ofNegatives, b.ofNegatives)));
  const difference = a.area - b.area;
  const half = normalQuantile((1 + level) / 2) * standardError;
  const z = standardError > 0 ? difference / standardError : null;
  const p = z === null ? null : 2 * normalCdf(-Math.abs(z));
  return { difference, standardError, interval: { low: difference - half, high: difference + half, level }, z, p };
}

interface Placements {
  /** For each positive: the share of negatives that score below it. */
  readonly ofPositives: readonly number[];
  /** For each negative: the share of positives that score above it. */
  readonly ofNegatives: readonly number[];
  readonly area: number;
}

function placements(scores: readonly number[], positive: readonly boolean[]): Placements {
  if (scores.length !== positive.length) throw new RangeError(`${scores.length} scores for ${positive.length} cases`);
  if (!scores.every(Number.isFinite)) throw new RangeError("scores must be finite");
  const positives = scores.filter((_, n) => positive[n]);
  const negatives = scores.filter((_, n) => !positive[n]);
  const [m, k] = [positives.length, negatives.length];
  if (m < 2 || k < 2) throw new RangeError(`two positive and two negative cases are needed, got ${m} and ${k}`);
  const pooled = midranks([...positives, ...negatives]);
  const amongPositives = midranks(positives);
  const amongNegatives = midranks(negatives);
  const ofPositives = amongPositives.map((rank, n) => (pooled[n]! - rank) / k);
  const ofNegatives = amongNegatives.map((rank, n) => 1 - (pooled[m + n]! - rank) / m);
  return { ofPositives, ofNegatives, area: mean(ofPositives) };
}

/** Ranks from 1; equal values share the mean of theirs. */
export function midranks(values: readonly number[]): number[] {
  const order = values.map((_, n) => n).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let n = from; n < to; n++) ranks[order[n]!] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}

/** Unbiased sample covariance. */
function covariance(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [mean(x), mean(y)];
  return x.reduce((sum, value, n) => sum + (value - mx) * (y[n]! - my), 0) / (x.length - 1);
}
