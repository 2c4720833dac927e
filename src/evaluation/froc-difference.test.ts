import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { cpmDifference, type PairedScan } from "./froc-difference.ts";

const scans = (scores: ReadonlyArray<number | null>): PairedScan[] =>
  [0, 1, 2, 3].map((n) => ({
    unit: `host ${n % 2}`,
    lesionUnits: ["a", "b", "c"],
    lesionScores: scores.map((score, lesion) => (score === null ? null : score - (lesion === n ? 0.3 : 0))),
    falsePositives: [0.5, 0.3 + n / 100],
  }));

test("a result differs from itself by nothing, in every resample", () => {
  const { difference, interval } = cpmDifference(scans([0.9, 0.6, null]), scans([0.9, 0.6, null]), seededRandom(1), 100);
  expect([difference, interval.low, interval.high]).toEqual([0, 0, 0]);
});

test("a result that finds one lesion more is better by at least nothing in every resample, and by a third of the sensitivity where it always does", () => {
  const { difference, interval } = cpmDifference(scans([0.9, 0.9, 0.9]), scans([0.9, 0.9, null]), seededRandom(1), 200);
  expect(difference).toBeCloseTo(1 / 3, 1);
  expect(interval.low).toBeGreaterThanOrEqual(0);
  expect(interval.high).toBeGreaterThan(difference);
});

test("results of other lesions are not compared", () => {
  const other = scans([0.9, 0.6, null]).map((scan) => ({ ...scan, unit: "elsewhere" }));
  expect(() => cpmDifference(scans([0.9, 0.6, null]), other, seededRandom(1))).toThrow(RangeError);
});
