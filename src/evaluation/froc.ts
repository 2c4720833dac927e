import type { SeededRandom } from "../base/seeded-random.ts";
import { mean } from "../base/stats.ts";
import { type Interval, percentileInterval, resampledCounts } from "./bootstrap.ts";
import type { Matched } from "./match.ts";

/** One point of a FROC curve: everything scored at or above the threshold is a mark. */
export interface FrocPoint {
  readonly threshold: number;
  readonly falsePositivesPerScan: number;
  readonly sensitivity: number;
}

export interface FrocSummary {
  /** Points in falling order of threshold; the first is (∞, 0, 0). */
  readonly curve: readonly FrocPoint[];
  /** Sensitivity at 1/8, 1/4, 1/2, 1, 2, 4 and 8 false positives a scan. */
  readonly sensitivities: readonly number[];
  /** Mean of the seven (competition performance metric). */
  readonly cpm: number;
  readonly lesions: number;
  readonly scans: number;
}

/** What of a matched scan a FROC curve needs. */
export type FrocScan = Pick<Matched, "lesionScores" | "falsePositives"> & {
  /** What a bootstrap draws the scan with: the patient whose lungs these are. Absent: the scan by itself. */
  readonly unit?: string;
  /** Semi-synthetic scans: the patient that each lesion grew in, drawn apart from the scan's own. */
  readonly lesionUnits?: readonly string[];
};

/** LUNA16's seven operating points. */
export const operatingRates = [0.125, 0.25, 0.5, 1, 2, 4, 8] as const;

/**
 * Free-response ROC of a set of scans. Missed lesions stay in the denominator; false positives are divided by all scans.
 * @param weights how often each scan counts; all once when absent
 * @throws RangeError when no scan or no lesion is left
 */
export function froc(scans: readonly FrocScan[], weights: ArrayLike<number> = new Float64Array(scans.length).fill(1)): FrocSummary {
  const events = eventsOf(scans);
  const steps = stepsOf(events, { scans: weights, lesions: events.lesionScan.map((scan) => weights[scan]!) });
  const sensitivities = operatingRates.map((rate) => interpolated(steps, rate));
  return {
    curve: steps.thresholds.map((threshold, n) => ({
      threshold,
      falsePositivesPerScan: steps.falsePositivesPerScan[n]!,
      sensitivity: steps.sensitivity[n]!,
    })),
    sensitivities,
    cpm: mean(sensitivities),
    lesions: steps.lesions,
    scans: steps.scans,
  };
}

/** Marks of all scans in falling order of score. */
interface Events {
  readonly scores: Float64Array;
  readonly scan: Int32Array;
  /** Index among all lesions; −1 for a false positive. */
  readonly lesion: Int32Array;
  /** Scan of each lesion, found or missed. */
  readonly lesionScan: readonly number[];
}

interface Weights {
  readonly scans: ArrayLike<number>;
  readonly lesions: ArrayLike<number>;
}

interface Steps {
  readonly thresholds: readonly number[];
  readonly falsePositivesPerScan: readonly number[];
  readonly sensitivity: readonly number[];
  readonly lesions: number;
  readonly scans: number;
}

function eventsOf(scans: readonly FrocScan[]): Events {
  const lesionScan: number[] = [];
  const events: { score: number; scan: number; lesion: number }[] = [];
  for (const [scan, { lesionScores, falsePositives }] of scans.entries()) {
    for (const score of lesionScores) {
      if (score !== null) events.push({ score, scan, lesion: lesionScan.length });
      lesionScan.push(scan);
    }
    for (const score of falsePositives) events.push({ score, scan, lesion: -1 });
  }
  events.sort((a, b) => b.score - a.score);
  return {
    scores: Float64Array.from(events, ({ score }) => score),
    scan: Int32Array.from(events, ({ scan }) => scan),
    lesion: Int32Array.from(events, ({ lesion }) => lesion),
    lesionScan,
  };
}

function stepsOf({ scores, scan, lesion }: Events, weights: Weights): Steps {
  const [scans, lesions] = [sum(weights.scans), sum(weights.lesions)];
  if (scans === 0 || lesions === 0) throw new RangeError("a FROC curve needs at least one scan and one lesion");
  const thresholds = [Number.POSITIVE_INFINITY];
  const falsePositivesPerScan = [0];
  const sensitivity = [0];
  let [hits, misses, moved] = [0, 0, false];
  for (let n = 0; n < scores.length; n++) {
    const of = lesion[n]!;
    const weight = of < 0 ? weights.scans[scan[n]!]! : weights.lesions[of]!;
    if (of < 0) misses += weight;
    else hits += weight;
    moved ||= weight > 0;
    // equal scores enter together; what weighs nothing makes no point
    if (!moved || scores[n + 1] === scores[n]) continue;
    thresholds.push(scores[n]!);
    falsePositivesPerScan.push(misses / scans);
    sensitivity.push(hits / lesions);
    moved = false;
  }
  return { thresholds, falsePositivesPerScan, sensitivity, lesions, scans };
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let n = 0; n < values.length; n++) total += values[n]!;
  return total;
}

/**
 * Sensitivity at a rate of false positives, linear between the curve's points, the higher end of a vertical step, the last value beyond the
 * curve's end (as LUNA16's script does).
 * @throws RangeError when the rate is negative
 */
export function sensitivityAt(curve: readonly FrocPoint[], falsePositivesPerScan: number): number {
  if (!(falsePositivesPerScan >= 0)) throw new RangeError(`a rate of false positives must not be negative, got ${falsePositivesPerScan}`);
  const steps = {
    falsePositivesPerScan: curve.map((point) => point.falsePositivesPerScan),
    sensitivity: curve.map(({ sensitivity }) => sensitivity),
  };
  return interpolated(steps, falsePositivesPerScan);
}

function interpolated(
  { falsePositivesPerScan: rates, sensitivity }: Pick<Steps, "falsePositivesPerScan" | "sensitivity">,
  rate: number,
): number {
  // the first point beyond the rate, by halving
  let [low, high] = [0, rates.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rates[middle]! > rate) high = middle;
    else low = middle + 1;
  }
  if (low === rates.length) return sensitivity.at(-1) ?? 0;
  const [before, beyond] = [sensitivity[low - 1]!, sensitivity[low]!];
  return before + ((rate - rates[low - 1]!) / (rates[low]! - rates[low - 1]!)) * (beyond - before);
}

export interface FrocIntervals {
  readonly cpm: Interval;
  /** At the seven operating points. */
  readonly sensitivities: readonly Interval[];
  /** At the rates asked for. */
  readonly band: readonly Interval[];
}

/**
 * 95 % percentile intervals from resamples of whole units (see FrocScan); lesions with units of their own weigh the product of both counts
 * (Owen, Ann Appl Stat 2007;1:386). Resamples without a lesion are drawn again.
 * @param bandRates false positives a scan at which a band is wanted
 * @throws RangeError when there is no lesion
 */
export function frocIntervals(
  scans: readonly FrocScan[],
  random: SeededRandom,
  resamples = 1000,
  bandRates: readonly number[] = [],
): FrocIntervals {
  const events = eventsOf(scans);
  if (events.lesionScan.length === 0) throw new RangeError("a FROC curve needs at least one lesion");
  const draw = drawer(scans, events.lesionScan, random);
  const rates = [...operatingRates, ...bandRates];
  const replicates = Array.from({ length: resamples }, () => {
    const steps = stepsOf(events, draw());
    return rates.map((rate) => interpolated(steps, rate));
  });
  const at = rates.map((_, n) => percentileInterval(replicates.map((values) => values[n]!)));
  return {
    cpm: percentileInterval(replicates.map((values) => mean(values.slice(0, operatingRates.length)))),
    sensitivities: at.slice(0, operatingRates.length),
    band: at.slice(operatingRates.length),
  };
}

function drawer(scans: readonly FrocScan[], lesionScan: readonly number[], random: SeededRandom): () => Weights {
  const hosts = numbered(scans.map(({ unit }, n) => unit ?? n));
  const crossed = scans.some(({ lesionUnits }) => lesionUnits !== undefined);
  const donors = numbered(scans.flatMap(({ lesionScores, lesionUnits }, n) => lesionScores.map((_, lesion) => lesionUnits?.[lesion] ?? n)));
  return () => {
    for (;;) {
      const hostCounts = resampledCounts(hosts.count, random);
      const scanWeights = hosts.of.map((host) => hostCounts[host]!);
      const donorCounts = crossed ? resampledCounts(donors.count, random) : null;
      const lesions = lesionScan.map((scan, lesion) => scanWeights[scan]! * (donorCounts?.[donors.of[lesion]!] ?? 1));
      if (sum(lesions) > 0) return { scans: scanWeights, lesions };
    }
  };
}

/** Names as numbers 0 … count − 1. */
function numbered(names: ReadonlyArray<string | number>): { readonly of: readonly number[]; readonly count: number } {
  const known = new Map<string | number, number>();
  const of = names.map((name) => {
    const number = known.get(name) ?? known.size;
    known.set(name, number);
    return number;
  });
  return { of, count: known.size };
}
