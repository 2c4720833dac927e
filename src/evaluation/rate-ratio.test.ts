import { expect, test } from "vitest";
import { rateRatio } from "./rate-ratio.ts";

test("equal counts give a ratio of 1 and limits that are each other's inverse", () => {
  const { ratio, low, high } = rateRatio(7, 7, [20, 20])!;
  expect(ratio).toBe(1);
  expect(low * high).toBeCloseTo(1, 10);
});

test("the ratio of 11 in 800 to 21 in 3,011 has the limits that scipy's beta quantiles give", () => {
  const { ratio, low, high } = rateRatio(11, 21, [800, 3011])!;
  expect(ratio).toBeCloseTo(1.971488, 5);
  expect(low).toBeCloseTo(0.8584264, 6);
  expect(high).toBeCloseTo(4.2772659, 6);
});

test("a second count of 0 leaves the ratio open above, a first of 0 makes it 0, two of 0 say nothing", () => {
  expect(rateRatio(4, 0, [10, 10])).toMatchObject({ ratio: Number.POSITIVE_INFINITY, high: Number.POSITIVE_INFINITY });
  expect(rateRatio(4, 0, [10, 10])!.low).toBeCloseTo(1 / (0.025 ** (-1 / 4) - 1), 10);
  expect(rateRatio(0, 4, [10, 10])).toMatchObject({ ratio: 0, low: 0 });
  expect(rateRatio(0, 0, [10, 10])).toBeNull();
  expect(() => rateRatio(1, 1, [0, 1])).toThrow(RangeError);
});
