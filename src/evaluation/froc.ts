import type { SeededRandom } from "../base/seeded-random.ts";
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
export type FrocScan = Pick<Matched, "lesionScores" | "falsePositives">;

/** LUNA16's seven operating points. */
export const operatingRates = [0.125, 0.25, 0.5, 1, 2, 4, 8] as const;

/**
 * Free-response ROC of a set of scans. Missed lesions stay in the denominator; false positives are divided by all scans.
 * @param weights how often each scan counts (a bootstrap's resample); all once when absent
 * @throws RangeError when no scan or no lesion is left
 */
export function froc(scans: readonly FrocScan[], weights: ArrayLike<number> = new Float64Array(scans.length).fill(1)): FrocSummary {
  const curve = frocCurve(scans, weights);
  const sensitivities = operatingRates.map((rate) => sensitivityAt(curve, rate));
  const weighted = (of: (scan: FrocScan) => number): number => scans.reduce((sum, scan, n) => sum + of(scan) * weights[n]!, 0);
  return {
    curve,
    sensitivities,
    cpm: sensitivities.reduce((sum, value) => sum + value, 0) / sensitivities.length,
    lesions: weighted((scan) => scan.lesionScores.length),
    scans: weighted(() => 1),
  };
}

function frocCurve(scans: readonly FrocScan[], weights: ArrayLike<number>): FrocPoint[] {
  const events: { score: number; hit: number; miss: number }[] = [];
  let [lesions, count] = [0, 0];
  scans.forEach((scan, n) => {
    const weight = weights[n]!;
    count += weight;
    lesions += weight * scan.lesionScores.length;
    if (weight === 0) return;
    for (const score of scan.lesionScores) if (score !== null) events.push({ score, hit: weight, miss: 0 });
    for (const score of scan.falsePositives) events.push({ score, hit: 0, miss: weight });
  });
  if (count === 0 || lesions === 0) throw new RangeError("a FROC curve needs at least one scan and one lesion");
  events.sort((a, b) => b.score - a.score);
  const curve: FrocPoint[] = [{ threshold: Number.POSITIVE_INFINITY, falsePositivesPerScan: 0, sensitivity: 0 }];
  let [hits, misses] = [0, 0];
  events.forEach((event, n) => {
    hits += event.hit;
    misses += event.miss;
    // equal scores enter together
    if (events[n + 1]?.score !== event.score)
      curve.push({ threshold: event.score, falsePositivesPerScan: misses / count, sensitivity: hits / lesions });
  });
  return curve;
}

/**
 * Sensitivity at a rate of false positives, linear between the curve's points, the higher end of a vertical step, the last value beyond the
 * curve's end (as LUNA16's script does).
 * @throws RangeError when the rate is negative
 */
export function sensitivityAt(curve: readonly FrocPoint[], falsePositivesPerScan: number): number {
  if (!(falsePositivesPerScan >= 0)) throw new RangeError(`a rate of false positives must not be negative, got ${falsePositivesPerScan}`);
  const next = curve.findIndex((point) => point.falsePositivesPerScan > falsePositivesPerScan);
  if (next === -1) return curve.at(-1)?.sensitivity ?? 0;
  const [a, b] = [curve[next - 1]!, curve[next]!];
  const share = (falsePositivesPerScan - a.falsePositivesPerScan) / (b.falsePositivesPerScan - a.falsePositivesPerScan);
  return a.sensitivity + share * (b.sensitivity - a.sensitivity);
}

/** 95 % percentile intervals of CPM and of the seven sensitivities from resamples of whole scans; resamples without a lesion are drawn again. */
export function frocIntervals(
  scans: readonly FrocScan[],
  random: SeededRandom,
  resamples = 1000,
): { readonly cpm: Interval; readonly sensitivities: readonly Interval[] } {
  const summaries = Array.from({ length: resamples }, () => froc(scans, countsWithLesions(scans, random)));
  return {
    cpm: percentileInterval(summaries.map((summary) => summary.cpm)),
    sensitivities: operatingRates.map((_, n) => percentileInterval(summaries.map((summary) => summary.sensitivities[n]!))),
  };
}

function countsWithLesions(scans: readonly FrocScan[], random: SeededRandom): Int32Array {
  if (scans.every((scan) => scan.lesionScores.length === 0)) throw new RangeError("a FROC curve needs at least one lesion");
  for (;;) {
    const counts = resampledCounts(scans.length, random);
    if (scans.some((scan, n) => counts[n]! > 0 && scan.lesionScores.length > 0)) return counts;
  }
}
