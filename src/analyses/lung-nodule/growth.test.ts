import { expect, test } from "vitest";
import { ballVolumeMm3 } from "../../volume/sphere.ts";
import { doublingTime, grown, type Sized, volumeRepeatability } from "./growth.ts";

const ball = (diameterMm: number, sliceSpacingMm = 1): Sized => ({
  volumeMm3: ballVolumeMm3(diameterMm),
  meanDiameterMm: diameterMm,
  sliceSpacingMm,
});

test.each([
  [100, 150, 90, 153.9],
  [6 ** 3, 8 ** 3, 180, 144.6],
])("from %d to %d in %d days the volume doubles in %d days", (before, after, days, expected) => {
  expect(doublingTime(before, after, days, 0.27).days).toBeCloseTo(expected, 1);
});

test("the interval holds the doubling time, and has no end where no growth is possible too", () => {
  const sure = doublingTime(100, 200, 90, 0.27);
  expect(sure.days).toBeCloseTo(90, 6);
  expect(sure.lowDays).toBeLessThan(90);
  expect(sure.highDays).toBeGreaterThan(90);
  expect(doublingTime(100, 110, 90, 0.27)).toMatchObject({ highDays: null });
  expect(doublingTime(100, 100, 90, 0.27).days).toBeNull();
  const halving = doublingTime(200, 100, 90, 0.27);
  expect(halving.days).toBeCloseTo(-90, 6);
  expect(halving.lowDays).toBeLessThan(0);
  expect(halving.highDays).toBeLessThan(0);
  expect(() => doublingTime(0, 100, 90, 0.27)).toThrow(RangeError);
});

test("repeatability is wider the smaller the nodule and the thicker the slices, never below 25 %, and an unknown thickness counts as 2.5 mm", () => {
  const percent = (diameterMm: number, sliceMm: number | null): number => Math.round(100 * volumeRepeatability(diameterMm, sliceMm));
  expect([percent(8, 1.25), percent(5, 1.25), percent(8, 2.5), percent(20, 1.25)]).toEqual([26, 45, 60, 25]);
  expect(percent(8, 0.6)).toBe(percent(8, 1.25));
  expect(percent(8, null)).toBe(percent(8, 2.5));
});

test.each([
  ["8 to 10 mm", ball(8), ball(10), "grown", "yes"],
  ["8 to 8.4 mm", ball(8), ball(8.4), "stable", "no"],
  ["10 to 8 mm", ball(10), ball(8), "shrunken", "no"],
  ["5 to 5.6 mm, which is noise", ball(5), ball(5.6), "stable", "no"],
  ["8 to 9.5 mm, exactly 1.5", ball(8), ball(9.5), "grown", "no"],
  ["8 to 9.6 mm", ball(8), ball(9.6), "grown", "yes"],
  ["a diameter that grew without the volume", ball(8), { ...ball(10), volumeMm3: 280 }, "cannot-tell", "yes"],
  ["nothing measured", { ...ball(8), volumeMm3: null, meanDiameterMm: null }, ball(8), "cannot-tell", "unknown"],
])("%s in half a year", (_what, before, after, change, overThreshold) => {
  const found = grown(before, after, 180);
  expect([found.change, found.growth.overThreshold]).toEqual([change, overThreshold]);
});

test("growth by more than 1.5 mm over more than twelve months is slow", () => {
  expect(grown(ball(8), ball(10), 500).growth.overThreshold).toBe("slowly");
});

test("a change within repeatability is said to be no more than noise, and without dates there is no doubling time", () => {
  expect(grown(ball(8), ball(8.2), 90).because.map(({ code }) => code)).toContain("growth.volume-within-noise");
  const undated = grown(ball(8), ball(11), null);
  expect(undated.growth.doublingTime).toBeNull();
  expect(undated.because.map(({ code }) => code)).toContain("growth.no-dates");
});
