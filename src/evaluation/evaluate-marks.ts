import { seededRandom } from "../base/seeded-random.ts";
import type { Interval } from "./bootstrap.ts";
import type { Evaluation, FalseMark, MissedNodule } from "./evaluation.ts";
import { proportion, rate } from "./exact.ts";
import { froc, frocIntervals, operatingRates, sensitivityAt } from "./froc.ts";
import { groupTables } from "./group-tables.ts";
import type { DatasetManifest, DatasetScan } from "./manifest.ts";
import type { ScanMarks, SizedMark } from "./marks-csv.ts";
import { type ScoredScan, scoreScan } from "./score-scan.ts";

export interface MarksToEvaluate {
  readonly dataset: DatasetManifest;
  /** The scans that are scored: those a model may be measured on, that were read. */
  readonly scans: readonly DatasetScan[];
  readonly marks: ScanMarks;
  /** null: the lowest score that lets at most one false positive a scan pass on this very set. */
  readonly operatingPoint: Evaluation["operatingPoint"] | null;
  /** What the files of a scan hashed to when they were read. */
  readonly checksums: ReadonlyMap<string, string>;
  /** Everything that a figure must carry and that was not measured here. */
  readonly provenance: Pick<Evaluation, "leakage" | "program" | "models" | "marks"> & {
    readonly datasetSha256: string;
    readonly notRead: Evaluation["counts"]["notRead"];
  };
}

const seed = 1;
const resamples = 1000;
const onThisSetRate = 1;
/** Scans, and nodules, below which a curve and a bootstrap say nothing: 1/8 false positive a scan is one in eight scans. */
const leastForFroc = 8;
/** Rates at which curve and band are drawn: eight to each doubling from 1/8 to 8. */
const curveRates = Array.from({ length: 49 }, (_, n) => 2 ** (n / 8 - 3));

/**
 * Scores marks against a data set: FROC with a bootstrap band over patients, the reader's burden, exact intervals, tables, misses and false
 * positives. Only scans whose reference is complete count false positives and enter the FROC curve.
 * @throws RangeError when there is no scan
 */
export function evaluateMarks(input: MarksToEvaluate): Evaluation {
  const { dataset, marks, checksums, provenance } = input;
  if (input.scans.length === 0) throw new RangeError("an evaluation needs a scan");
  const scans = input.scans.map((scan) => scoreScan(scan, marks.get(scan.id) ?? [], dataset));
  const complete = scans.filter(({ scan }) => scan.reference.complete);
  const operatingPoint = input.operatingPoint ?? onThisSet(scans);
  const shown = (mark: SizedMark | null): boolean => mark !== null && mark.score >= operatingPoint.score;
  const strict = ({ falsePositives, ignored }: ScoredScan): SizedMark[] => [...falsePositives, ...ignored].filter(shown);
  const total = (of: readonly ScoredScan[], count: (scan: ScoredScan) => number): number => of.reduce((sum, scan) => sum + count(scan), 0);
  const falsePositives = (scan: ScoredScan): number => scan.falsePositives.filter(shown).length;
  const withoutNodules = complete.filter(({ nodules, otherNodules }) => nodules.length + otherNodules.length === 0);
  const nodules = scans.flatMap((one) => one.nodules.map((nodule) => ({ ...nodule, scan: one.scan })));
  const strictMarks = complete.flatMap(strict);
  const shams = scans.flatMap((scan) => scan.shams);
  const { datasetSha256, notRead, ...carried } = provenance;
  const { schema: _schema, scans: _scans, ...named } = dataset;
  return {
    schema: 1,
    ...carried,
    dataset: { ...named, sha256: datasetSha256 },
    counts: {
      patients: distinct(scans.map(({ scan }) => patientOf(scan))),
      scans: scans.length,
      completeScans: complete.length,
      nodules: nodules.length,
      nodulePatients: distinct(nodules.map(({ nodule, scan }) => nodule.patientId ?? patientOf(scan))),
      scansWithoutNodules: withoutNodules.length,
      notRead,
    },
    operatingPoint,
    atOperatingPoint: {
      sensitivity: proportion(nodules.filter(({ best }) => shown(best)).length, nodules.length),
      falsePositives: rate(total(complete, falsePositives), complete.length),
      falsePositivesWithoutNodules: rate(total(withoutNodules, falsePositives), withoutNodules.length),
      strict: rate(strictMarks.length, complete.length),
      strictFrom6Mm: scans.some((scan) => scan.marks.some(({ diameterMm }) => diameterMm !== null))
        ? rate(strictMarks.filter(({ diameterMm }) => (diameterMm ?? 0) >= 6).length, complete.length)
        : null,
      shams: proportion(shams.filter(shown).length, shams.length),
    },
    froc: frocOf(complete, dataset),
    tables: groupTables(scans, operatingPoint.score),
    scans: scans.map((one) => ({
      id: one.scan.id,
      patientId: one.scan.patientId,
      sha256: checksums.get(one.scan.id) ?? null,
      complete: one.scan.reference.complete,
      nodules: one.nodules.length,
      found: one.nodules.filter(({ best }) => shown(best)).length,
      marks: one.marks.filter(shown).length,
      falsePositives: falsePositives(one),
      strict: strict(one).length,
    })),
    missed: nodules
      .filter(({ best }) => !shown(best))
      .map(({ nodule: { centerMm, diameterMm, readers, texture }, best, scan }): MissedNodule => {
        return { scan: scan.id, centerMm, diameterMm, readers, texture, score: best?.score ?? null };
      }),
    falsePositives: complete.flatMap((one) => [
      ...one.falsePositives.filter(shown).map((mark) => falseMark(one.scan, mark, false)),
      ...one.ignored.filter(shown).map((mark) => falseMark(one.scan, mark, true)),
    ]),
  };
}

const patientOf = ({ patientId, id }: DatasetScan): string => patientId ?? id;
const distinct = (names: readonly string[]): number => new Set(names).size;
const falseMark = ({ id }: DatasetScan, { centerMm, score, diameterMm }: SizedMark, irrelevant: boolean): FalseMark => ({
  scan: id,
  centerMm: [...centerMm],
  score,
  diameterMm,
  irrelevant,
});

/** The lowest score at which no more than one false positive a scan passes; where no mark could pass, or none can be called false, all count. */
function onThisSet(scans: readonly ScoredScan[]): Evaluation["operatingPoint"] {
  const complete = scans.filter(({ scan }) => scan.reference.complete);
  const scores = scans.flatMap(({ marks }) => marks.map(({ score }) => score)).sort((a, b) => b - a);
  const falseScores = complete.flatMap(({ falsePositives }) => falsePositives.map(({ score }) => score)).sort((a, b) => b - a);
  const tooMany = falseScores[onThisSetRate * complete.length] ?? Number.NEGATIVE_INFINITY;
  const score = complete.length === 0 ? undefined : scores.findLast((one) => one > tooMany);
  if (score === undefined) return { name: "all-marks", score: scores.at(-1) ?? 0, chosen: "all-marks" };
  return { name: "on-this-set", score, chosen: "on-this-set" };
}

function frocOf(complete: readonly ScoredScan[], { level }: DatasetManifest): Evaluation["froc"] {
  const crossed = level === "semi-synthetic";
  const scans = complete.map(({ scan, nodules, falsePositives }) => ({
    lesionScores: nodules.map(({ best }) => best?.score ?? null),
    falsePositives: falsePositives.map(({ score }) => score),
    unit: patientOf(scan),
    ...(crossed ? { lesionUnits: nodules.map(({ nodule }) => nodule.patientId ?? patientOf(scan)) } : {}),
  }));
  if (Math.min(scans.length, scans.flatMap(({ lesionScores }) => lesionScores).length) < leastForFroc) return null;
  const summary = froc(scans);
  const intervals = frocIntervals(scans, seededRandom(seed), resamples, curveRates);
  const bounds = ({ low, high }: Interval) => ({ low, high });
  return {
    cpm: { value: summary.cpm, ...bounds(intervals.cpm) },
    rates: operatingRates.map((falsePositivesPerScan, n) => ({
      falsePositivesPerScan,
      sensitivity: summary.sensitivities[n]!,
      ...bounds(intervals.sensitivities[n]!),
    })),
    curve: curveRates.map((falsePositivesPerScan, n) => ({
      falsePositivesPerScan,
      sensitivity: sensitivityAt(summary.curve, falsePositivesPerScan),
      ...bounds(intervals.band[n]!),
    })),
    scans: scans.length,
    nodules: summary.lesions,
    resamples,
    resampled: crossed ? "nodule and background patients" : "patients",
  };
}
