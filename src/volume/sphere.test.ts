import { expect, test } from "vitest";
import { ballVolumeMm3, equivalentDiameterMm } from "./sphere.ts";

test("a ball of 10 mm holds 523.6 mm³, and the ball that holds so much measures 10 mm", () => {
  expect(ballVolumeMm3(10)).toBeCloseTo(523.599, 3);
  expect(equivalentDiameterMm(ballVolumeMm3(10))).toBeCloseTo(10, 12);
});

test("what is not a positive number has no diameter", () => {
  for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => equivalentDiameterMm(wrong)).toThrow(RangeError);
    expect(() => ballVolumeMm3(wrong)).toThrow(RangeError);
  }
});
