import { expect, test } from "vitest";
import { matchMarks, type ReferenceLesion } from "./match.ts";

const nodule = (x: number, diameterMm: number | null, counts = true): ReferenceLesion => ({ centerMm: [x, 0, 0], diameterMm, counts });
const mark = (x: number, score: number) => ({ centerMm: [x, 0, 0] as const, score });

test("a mark hits inside the radius and misses on it", () => {
  expect(matchMarks([mark(2.99, 0.4)], [nodule(0, 6)]).lesionScores).toEqual([0.4]);
  expect(matchMarks([mark(3, 0.4)], [nodule(0, 6)])).toEqual({ lesionScores: [null], falsePositives: [0.4], ignored: [] });
});

test("the distance is taken in three dimensions", () => {
  expect(matchMarks([{ centerMm: [2, 2, 2], score: 1 }], [nodule(0, 6)]).lesionScores).toEqual([null]);
  expect(matchMarks([{ centerMm: [2, 2, 0.9], score: 1 }], [nodule(0, 6)]).lesionScores).toEqual([1]);
});

test("a lesion without a diameter counts as 10 mm", () => {
  expect(matchMarks([mark(4.99, 1), mark(5, 0.9)], [nodule(0, null)])).toEqual({ lesionScores: [1], falsePositives: [0.9], ignored: [] });
});

test("the highest of several marks counts for a nodule, and the others are no false positives", () => {
  expect(matchMarks([mark(0, 0.2), mark(1, 0.9), mark(-1, 0.5)], [nodule(0, 6)])).toEqual({
    lesionScores: [0.9],
    falsePositives: [],
    ignored: [],
  });
});

test("marks on irrelevant findings are neither true nor false, unless a counting nodule holds them too", () => {
  const lesions = [nodule(0, 6), nodule(4, 6, false), nodule(30, 6, false)];
  expect(matchMarks([mark(2, 0.7), mark(5, 0.6), mark(30, 0.5), mark(60, 0.4)], lesions)).toEqual({
    lesionScores: [0.7],
    falsePositives: [0.4],
    ignored: [0.6, 0.5],
  });
});

test("one mark in two overlapping nodules hits both", () => {
  expect(matchMarks([mark(2, 0.7)], [nodule(0, 6), nodule(4, 6)]).lesionScores).toEqual([0.7, 0.7]);
});

test("a score that is no number and a diameter of nothing are refused", () => {
  expect(() => matchMarks([mark(0, Number.NaN)], [])).toThrow(RangeError);
  expect(() => matchMarks([], [nodule(0, 0)])).toThrow(RangeError);
});
