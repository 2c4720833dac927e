import { seededRandom } from "../../src/base/seeded-random.ts";
import { cpmDifference } from "../../src/evaluation/froc-difference.ts";
import { rateRatio } from "../../src/evaluation/rate-ratio.ts";
import type { FilledVolume, Inserted } from "./fill-volume.ts";
import {
  bounds,
  falseText,
  frocFigures,
  frocScans,
  insertionGroups,
  insertionsOf,
  isShown,
  scoreAtRate,
  shareText,
  shownText,
  table,
} from "./filled-figures.ts";
import { type Sham, shamKinds } from "./sham-volume.ts";

/** Everything a run found, as written to results/. */
export interface DetectorResults {
  readonly what: string;
  readonly set: "calibration" | "test";
  readonly finder: string;
  readonly operatingPoint: { readonly name: string; readonly score: number };
  readonly machine: string;
  readonly commit: string;
  readonly seed: number;
  readonly seconds: number;
  /** Of the list of files and their SHA-256, in the order of nodules.csv. */
  readonly nodulesSha256: string;
  readonly backgrounds: ReadonlyArray<{
    readonly id: string;
    readonly seriesInstanceUid: string;
    readonly sha256: string;
    readonly sliceSpacingMm: number;
    /** Nets that the scan trained. */
    readonly trained: readonly string[];
  }>;
  readonly volumes: readonly FilledVolume[];
  /** The same nodules at the same places, set in by gradients. */
  readonly secondMethod: readonly FilledVolume[];
  readonly shams: readonly Sham[];
}

const from6Mm = (one: Inserted): boolean => one.diameterMm >= 6;
/** False positives a scan at which shams are counted besides the operating point. */
const shamRates = [1, 4] as const;

/** The results as Markdown; beside them those of the rules on the same set, where there are any. */
export function detectorReport(results: DetectorResults, rules: DetectorResults | null): string {
  const { volumes, secondMethod, set } = results;
  const placed = insertionsOf(volumes);
  const count = (values: readonly unknown[]): number => new Set(values).size;
  const backgrounds = results.backgrounds.map(
    ({ id, seriesInstanceUid, sha256, sliceSpacingMm, trained }) =>
      `- ${id}, series ${seriesInstanceUid}, slices ${sliceSpacingMm} mm apart, SHA-256 ${sha256}; ${trained.length === 0 ? "trained none of the nets" : `trained ${trained.join(" and ")}`}`,
  );
  return `${[
    `# Lung-nodule finder, semi-synthetic ${set} set`,
    `Found by: ${results.finder}.`,
    `Machine: ${results.machine}. Commit ${results.commit} (“+”: with uncommitted changes), seed ${results.seed}, ${results.seconds} s.`,
    `${placed.length} insertions of ${count(placed.map(({ file }) => file))} nodules of ${count(placed.map(({ patientId }) => patientId))} LIDC-IDRI patients (${set} half of splits.json, outlined by ≥ 3 of 4 readers; SHA-256 of the files ${results.nodulesSha256}) into ${volumes.length} volumes of ${results.backgrounds.length} scans; no place for ${volumes.flatMap(({ unplaced }) => unplaced).length}. None of these nodules' patients trained the nets (checked against their cards). Scored by LUNA16's rules, candidates before outlines join doubles. **Semi-synthetic: not to be pooled or compared with figures on clinical scans.**`,
    backgrounds.join("\n"),
    ...(set === "calibration" ? ["Operating points and the score's calibration are chosen on this set: its figures are no test."] : []),
    "## Targets and what was reached",
    "Intervals of the CPM: bootstrap over nodule patients crossed with backgrounds, which are few; of shares: exact (Clopper–Pearson) over insertions, a nodule's two places taken as independent.",
    targets(results, rules),
    "## Free-response curve",
    frocTable(results),
    `At the operating point (${results.operatingPoint.name}, score ≥ ${results.operatingPoint.score}): ${shownText(volumes, results.operatingPoint.score)} shown; false positives a volume ${falseText(volumes, results.operatingPoint.score)}.`,
    "## By size, texture and agreement",
    groupTable(results),
    "## By background",
    backgroundTable(results),
    "## A second insertion, written apart",
    `The same nodules at the same places, set in by gradients (src/evaluation/insert-by-gradient.ts) instead of by opacity: ${shownText(secondMethod, results.operatingPoint.score)} shown at the operating point; false positives a volume ${falseText(secondMethod, results.operatingPoint.score)}.`,
    "## Shams",
    "Things that are no nodule, set in by the first method's code with a nodule's outline (lung of the same scan; a vessel branch of the same scan, twice the outline; the nodule's own patch with the nodule filled up), each with an untouched place (one chosen in the same way; for a vessel where it came from). A place is marked when a candidate lies within its radius and 3 mm. Ratio of the two counts with the exact conditional interval. A vessel branch that is cut out ends blind, as no vessel does.",
    shamTable(results),
    "## Insertions not shown at 1 false positive a scan",
    missTable(volumes, scoreAtRate(volumes, 1)),
  ].join("\n\n")}\n`;
}

function targets(results: DetectorResults, rules: DetectorResults | null): string {
  const column = (of: DetectorResults): string[] => {
    const { volumes, secondMethod, operatingPoint } = of;
    const { cpm, cpmInterval } = frocFigures(volumes, "", operatingPoint.score);
    const atOne = scoreAtRate(volumes, 1);
    const { difference, interval } = cpmDifference(frocScans(secondMethod), frocScans(volumes), seededRandom(3));
    return [
      `${cpm.toFixed(3)} (${bounds(cpmInterval)})`,
      shownText(volumes, atOne, from6Mm),
      shownText(volumes, atOne, (one) => !from6Mm(one)),
      `${difference.toFixed(3)} (${bounds(interval)})`,
      shamText(of.shams, operatingPoint.score),
      shamText(of.shams, atOne),
    ];
  };
  const own = column(results);
  const theirs = rules && column(rules);
  const names = [
    ["CPM", "≥ .92"],
    ["sensitivity at 1 false positive a scan, ≥ 6 mm", "≥ .96"],
    ["sensitivity at 1 false positive a scan, 3–6 mm", "≥ .90"],
    ["CPM of the second insertion less that of the first", "within ± .03"],
    ["marks on shams against untouched places, operating point", "≤ 1.5 ×"],
    ["marks on shams against untouched places, score at 1 false positive a scan", "≤ 1.5 ×"],
  ] as const;
  return table(
    ["", "target", "reached", ...(theirs ? ["rules, the same set"] : [])],
    names.map(([name, target], n) => [name, target, own[n]!, ...(theirs ? [theirs[n]!] : [])]),
  );
}

function frocTable({ volumes, secondMethod, operatingPoint }: DetectorResults): string {
  const [first, second] = [volumes, secondMethod].map((of) => frocFigures(of, "", operatingPoint.score)) as [
    ReturnType<typeof frocFigures>,
    ReturnType<typeof frocFigures>,
  ];
  return table(
    ["false positives a scan", "sensitivity (95 %)", "second insertion (95 %)"],
    [
      ...first.rates.map((rate, n) => [
        rate.falsePositivesPerScan,
        ...[rate, second.rates[n]!].map((one) => `${one.sensitivity.toFixed(3)} (${bounds(one)})`),
      ]),
      ["mean (CPM)", ...[first, second].map(({ cpm, cpmInterval }) => `${cpm.toFixed(3)} (${bounds(cpmInterval)})`)],
    ],
  );
}

function groupTable({ volumes, operatingPoint }: DetectorResults): string {
  const atOne = scoreAtRate(volumes, 1);
  const rows = insertionGroups
    .filter(([, belongs]) => insertionsOf(volumes).some(belongs))
    .map(([name, belongs]) => [
      name,
      shownText(volumes, Number.NEGATIVE_INFINITY, belongs),
      shownText(volumes, operatingPoint.score, belongs),
      shownText(volumes, atOne, belongs),
    ]);
  return table(["nodules", "among the candidates", "at the operating point", "at 1 false positive a scan"], rows);
}

function backgroundTable({ volumes, secondMethod, backgrounds, operatingPoint }: DetectorResults): string {
  const rows = backgrounds.map(({ id }) => {
    const [first, second] = [volumes, secondMethod].map((of) => of.filter(({ background }) => background === id)) as [
      FilledVolume[],
      FilledVolume[],
    ];
    return [id, ...[first, second].flatMap((of) => [shownText(of, operatingPoint.score), falseText(of, operatingPoint.score)])];
  });
  return table(["background", "shown", "false positives a volume", "second insertion: shown", "false positives a volume"], rows);
}

/** "2 of 48 against 1 of 48, 2.0 × (.1–118)" */
function shamText(shams: readonly Sham[], score: number): string {
  const on = shams.filter((one) => isShown(one.score, score)).length;
  const off = shams.filter((one) => isShown(one.untouchedScore, score)).length;
  const ratio = shams.length === 0 ? null : rateRatio(on, off, [shams.length, shams.length]);
  const said = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : "∞");
  const text = ratio === null ? "no ratio" : `${said(ratio.ratio)} × (${said(ratio.low)}–${said(ratio.high)})`;
  return `${on} against ${off} of ${shams.length}, ${text}`;
}

function shamTable({ shams, volumes, operatingPoint }: DetectorResults): string {
  const points = [
    [`operating point, ${operatingPoint.score}`, operatingPoint.score] as const,
    ...shamRates.map(
      (rate) => [`${rate} false positive(s) a scan, ${scoreAtRate(volumes, rate).toFixed(3)}`, scoreAtRate(volumes, rate)] as const,
    ),
  ];
  const rows = points.flatMap(([name, score]) =>
    (["all", ...shamKinds] as const).map((kind) => {
      const own = shams.filter((one) => kind === "all" || one.kind === kind);
      return [name, kind, shareText(own.filter((one) => isShown(one.score, score)).length, own.length), shamText(own, score)];
    }),
  );
  return table(["score", "sham", "marked shams", "shams against untouched places"], rows);
}

function missTable(volumes: readonly FilledVolume[], score: number): string {
  const missed = volumes.flatMap(({ id, insertions }) =>
    insertions.filter((one) => !isShown(one.score, score)).map((one) => ({ ...one, id })),
  );
  if (missed.length === 0) return "None.";
  return table(
    ["nodule", "diameter, mm", "texture", "volume", "at, LPS mm", "score"],
    missed.map((one) => [
      one.file.replace(".nii.gz", ""),
      one.diameterMm,
      one.texture,
      one.id,
      one.centerMm.join(", "),
      one.score?.toFixed(3) ?? `none; nearest candidate ${one.nearestMm} mm away`,
    ]),
  );
}
