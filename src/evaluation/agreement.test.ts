import { expect, test } from "vitest";
import { blandAltman, dice, intraclassCorrelation, weightedKappa } from "./agreement.ts";

/** Shrout & Fleiss, Psychol Bull 1979;86:420, table 2: six targets, four judges. */
const judges = [
  [9, 2, 5, 8],
  [6, 1, 3, 2],
  [8, 4, 6, 8],
  [7, 1, 2, 6],
  [10, 5, 6, 9],
  [6, 2, 4, 7],
];

test("ICC(2,1) of the judges of Shrout and Fleiss is .29, its interval .02 to .76", () => {
  const { value, interval } = intraclassCorrelation(judges);
  expect(value).toBeCloseTo(0.2898, 4);
  expect(interval.low).toBeCloseTo(0.019, 2);
  expect(interval.high).toBeCloseTo(0.761, 2);
});

test("readers who agree have an ICC of one, and an offset between them costs agreement", () => {
  const same = [1, 4, 2, 8].map((value) => [value, value]);
  expect(intraclassCorrelation(same)).toMatchObject({ value: 1, interval: { low: 1, high: 1 } });
  expect(intraclassCorrelation(same.map(([a, b]) => [a!, b! + 3])).value).toBeLessThan(0.8);
  expect(() => intraclassCorrelation([[1, 2], [1]])).toThrow(RangeError);
  expect(() =>
    intraclassCorrelation([
      [1, 1],
      [1, 1],
    ]),
  ).toThrow(RangeError);
});

test("limits of agreement worked by hand", () => {
  // differences 1, 2, 3: mean 2, SD 1
  const { bias, standardDeviation, limits } = blandAltman([2, 4, 6], [1, 2, 3]);
  expect([bias, standardDeviation]).toEqual([2, 1]);
  expect(limits.low).toBeCloseTo(2 - 1.959964, 6);
  expect(limits.high).toBeCloseTo(2 + 1.959964, 6);
  expect(() => blandAltman([1], [1])).toThrow(RangeError);
});

test("of two categories weighted kappa is Cohen's, .4 for the table 20, 5, 10, 15", () => {
  const table = [
    [20, 5],
    [10, 15],
  ];
  expect(weightedKappa(table, "linear")).toBeCloseTo(0.4, 12);
  expect(weightedKappa(table, "quadratic")).toBeCloseTo(0.4, 12);
});

test("quadratic weights forgive near misses more than linear ones; agreement is one; one category alone is refused", () => {
  const near = [
    [10, 4, 0],
    [3, 12, 3],
    [0, 2, 9],
  ];
  expect(weightedKappa(near, "quadratic")).toBeGreaterThan(weightedKappa(near, "linear"));
  expect(
    weightedKappa(
      [
        [3, 0],
        [0, 4],
      ],
      "linear",
    ),
  ).toBe(1);
  expect(() =>
    weightedKappa(
      [
        [5, 0],
        [0, 0],
      ],
      "linear",
    ),
  ).toThrow(RangeError);
});

test("Dice counts twice what both hold", () => {
  expect(dice([1, 1, 0, 0], [1, 0, 2, 0])).toBe(0.5);
  expect(dice([0, 0], [0, 0])).toBeNull();
  expect(() => dice([1], [1, 1])).toThrow(RangeError);
});
