import { expect, test } from "vitest";
import { mean, median, medianAbsoluteDeviation, quantile, standardDeviation } from "./stats.ts";

test("mean and sample standard deviation of 2, 4, 4, 4, 5, 5, 7, 9 are 5 and √(32/7)", () => {
  const values = [2, 4, 4, 4, 5, 5, 7, 9];
  expect(mean(values)).toBe(5);
  expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 12);
});

test("quantiles are linear between order statistics, as numpy.quantile([1, 3, 7, 15], q)", () => {
  const values = Int16Array.of(15, 3, 1, 7);
  expect([0, 0.25, 0.5, 0.75, 1].map((fraction) => quantile(values, fraction))).toEqual([1, 2.5, 5, 9, 15]);
  expect(values).toEqual(Int16Array.of(15, 3, 1, 7));
});

test("one wild value moves neither the median nor the median absolute deviation", () => {
  expect(median([1, 2, 3, 4, 1e9])).toBe(3);
  expect(medianAbsoluteDeviation([1, 2, 3, 4, 1e9])).toBe(1);
});

test("numbers sort by size, not as text", () => {
  expect(median([100, 9, 20])).toBe(20);
});

test("too few values are refused, never answered with 0", () => {
  for (const figure of [mean, median, medianAbsoluteDeviation]) expect(() => figure([])).toThrow(RangeError);
  expect(() => standardDeviation([1])).toThrow(RangeError);
  expect(() => quantile([1], 1.1)).toThrow(RangeError);
});
