import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { calibration } from "./calibration.ts";
import { fitPlatt, probabilityOf, reweighted, withPrior } from "./platt.ts";

/** Scores whose true odds are (score's odds)^1.7 · e^−.6. */
function cases(n: number): { scores: number[]; happened: boolean[] } {
  const random = seededRandom(4);
  const scores = Array.from({ length: n }, () => 0.02 + 0.96 * random.uniform());
  const happened = scores.map((s) => random.uniform() < 1 / (1 + Math.exp(0.6 - 1.7 * Math.log(s / (1 - s)))));
  return { scores, happened };
}

test("the two parameters that made the outcomes are found again, and the fitted probabilities have slope 1 and intercept 0", () => {
  const { scores, happened } = cases(20_000);
  const platt = fitPlatt(scores, happened)!;
  expect(Math.abs(platt.slope - 1.7)).toBeLessThan(0.06);
  expect(Math.abs(platt.intercept + 0.6)).toBeLessThan(0.06);
  const again = calibration(
    scores.map((s) => probabilityOf(platt, s)),
    happened,
  )!;
  expect(again.slope).toBeCloseTo(1, 6);
  expect(again.intercept).toBeCloseTo(0, 6);
});

test("a prior of a tenth divides the odds by ten and is calibrated where only a tenth of the positives is kept", () => {
  const { scores, happened } = cases(60_000);
  const shifted = withPrior(fitPlatt(scores, happened)!, 0.1);
  const kept = scores.map((_, n) => n).filter((n) => !happened[n] || n % 10 === 0);
  const again = calibration(
    kept.map((n) => probabilityOf(shifted, scores[n]!)),
    kept.map((n) => happened[n]!),
  )!;
  expect(Math.abs(again.slope - 1)).toBeLessThan(0.06);
  expect(Math.abs(again.intercept)).toBeLessThan(0.12);
  const platt = { slope: 1, intercept: 0 };
  expect(probabilityOf(withPrior(platt, 0.1), 0.5)).toBeCloseTo(1 / 11, 10);
  expect(reweighted(0.5, 0.1)).toBeCloseTo(1 / 11, 10);
  expect(() => withPrior(platt, 0)).toThrow(RangeError);
});

test("scores of 0 and 1 have a probability, and separated outcomes no fit", () => {
  expect(probabilityOf({ slope: 1, intercept: 0 }, 1)).toBeLessThan(1);
  expect(probabilityOf({ slope: 1, intercept: 0 }, 0)).toBeGreaterThan(0);
  expect(fitPlatt([0.1, 0.2, 0.8, 0.9], [false, false, true, true])).toBeNull();
});
