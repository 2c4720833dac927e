import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { calibration, reliability } from "./calibration.ts";
import { compareAreas, midranks, rocArea } from "./roc.ts";

const positive = [true, true, true, false, false, false, false];

test("an area worked by hand, a tie counting one half", () => {
  // pairs won: 5 > all four (4); 3 > 1, 2, 2.5 and ties 3 (3.5); 2 > 1, ties 2 (1.5): 9 of 12
  expect(rocArea([5, 3, 2, 3, 1, 2, 2.5], positive).area).toBeCloseTo(9 / 12, 12);
});

test("DeLong's standard error worked by hand", () => {
  // pairs won by each positive (scores 5, 3, 2) of 4, and by each negative (scores 3, 1, 2, 2.5) of 3
  const positives = [4, 3.5, 1.5].map((won) => won / 4);
  const negatives = [1.5, 3, 2.5, 2].map((won) => won / 3);
  const variance = (v: number[]): number => {
    const m = v.reduce((a, b) => a + b) / v.length;
    return v.reduce((a, b) => a + (b - m) ** 2, 0) / (v.length - 1);
  };
  const { standardError } = rocArea([5, 3, 2, 3, 1, 2, 2.5], positive);
  expect(standardError).toBeCloseTo(Math.sqrt(variance(positives) / 3 + variance(negatives) / 4), 12);
});

test("turning scores round turns the area round; a rising map of scores changes nothing", () => {
  const scores = [5, 3, 2, 3, 1, 2, 2.5];
  const given = rocArea(scores, positive);
  expect(
    rocArea(
      scores.map((s) => -s),
      positive,
    ).area,
  ).toBeCloseTo(1 - given.area, 12);
  expect(
    rocArea(
      scores.map((s) => Math.exp(s)),
      positive,
    ),
  ).toEqual(given);
});

test("an interval is cut at one and a perfect reader has no error", () => {
  expect(rocArea([9, 8, 7, 1, 2, 3, 4], positive)).toMatchObject({ area: 1, standardError: 0 });
  expect(rocArea([5, 4, 2.2, 3, 1, 2, 1], positive).interval.high).toBe(1);
});

test("a paired comparison with itself has no difference and no test; swapped, the sign changes and p stays", () => {
  const a = [5, 3, 2, 3, 1, 2, 2.5];
  const b = [1, 3, 4, 2, 2, 3, 1];
  expect(compareAreas(a, a, positive)).toMatchObject({ difference: 0, z: null, p: null });
  const forth = compareAreas(a, b, positive);
  const back = compareAreas(b, a, positive);
  expect(back.difference).toBeCloseTo(-forth.difference, 12);
  expect(back.p).toBeCloseTo(forth.p!, 12);
});

test("over unrelated scores DeLong's variance of the difference is the sum of both, and p is below .05 about one time in twenty", () => {
  const random = seededRandom(11);
  let low = 0;
  for (let n = 0; n < 400; n++) {
    const cases = Array.from({ length: 60 }, (_, i) => i < 30);
    const draw = (): number[] => cases.map((is) => random.normal() + (is ? 0.8 : 0));
    const { p } = compareAreas(draw(), draw(), cases);
    if (p! < 0.05) low++;
  }
  // binomial(400, .05): 99.9 % lie in 8 … 35
  expect(low).toBeGreaterThanOrEqual(8);
  expect(low).toBeLessThanOrEqual(35);
});

test("equal values share the mean of their ranks", () => {
  expect(midranks([10, 20, 10, 30])).toEqual([1.5, 3, 1.5, 4]);
});

test("an area needs two cases of each kind and finite scores", () => {
  expect(() => rocArea([1, 2, 3], [true, false, false])).toThrow(RangeError);
  expect(() => rocArea([1, Number.NaN, 3, 4], [true, true, false, false])).toThrow(RangeError);
  expect(() => rocArea([1], [true, false])).toThrow(RangeError);
});

test("probabilities that are what happens have slope one and intercept nought; logits doubled have slope one half", () => {
  const shares = [0.1, 0.2, 0.5, 0.8, 0.9];
  const happened = shares.flatMap((p) => Array.from({ length: 10 }, (_, n) => n < p * 10 - 1e-9));
  const right = shares.flatMap((p) => Array<number>(10).fill(p));
  const extreme = right.map((p) => p ** 2 / (p ** 2 + (1 - p) ** 2));
  expect(calibration(right, happened)).toMatchObject({ slope: expect.closeTo(1, 8), intercept: expect.closeTo(0, 8) });
  expect(calibration(extreme, happened)).toMatchObject({ slope: expect.closeTo(0.5, 8), intercept: expect.closeTo(0, 8) });
  expect(calibration(right, happened)!.brier).toBeCloseTo((0.09 + 0.16 + 0.25 + 0.16 + 0.09) / 5, 12);
  expect(reliability(right, happened, 5).map((bin) => [bin.meanProbability, bin.observedShare])).toEqual(
    shares.map((p) => [expect.closeTo(p, 12), expect.closeTo(p, 12)]),
  );
});

test("separated outcomes and a single probability have no calibration line", () => {
  expect(calibration([0.1, 0.2, 0.8, 0.9], [false, false, true, true])).toBeNull();
  expect(calibration([0.3, 0.3, 0.3], [false, true, true])).toBeNull();
  expect(() => calibration([1], [true])).toThrow(RangeError);
  expect(() => reliability([0.5], [true], 2)).toThrow(RangeError);
});
