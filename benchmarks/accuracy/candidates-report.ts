import { seededRandom } from "../../src/base/seeded-random.ts";
import { crossedMeanInterval, type Interval } from "../../src/evaluation/bootstrap.ts";
import { froc, frocIntervals, operatingRates } from "../../src/evaluation/froc.ts";
import { clopperPearsonInterval, poissonInterval } from "../../src/evaluation/intervals.ts";
import type { FilledVolume, Inserted } from "./fill-volume.ts";
import { insertionGroups, rateText } from "./filled-figures.ts";
import type { RealScanRead } from "./read-scan.ts";

/** Everything a run found, as written to results/. */
export interface Results {
  readonly what: string;
  readonly finder: string;
  readonly backgrounds: "development" | "held-out";
  readonly operatingPoints: ReadonlyArray<{ readonly name: string; readonly score: number }>;
  readonly machine: string;
  readonly commit: string;
  readonly seed: number;
  readonly seconds: number;
  readonly volumes: readonly FilledVolume[];
  readonly real: readonly RealScanRead[];
}

type Placed = Inserted & { readonly background: string };

/** The results as Markdown: how they were made, sensitivity by group, FROC, marks on real scans, misses. */
export function candidatesReport(results: Results): string {
  const placed = results.volumes.flatMap((one) => one.insertions.map((inserted): Placed => ({ ...inserted, background: one.background })));
  const unplaced = results.volumes.flatMap((one) => one.unplaced);
  const patients = new Set(placed.map((one) => one.patientId)).size;
  const backgrounds = [...new Set(results.volumes.map((one) => `${one.background} (series ${one.seriesInstanceUid})`))];
  return `${[
    `# Candidates and marks of the lung-nodule chain, ${results.backgrounds} backgrounds`,
    `Found by: ${results.finder}.`,
    `Machine: ${results.machine}. Commit ${results.commit}, seed ${results.seed}, ${results.seconds} s. A “+” after the commit: the source had uncommitted changes.`,
    "## Semi-synthetic: real nodules set into other real scans",
    `${placed.length} nodules of ${patients} LIDC-IDRI patients (lidc-nodules, validation, calibration half of splits.json; outlined by ≥ 3 of 4 readers; diameter and centre of the consensus outline) set into ${results.volumes.length} volumes made of ${backgrounds.length} scans: ${backgrounds.join("; ")}. No place was found for ${unplaced.length}. Not to be pooled or compared with figures on clinical scans.`,
    "Hit: distance from the nodule's centre below its radius (LUNA16). At most 150 candidates a volume. Interval: exact (Clopper–Pearson) over insertions; and bootstrap over nodule patients crossed with background scans.",
    sensitivityTable(placed),
    "### Free-response curve of the scored candidates (before outlines join doubles)",
    frocText(results),
    "## Real scans, a development set",
    "Strict marks: shown findings on no nodule of ≥ 3 readers, those on readers' other marks included. LUNA16 false positives: those on no mark at all. Scans without a complete reading count no false positives.",
    realTable(results.real),
    burdenText(results.real),
    pointTable(results),
    "### Lesions in these scans",
    lesionTable(results.real),
    "## Insertions without a candidate",
    missTable(placed),
    `Median number of candidates a volume: ${median(results.volumes.map((one) => one.candidates))}; median difference between the surroundings where a nodule grew and where it was put: ${median(placed.map((one) => one.unlikenessHu))} HU.`,
  ].join("\n\n")}\n`;
}

function sensitivityTable(placed: readonly Placed[]): string {
  const lines = insertionGroups.flatMap(([name, belongs]) => {
    const own = placed.filter(belongs);
    if (own.length === 0) return [];
    const found = own.filter((one) => one.rank !== null).length;
    const observations = own.map((one) => ({ first: one.patientId, second: one.background, value: one.rank === null ? 0 : 1 }));
    const crossed = crossedMeanInterval(observations, seededRandom(1));
    const cells = [
      name,
      `${found} of ${own.length}`,
      percent(found / own.length),
      range(clopperPearsonInterval(found, own.length)),
      range(crossed),
    ];
    return [`| ${cells.join(" | ")} |`];
  });
  return ["| nodules | among the candidates | sensitivity | exact 95 % | bootstrap 95 % |", "|---|---|---|---|---|", ...lines].join("\n");
}

function frocText({ volumes }: Results): string {
  const complete = volumes.filter((one) => one.complete);
  if (complete.length === 0) return "None: no background here was read completely.";
  const scans = complete.map((one) => ({ lesionScores: one.insertions.map(({ score }) => score), falsePositives: one.falsePositives }));
  const summary = froc(scans);
  const intervals = frocIntervals(scans, seededRandom(2));
  const rows = operatingRates.map(
    (rate, n) => `| ${rate} | ${summary.sensitivities[n]!.toFixed(3)} | ${bounds(intervals.sensitivities[n]!)} |`,
  );
  const threshold = complete[0]!.operatingScore;
  const shownHits = scans.flatMap(({ lesionScores }) => lesionScores).filter((score) => score !== null && score >= threshold).length;
  const falseShown = scans.flatMap(({ falsePositives }) => falsePositives).filter((score) => score >= threshold).length;
  const rate = poissonInterval(falseShown, scans.length);
  return [
    `${summary.lesions} insertions in ${complete.length} volumes of ${new Set(complete.map((one) => one.background)).size} completely read scans; intervals resample volumes, which share backgrounds and are therefore too narrow.${complete.length < 8 ? " Fewer than 8 volumes: the value at 1/8 says little." : ""}`,
    [
      "| false positives a scan | sensitivity | 95 % |",
      "|---|---|---|",
      ...rows,
      `| mean (CPM) | ${summary.cpm.toFixed(3)} | ${bounds(intervals.cpm)} |`,
    ].join("\n"),
    `At the operating point (score ≥ ${threshold}): ${shownHits} of ${summary.lesions} shown, ${falseShown} false positives in ${scans.length} volumes, ${(falseShown / scans.length).toFixed(1)} a volume (exact 95 % ${rate.low.toFixed(1)}–${rate.high.toFixed(1)}).`,
  ].join("\n\n");
}

function realTable(real: readonly RealScanRead[]): string {
  const count = (scan: RealScanRead, value: number): string => (scan.complete ? String(value) : "not counted");
  const rows = real.map(
    (scan) =>
      `| ${scan.id} | ${scan.candidates} | ${scan.shown} | ${count(scan, scan.strict)} | ${count(scan, scan.strictFrom6Mm)} | ${count(scan, scan.falsePositives)} |`,
  );
  return [
    "| scan | candidates | shown | strict marks | strict ≥ 6 mm | LUNA16 false positives |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function burdenText(real: readonly RealScanRead[]): string {
  const complete = real.filter((scan) => scan.complete);
  const line = (name: string, of: (scan: RealScanRead) => number): string => {
    const total = complete.reduce((sum, scan) => sum + of(scan), 0);
    const { low, high } = poissonInterval(total, complete.length);
    return `${name}: ${total} in ${complete.length} scans, ${(total / complete.length).toFixed(2)} a scan (exact Poisson 95 % ${low.toFixed(2)}–${high.toFixed(2)})`;
  };
  return `${[
    line("Strict marks", (scan) => scan.strict),
    line("strict marks ≥ 6 mm", (scan) => scan.strictFrom6Mm),
    line("LUNA16 false positives", (scan) => scan.falsePositives),
  ].join("; ")}.`;
}

function pointTable({ real, operatingPoints }: Results): string {
  const complete = real.filter((scan) => scan.complete);
  const marks = complete.flatMap((scan) => scan.strictMarks);
  const rows = operatingPoints.map(({ name, score }) => {
    const from = marks.filter((mark) => mark.score >= score);
    return `| ${name} | ${score} | ${rateText(from.length, complete.length)} | ${rateText(from.filter((mark) => mark.false).length, complete.length)} |`;
  });
  return ["| operating point | score ≥ | strict marks a scan | LUNA16 false positives a scan |", "|---|---|---|---|", ...rows].join("\n");
}

function lesionTable(real: readonly RealScanRead[]): string {
  const rows = real.flatMap((scan) =>
    scan.lesions.map(
      ({ what, diameterMm, rank, score, shown }) =>
        `| ${scan.id} | ${what} | ${diameterMm ?? "–"} | ${rank ?? "not found"} | ${score?.toFixed(2) ?? "–"} | ${shown ? "yes" : "no"} |`,
    ),
  );
  return ["| scan | lesion | diameter, mm | rank | score | shown |", "|---|---|---|---|---|---|", ...rows].join("\n");
}

function missTable(placed: readonly Placed[]): string {
  const missed = placed.filter((one) => one.rank === null);
  if (missed.length === 0) return "None.";
  const rows = missed.map(
    (one) =>
      `| ${one.file.replace(".nii.gz", "")} | ${one.diameterMm} | ${one.texture} | ${one.background} | ${one.centerMm.join(", ")} | ${one.nearestMm} |`,
  );
  return ["| nodule | diameter, mm | texture | set into | at, LPS mm | nearest candidate, mm |", "|---|---|---|---|---|---|", ...rows].join(
    "\n",
  );
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const range = ({ low, high }: Interval): string => `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)} %`;
const bounds = ({ low, high }: Interval): string => `${low.toFixed(3)}–${high.toFixed(3)}`;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
