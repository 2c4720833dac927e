import type { SeededRandom } from "../base/seeded-random.ts";

/** An interval with its confidence level. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** e.g. .95 */
  readonly level: number;
}

/**
 * How often each of n units is drawn in n draws with replacement.
 * @throws RangeError when there is nothing to draw from
 */
export function resampledCounts(n: number, random: SeededRandom): Int32Array {
  if (!(Number.isInteger(n) && n > 0)) throw new RangeError(`n must be a positive integer, got ${n}`);
  const counts = new Int32Array(n);
  for (let draw = 0; draw < n; draw++) counts[random.integer(n)]!++;
  return counts;
}

/**
 * Percentile interval of bootstrap replicates (Efron 1979): quantiles (1 ± level) / 2, linear between order statistics.
 * @throws RangeError when empty or the level is not between 0 and 1
 */
export function percentileInterval(replicates: readonly number[], level = 0.95): Interval {
  if (replicates.length === 0) throw new RangeError("no replicates");
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be between 0 and 1, got ${level}`);
  const sorted = [...replicates].sort((a, b) => a - b);
  return { low: quantileOfSorted(sorted, (1 - level) / 2), high: quantileOfSorted(sorted, (1 + level) / 2), level };
}

function quantileOfSorted(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + (at - below) * ((sorted[below + 1] ?? low) - low);
}

/** An observation of a design with two crossed sources of variation (which nodule's patient, which background scan). */
export interface CrossedObservation {
  readonly first: string;
  readonly second: string;
  readonly value: number;
}

/**
 * Interval of a mean whose observations share two kinds of unit: both are resampled independently and an observation weighs the product of its
 * two counts (Owen, Ann Appl Stat 2007;1:386, "pigeonhole bootstrap"). Resamples in which nothing is left are drawn again.
 * @throws RangeError when there is no observation
 */
export function crossedMeanInterval(
  observations: readonly CrossedObservation[],
  random: SeededRandom,
  resamples = 1000,
  level = 0.95,
): Interval {
  if (observations.length === 0) throw new RangeError("no observations");
  const firsts = [...new Set(observations.map((one) => one.first))];
  const seconds = [...new Set(observations.map((one) => one.second))];
  const indexed = observations.map((one) => ({ a: firsts.indexOf(one.first), b: seconds.indexOf(one.second), value: one.value }));
  const replicates: number[] = [];
  while (replicates.length < resamples) {
    const a = resampledCounts(firsts.length, random);
    const b = resampledCounts(seconds.length, random);
    let [sum, weight] = [0, 0];
    for (const one of indexed) {
      const w = a[one.a]! * b[one.b]!;
      sum += w * one.value;
      weight += w;
    }
    if (weight > 0) replicates.push(sum / weight);
  }
  return percentileInterval(replicates, level);
}
