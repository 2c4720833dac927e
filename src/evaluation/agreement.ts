import type { Interval } from "./bootstrap.ts";
import { fQuantile, normalQuantile } from "./distributions.ts";

/** How two ways of measuring the same things differ. */
export interface BlandAltman {
  /** Mean of first − second. */
  readonly bias: number;
  readonly standardDeviation: number;
  /** bias ± 1.96 SD (for level .95): where that share of differences is expected. */
  readonly limits: Interval;
  readonly n: number;
}

/**
 * Limits of agreement (Bland & Altman, Lancet 1986;i:307).
 * @throws RangeError when lengths differ, a value is not finite, or fewer than two pairs are given
 */
export function blandAltman(first: readonly number[], second: readonly number[], level = 0.95): BlandAltman {
  if (first.length !== second.length || first.length < 2)
    throw new RangeError(`two or more pairs are needed, got ${first.length} and ${second.length}`);
  if (![...first, ...second].every(Number.isFinite)) throw new RangeError("values must be finite");
  const differences = first.map((value, n) => value - second[n]!);
  const bias = sum(differences) / differences.length;
  const standardDeviation = Math.sqrt(sum(differences.map((d) => (d - bias) ** 2)) / (differences.length - 1));
  const half = normalQuantile((1 + level) / 2) * standardDeviation;
  return { bias, standardDeviation, limits: { low: bias - half, high: bias + half, level }, n: differences.length };
}

/** An intraclass correlation with its interval. */
export interface IntraclassCorrelation {
  readonly value: number;
  readonly interval: Interval;
}

/**
 * ICC(2,1): absolute agreement of single readings, readers a random sample; two-way analysis of variance (Shrout & Fleiss, Psychol Bull
 * 1979;86:420), interval of McGraw & Wong, Psychol Methods 1996;1:30, case 2A.
 * @param readings one row a subject, one column a reader
 * @throws RangeError when fewer than two rows or columns, rows of unequal length, a value not finite, or no value differs from another
 */
export function intraclassCorrelation(readings: ReadonlyArray<readonly number[]>, level = 0.95): IntraclassCorrelation {
  const n = readings.length;
  const k = readings[0]?.length ?? 0;
  if (n < 2 || k < 2 || readings.some((row) => row.length !== k || !row.every(Number.isFinite)))
    throw new RangeError("readings must be a full table of finite numbers with two or more rows and columns");
  const { rows, columns, rest } = meanSquares(readings, n, k);
  const spread = rows + (k - 1) * rest + (k * (columns - rest)) / n;
  if (!(spread > 0)) throw new RangeError("all readings are equal");
  const value = (rows - rest) / spread;
  return { value, interval: intraclassInterval({ rows, columns, rest }, value, n, k, level) };
}

interface MeanSquares {
  readonly rows: number;
  readonly columns: number;
  readonly rest: number;
}

function meanSquares(readings: ReadonlyArray<readonly number[]>, n: number, k: number): MeanSquares {
  const grand = sum(readings.flat()) / (n * k);
  const rowSquares = k * sum(readings.map((row) => (sum(row) / k - grand) ** 2));
  const columnSquares = n * sum(readings[0]!.map((_, j) => (sum(readings.map((row) => row[j]!)) / n - grand) ** 2));
  const total = sum(readings.flat().map((value) => (value - grand) ** 2));
  return {
    rows: rowSquares / (n - 1),
    columns: columnSquares / (k - 1),
    rest: Math.max(0, total - rowSquares - columnSquares) / ((n - 1) * (k - 1)),
  };
}

function intraclassInterval({ rows, columns, rest }: MeanSquares, value: number, n: number, k: number, level: number): Interval {
  if (rest === 0 && columns === 0) return { low: value, high: value, level };
  const a = (k * value) / (n * (1 - value));
  const b = 1 + (k * value * (n - 1)) / (n * (1 - value));
  const v = (a * columns + b * rest) ** 2 / ((a * columns) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1)));
  const upTail = (1 + level) / 2;
  const fLow = fQuantile(upTail, n - 1, v);
  const fHigh = fQuantile(upTail, v, n - 1);
  const scale = k * columns + (k * n - k - n) * rest;
  return {
    low: (n * (rows - fLow * rest)) / (fLow * scale + n * rows),
    high: (n * (fHigh * rows - rest)) / (scale + n * fHigh * rows),
    level,
  };
}

/**
 * Cohen's weighted kappa: 1 − Σ w·observed / Σ w·expected with w = |i − j| (linear) or (i − j)² (quadratic) (Cohen, Psychol Bull 1968;70:213).
 * @param table counts; row: category given by the first reader, column: by the second, in the order of the categories
 * @throws RangeError when the table is not square, holds a negative count, or leaves no disagreement possible by chance
 */
export function weightedKappa(table: ReadonlyArray<readonly number[]>, weights: "linear" | "quadratic"): number {
  const size = table.length;
  if (table.some((row) => row.length !== size || row.some((count) => !(count >= 0))))
    throw new RangeError("table must be square with counts ≥ 0");
  const total = sum(table.flat());
  const rowSums = table.map((row) => sum(row));
  const columnSums = table.map((_, j) => sum(table.map((row) => row[j]!)));
  let [observed, expected] = [0, 0];
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      const weight = weights === "linear" ? Math.abs(i - j) : (i - j) ** 2;
      observed += weight * table[i]![j]!;
      expected += (weight * rowSums[i]! * columnSums[j]!) / total;
    }
  if (!(expected > 0)) throw new RangeError("kappa needs more than one category in use");
  return 1 - observed / expected;
}

/**
 * Dice's overlap of two masks: 2·|A ∩ B| / (|A| + |B|); any value other than 0 counts as inside.
 * @returns null when both are empty: there is nothing to overlap
 * @throws RangeError when the masks differ in length
 */
export function dice(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  if (a.length !== b.length) throw new RangeError(`masks of ${a.length} and ${b.length} voxels`);
  let [both, single] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    const [inA, inB] = [a[at] !== 0, b[at] !== 0];
    if (inA && inB) both++;
    single += (inA ? 1 : 0) + (inB ? 1 : 0);
  }
  return single === 0 ? null : (2 * both) / single;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
