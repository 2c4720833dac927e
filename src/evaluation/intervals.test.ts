import { expect, test } from "vitest";
import { betaCdf, betaQuantile, fQuantile, gammaCdf, gammaQuantile, logGamma, normalCdf, normalQuantile } from "./distributions.ts";
import { clopperPearsonInterval, poissonInterval, wilsonInterval } from "./intervals.ts";

const close = (value: number, expected: number): void =>
  expect(Math.abs(value - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));

test("no false positive in four scans still allows .92 a scan", () => {
  const { low, high } = poissonInterval(0, 4);
  expect(low).toBe(0);
  close(high, -Math.log(0.025) / 4);
});

test("exact Poisson limits of ten events are the published 4.80 and 18.39", () => {
  const { low, high } = poissonInterval(10, 1);
  expect(low).toBeCloseTo(4.7954, 4);
  expect(high).toBeCloseTo(18.3904, 4);
});

test("all of n hit: the exact lower limit is the n-th root of 2.5 %", () => {
  close(clopperPearsonInterval(20, 20).low, 0.025 ** (1 / 20));
  expect(clopperPearsonInterval(20, 20).high).toBe(1);
  expect(clopperPearsonInterval(0, 20).low).toBe(0);
});

test("Newcombe's example, 81 of 263: Wilson .2553 to .3662, Clopper–Pearson .2527 to .3676", () => {
  // Newcombe RG, Stat Med 1998;17:857, table I
  const rounded = ({ low, high }: { low: number; high: number }): number[] => [Number(low.toFixed(4)), Number(high.toFixed(4))];
  expect(rounded(wilsonInterval(81, 263))).toEqual([0.2553, 0.3662]);
  expect(rounded(clopperPearsonInterval(81, 263))).toEqual([0.2527, 0.3676]);
});

test("Newcombe's extremes, 0 of 20 and 1 of 29, by Wilson", () => {
  expect(wilsonInterval(0, 20).low).toBe(0);
  expect(wilsonInterval(0, 20).high).toBeCloseTo(0.1611, 4);
  expect(wilsonInterval(1, 29).low).toBeCloseTo(0.0061, 4);
  expect(wilsonInterval(1, 29).high).toBeCloseTo(0.1718, 4);
});

test("hits beyond trials, fractions and empty exposures are refused", () => {
  expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
  expect(() => clopperPearsonInterval(0.5, 2)).toThrow(RangeError);
  expect(() => poissonInterval(1, 0)).toThrow(RangeError);
  expect(() => poissonInterval(-1, 1)).toThrow(RangeError);
});

test("distributions agree with closed forms", () => {
  close(logGamma(0.5), Math.log(Math.sqrt(Math.PI)));
  close(logGamma(11), Math.log(3_628_800));
  close(betaCdf(0.3, 1, 4), 1 - 0.7 ** 4);
  close(betaCdf(0.3, 4, 1), 0.3 ** 4);
  close(gammaCdf(2, 1), 1 - Math.exp(-2));
  close(normalCdf(0), 0.5);
  close(normalQuantile(0.975), 1.959963984540054);
  close(fQuantile(0.95, 3, 10), 3.708264819046843);
});

test("quantiles undo distributions", () => {
  for (const share of [0.001, 0.025, 0.5, 0.9, 0.999]) {
    close(betaCdf(betaQuantile(share, 2.5, 7), 2.5, 7), share);
    close(gammaCdf(gammaQuantile(share, 3.2), 3.2), share);
    close(normalCdf(normalQuantile(share)), share);
  }
});
