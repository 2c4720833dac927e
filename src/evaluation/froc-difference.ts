import type { SeededRandom } from "../base/seeded-random.ts";
import { type Interval, percentileInterval, resampledCounts } from "./bootstrap.ts";
import { type FrocScan, froc } from "./froc.ts";

/** A scan that enters a bootstrap of two units: whose lungs these are, and who each lesion grew in. */
export type PairedScan = Required<FrocScan>;

/**
 * Difference of the CPM of two results on the same lesions in the same scans (first − second) with a paired percentile interval: scans' patients
 * and lesions' patients are resampled, each draw the same for both results.
 * @throws RangeError when the two are not of the same scans with the same lesions
 */
export function cpmDifference(
  first: readonly PairedScan[],
  second: readonly PairedScan[],
  random: SeededRandom,
  resamples = 1000,
): { readonly difference: number; readonly interval: Interval } {
  const shape = (scans: readonly PairedScan[]): string => JSON.stringify(scans.map(({ unit, lesionUnits }) => [unit, lesionUnits]));
  if (shape(first) !== shape(second)) throw new RangeError("both results must be of the same lesions in the same scans");
  const hosts = [...new Set(first.map(({ unit }) => unit))];
  const donors = [...new Set(first.flatMap(({ lesionUnits }) => lesionUnits))];
  const replicates: number[] = [];
  while (replicates.length < resamples) {
    const ofHost = resampledCounts(hosts.length, random);
    const ofDonor = resampledCounts(donors.length, random);
    const drawn = (scans: readonly PairedScan[]): FrocScan[] =>
      scans.flatMap((scan) => {
        const { falsePositives } = scan;
        const lesionScores = scan.lesionScores.flatMap((score, n) => repeated(score, ofDonor[donors.indexOf(scan.lesionUnits[n]!)]!));
        return repeated({ lesionScores, falsePositives }, ofHost[hosts.indexOf(scan.unit)]!);
      });
    const [a, b] = [drawn(first), drawn(second)];
    if (a.some(({ lesionScores }) => lesionScores.length > 0)) replicates.push(froc(a).cpm - froc(b).cpm);
  }
  return { difference: froc(first).cpm - froc(second).cpm, interval: percentileInterval(replicates) };
}

const repeated = <T>(what: T, times: number): T[] => new Array<T>(times).fill(what);
