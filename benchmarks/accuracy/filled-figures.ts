import { seededRandom } from "../../src/base/seeded-random.ts";
import type { Interval } from "../../src/evaluation/bootstrap.ts";
import { froc, frocIntervals, operatingRates, sensitivityAt } from "../../src/evaluation/froc.ts";
import type { PairedScan } from "../../src/evaluation/froc-difference.ts";
import { frocPlot } from "../../src/evaluation/froc-plot.ts";
import { clopperPearsonInterval, poissonInterval } from "../../src/evaluation/intervals.ts";
import type { FilledVolume, Inserted } from "./fill-volume.ts";

/** Filled volumes as a FROC curve takes them: drawn with their background, nodules with the patient they grew in. */
export const frocScans = (volumes: readonly FilledVolume[]): PairedScan[] =>
  volumes
    .filter(({ complete }) => complete)
    .map(({ background, insertions, falsePositives }) => ({
      unit: background,
      lesionUnits: insertions.map(({ patientId }) => patientId),
      lesionScores: insertions.map(({ score }) => score),
      falsePositives,
    }));

/** The lowest score at which no more than `rate` false positives a scan are marked. */
export function scoreAtRate(volumes: readonly FilledVolume[], rate: number): number {
  const within = froc(frocScans(volumes)).curve.filter(({ falsePositivesPerScan }) => falsePositivesPerScan <= rate);
  return within.at(-1)!.threshold;
}

/** The highest score from which a share of the insertions is shown. */
export function scoreThatShows(volumes: readonly FilledVolume[], share: number): number {
  const scores = insertionsOf(volumes).map(({ score }) => score ?? 0);
  return scores.sort((a, b) => b - a)[Math.ceil(share * scores.length) - 1]!;
}

/** Groups that sensitivity is told by. */
export const insertionGroups: ReadonlyArray<readonly [name: string, belongs: (one: Inserted) => boolean]> = [
  ["all", () => true],
  ["≥ 6 mm", (one) => one.diameterMm >= 6],
  ["3–6 mm", (one) => one.diameterMm < 6],
  ["6–8 mm", (one) => one.diameterMm >= 6 && one.diameterMm < 8],
  ["8–15 mm", (one) => one.diameterMm >= 8 && one.diameterMm < 15],
  ["≥ 15 mm", (one) => one.diameterMm >= 15],
  ["solid (texture > 4)", (one) => one.texture > 4],
  ["part-solid (2–4)", (one) => one.texture >= 2 && one.texture <= 4],
  ["non-solid (< 2)", (one) => one.texture < 2],
  ["outlined by 4 readers", (one) => one.readers === 4],
  ["outlined by 3 readers", (one) => one.readers === 3],
  ["patch cut at its outline", (one) => one.cut],
  ["patch with background at both ends", (one) => !one.cut],
];

export const insertionsOf = (volumes: readonly FilledVolume[]): Inserted[] => volumes.flatMap(({ insertions }) => insertions);
export const isShown = (score: number | null, from: number): boolean => score !== null && score >= from;

/** "12 of 14, .857 (.572–.982)" with Clopper and Pearson's interval. */
export function shareText(hits: number, of: number): string {
  if (of === 0) return "none";
  return `${hits} of ${of}, ${(hits / of).toFixed(3)} (${bounds(clopperPearsonInterval(hits, of))})`;
}

/** "3 in 9, .33 (.07–.97)" with the exact Poisson interval. */
export function rateText(count: number, scans: number): string {
  if (scans === 0) return "none";
  const { low, high } = poissonInterval(count, scans);
  return `${count} in ${scans}, ${(count / scans).toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

export const bounds = ({ low, high }: Pick<Interval, "low" | "high">): string => `${low.toFixed(3)}–${high.toFixed(3)}`;

/** Shown insertions, exact; of those that a test holds for. */
export function shownText(volumes: readonly FilledVolume[], score: number, belongs: (one: Inserted) => boolean = () => true): string {
  const own = insertionsOf(volumes).filter(belongs);
  return shareText(own.filter((one) => isShown(one.score, score)).length, own.length);
}

/** False positives a scan at a score, exact. */
export function falseText(volumes: readonly FilledVolume[], score: number): string {
  const complete = volumes.filter((one) => one.complete);
  return rateText(complete.flatMap(({ falsePositives }) => falsePositives.filter((own) => own >= score)).length, complete.length);
}

const curveRates = Array.from({ length: 49 }, (_, n) => 2 ** (n / 8 - 3));

/** The FROC curve of filled volumes: CPM and sensitivities with intervals over nodule patients crossed with backgrounds, and its picture. */
export function frocFigures(volumes: readonly FilledVolume[], title: string, operatingScore: number) {
  const scans = frocScans(volumes);
  const { cpm, sensitivities, curve } = froc(scans);
  const intervals = frocIntervals(scans, seededRandom(1), 1000, curveRates);
  const { level: _, ...cpmBounds } = intervals.cpm;
  const point = (falsePositivesPerScan: number, sensitivity: number, { low, high }: Interval) => ({
    falsePositivesPerScan,
    sensitivity,
    low,
    high,
  });
  const plotted = {
    cpm: { value: cpm, ...cpmBounds },
    rates: operatingRates.map((rate, n) => point(rate, sensitivities[n]!, intervals.sensitivities[n]!)),
    curve: curveRates.map((rate, n) => point(rate, sensitivityAt(curve, rate), intervals.band[n]!)),
    scans: scans.length,
    nodules: scans.flatMap(({ lesionScores }) => lesionScores).length,
    resamples: 1000,
    resampled: "nodule and background patients" as const,
  };
  const at = curve.findLast(({ threshold }) => threshold >= operatingScore)!;
  const svg = frocPlot(
    plotted,
    { rate: at.falsePositivesPerScan, sensitivity: at.sensitivity },
    { title, x: "false positives a scan (LUNA16's rules)", y: "sensitivity", operatingPoint: "operating point", stamp: "" },
  );
  return { cpm, cpmInterval: intervals.cpm, rates: plotted.rates, svg };
}

/** Rows as a Markdown table. */
export const table = (head: readonly string[], rows: ReadonlyArray<readonly (string | number)[]>): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
