import type { Interval } from "./bootstrap.ts";
import { betaQuantile, gammaQuantile, normalQuantile } from "./distributions.ts";

/**
 * Wilson's score interval of a proportion (Wilson, JASA 1927;22:209).
 * @throws RangeError when not 0 ≤ hits ≤ trials in integers, trials > 0
 */
export function wilsonInterval(hits: number, trials: number, level = 0.95): Interval {
  checkCounts(hits, trials, level);
  const z = normalQuantile((1 + level) / 2);
  const share = hits / trials;
  const centre = (share + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half = (z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))) / (1 + (z * z) / trials);
  return { low: hits === 0 ? 0 : centre - half, high: hits === trials ? 1 : centre + half, level };
}

/**
 * Exact interval of a proportion (Clopper & Pearson, Biometrika 1934;26:404): at least `level` coverage whatever the truth.
 * @throws RangeError when not 0 ≤ hits ≤ trials in integers, trials > 0
 */
export function clopperPearsonInterval(hits: number, trials: number, level = 0.95): Interval {
  checkCounts(hits, trials, level);
  const tail = (1 - level) / 2;
  return {
    low: hits === 0 ? 0 : betaQuantile(tail, hits, trials - hits + 1),
    high: hits === trials ? 1 : betaQuantile(1 - tail, hits + 1, trials - hits),
    level,
  };
}

/**
 * Exact interval of a rate from a Poisson count (Garwood, Biometrika 1936;28:437): 0 events in 4 scans still allow .92 a scan.
 * @param exposure what the count is divided by, e.g. scans
 * @throws RangeError when the count is not a non-negative integer or the exposure not positive
 */
export function poissonInterval(count: number, exposure: number, level = 0.95): Interval {
  if (!(Number.isInteger(count) && count >= 0)) throw new RangeError(`a count must be a non-negative integer, got ${count}`);
  if (!(exposure > 0 && Number.isFinite(exposure))) throw new RangeError(`exposure must be positive, got ${exposure}`);
  checkLevel(level);
  const tail = (1 - level) / 2;
  return { low: count === 0 ? 0 : gammaQuantile(tail, count) / exposure, high: gammaQuantile(1 - tail, count + 1) / exposure, level };
}

function checkCounts(hits: number, trials: number, level: number): void {
  if (!(Number.isInteger(hits) && Number.isInteger(trials) && trials > 0 && hits >= 0 && hits <= trials))
    throw new RangeError(`hits of trials must be integers with 0 ≤ hits ≤ trials > 0, got ${hits} of ${trials}`);
  checkLevel(level);
}

function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be between 0 and 1, got ${level}`);
}
