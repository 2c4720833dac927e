import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { crossedMeanInterval, percentileInterval, resampledCounts } from "./bootstrap.ts";
import { froc, frocIntervals, sensitivityAt } from "./froc.ts";

/** Two scans, four nodules, one never found; worked by hand below. */
const scans = [
  { lesionScores: [0.9, 0.5, null], falsePositives: [0.7, 0.3] },
  { lesionScores: [0.6], falsePositives: [0.6, 0.2] },
];

test("a curve worked by hand: missed nodules stay in the denominator, equal scores enter together", () => {
  expect(froc(scans).curve.map(({ falsePositivesPerScan, sensitivity }) => [falsePositivesPerScan, sensitivity])).toEqual([
    [0, 0],
    [0, 0.25],
    [0.5, 0.25],
    [1, 0.5],
    [1, 0.75],
    [1.5, 0.75],
    [2, 0.75],
  ]);
});

test("CPM worked by hand: .25 three times, then .75 from one false positive a scan on", () => {
  const summary = froc(scans);
  expect(summary.sensitivities).toEqual([0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75]);
  expect(summary.cpm).toBeCloseTo(3.75 / 7, 12);
  expect([summary.lesions, summary.scans]).toEqual([4, 2]);
});

test("sensitivity is linear between points and constant beyond the last", () => {
  const { curve } = froc(scans);
  expect(sensitivityAt(curve, 0.75)).toBeCloseTo(0.375, 12);
  expect(sensitivityAt(curve, 100)).toBe(0.75);
  expect(() => sensitivityAt(curve, -1)).toThrow(RangeError);
});

test("scans without a nodule lower the rate of false positives and nothing else", () => {
  const more = froc([...scans, { lesionScores: [], falsePositives: [] }, { lesionScores: [], falsePositives: [] }]);
  expect(more.curve.at(-1)).toMatchObject({ falsePositivesPerScan: 1, sensitivity: 0.75 });
});

test("a weight of two is the same as the scan twice", () => {
  const { curve, cpm } = froc([scans[0]!, scans[1]!, scans[1]!]);
  expect(froc(scans, [1, 2])).toMatchObject({ curve, cpm });
});

test("no scan and no nodule make no curve", () => {
  expect(() => froc([])).toThrow(RangeError);
  expect(() => froc([{ lesionScores: [], falsePositives: [0.5] }])).toThrow(RangeError);
  expect(() => frocIntervals([{ lesionScores: [], falsePositives: [0.5] }], seededRandom(1))).toThrow(RangeError);
});

test("intervals hold the estimate, repeat with the seed and shrink to a point where all scans are alike", () => {
  const intervals = frocIntervals(scans, seededRandom(4));
  expect(intervals.cpm.low).toBeLessThanOrEqual(froc(scans).cpm);
  expect(intervals.cpm.high).toBeGreaterThanOrEqual(froc(scans).cpm);
  expect(frocIntervals(scans, seededRandom(4))).toEqual(intervals);
  const alike = frocIntervals([scans[0]!, scans[0]!, scans[0]!], seededRandom(4), 50);
  expect(alike.cpm.high - alike.cpm.low).toBeLessThan(1e-12);
});

test("resampled counts add up to the number of units", () => {
  expect(resampledCounts(20, seededRandom(1)).reduce((a, b) => a + b)).toBe(20);
  expect(() => resampledCounts(0, seededRandom(1))).toThrow(RangeError);
});

test("a percentile interval interpolates between order statistics as numpy does", () => {
  // numpy.quantile(range(1, 11), [.025, .975]) = 1.225, 9.775
  const { low, high } = percentileInterval([3, 1, 2, 10, 9, 8, 7, 6, 5, 4]);
  expect([low, high]).toEqual([expect.closeTo(1.225, 12), expect.closeTo(9.775, 12)]);
});

test("an interval over crossed units is wider than one that takes repeats of a background as independent", () => {
  const random = seededRandom(9);
  const observations = Array.from({ length: 200 }, (_, n) => {
    const second = n % 4;
    return { first: `patient ${n}`, second: `scan ${second}`, value: random.uniform() < 0.4 + 0.15 * second ? 1 : 0 };
  });
  const crossed = crossedMeanInterval(observations, seededRandom(1));
  const apart = crossedMeanInterval(
    observations.map((one, n) => ({ ...one, second: `alone ${n}` })),
    seededRandom(1),
  );
  const naive = 2 * 1.96 * Math.sqrt(0.25 / 200);
  expect(crossed.high - crossed.low).toBeGreaterThan(1.3 * naive);
  expect(apart.high).toBeGreaterThan(apart.low);
});
