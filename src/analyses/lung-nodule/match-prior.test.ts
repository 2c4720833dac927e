import { expect, test } from "vitest";
import { patientPoint } from "../../volume/space.ts";
import { type Matchable, matchPrior } from "./match-prior.ts";

const one = (x: number, diameterMm: number | null = 8, errorMm = 1): Matchable => ({ place: patientPoint(x, 0, 0), errorMm, diameterMm });
const pairsOf = (prior: readonly Matchable[], current: readonly Matchable[]): string[] =>
  matchPrior(prior, current)
    .map(({ prior: p, current: c, ambiguous }) => `${p}-${c}${ambiguous ? "?" : ""}`)
    .sort();

test.each([
  ["the same place", [one(0)], [one(1)], ["0-0"]],
  ["out of reach", [one(0)], [one(30)], []],
  ["near but five times as large", [one(0, 4)], [one(1, 20)], []],
  ["two and two, crossed in order", [one(0), one(40)], [one(41), one(1)], ["0-1", "1-0"]],
  ["one is new", [one(0)], [one(40), one(0.5)], ["0-1"]],
  ["one is gone", [one(0), one(40)], [one(40)], ["1-0"]],
  ["of two priors near one, the nearer", [one(7), one(0.5)], [one(0)], ["1-0"]],
  ["a chain: the first gives way so that both are paired", [one(5), one(0)], [one(4), one(10)], ["0-1", "1-0"]],
  ["two that fit alike", [one(-3), one(3.1)], [one(0)], ["0-0?"]],
  ["no size known", [one(0, null)], [one(2, 8)], ["0-0"]],
  ["a poor registration reaches further", [one(0)], [one(20, 8, 6)], ["0-0"]],
  ["nothing", [], [], []],
])("%s", (_what, prior, current, expected) => {
  expect(pairsOf(prior, current)).toEqual(expected);
});
