import type { Interval } from "./bootstrap.ts";
import { clopperPearsonInterval } from "./intervals.ts";

/** A ratio of two rates; infinite where the second count is 0, with a low end that is not. */
export interface RateRatio extends Interval {
  readonly ratio: number;
}

/**
 * Ratio of two Poisson rates with its exact interval: given the sum of both counts the first is binomial (Przyborowski & Wilenski, Biometrika
 * 1940;31:313), so Clopper and Pearson's limits of its share p become limits p/(1 − p) of the ratio of counts.
 * @param exposures what each count is divided by
 * @returns null when both counts are 0: nothing is known of the ratio
 * @throws RangeError when a count is not a non-negative integer or an exposure not positive
 */
export function rateRatio(first: number, second: number, exposures: readonly [number, number], level = 0.95): RateRatio | null {
  if (!exposures.every((exposure) => exposure > 0)) throw new RangeError(`exposures must be positive, got ${exposures}`);
  if (first === 0 && second === 0) return null;
  const share = clopperPearsonInterval(first, first + second, level);
  const ratio = (p: number): number => (p === 1 ? Number.POSITIVE_INFINITY : (p / (1 - p)) * (exposures[1] / exposures[0]));
  return { ratio: ratio(first / (first + second)), low: ratio(share.low), high: ratio(share.high), level };
}
