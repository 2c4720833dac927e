import { expect, test } from "vitest";
import { writtenCategory } from "../findings/assessment.ts";
import { cLungRads2024Cases } from "./c-lung-rads-2024.cases.ts";
import { cLungRads2024 } from "./c-lung-rads-2024.ts";
import { assessStated, inShort, rulesOf, type Stated } from "./stated.ts";

const nodule = (stated: Stated) => assessStated(cLungRads2024, [stated]).nodules[0]!;

test.each(cLungRads2024Cases)("$title is decided by $rule; of level 2 and 3 the unpublished model may make 4", ({ stated, rule }) => {
  const assessment = nodule(stated);
  const modelDecides = rule.startsWith("2") || rule.startsWith("3");
  expect(rulesOf(assessment)).toEqual(modelDecides ? ["4-model", rule] : [rule]);
  expect(assessment.missing).toEqual(modelDecides ? ["modelPercent"] : []);
  expect(assessment.outcomes.at(-1)?.category).toBe(rule[0]);
});

test.each([
  ["0", "low-dose-ct 12", null],
  ["1", "low-dose-ct 12", [0.3, 0.3]],
  ["2", "ct 6", [3.2, 3.2]],
  ["3", "ct 3; consider high-resolution-ct or pet-ct", [6.2, 6.2]],
  ["4", "clinical-assessment", [24.3, 24.3]],
])("level %s is managed by %s", (level, steps, percent) => {
  const outcomes = cLungRads2024Cases.flatMap(({ stated }) => nodule(stated).outcomes).filter(({ category }) => category === level);
  expect(outcomes.length).toBeGreaterThan(0);
  for (const { nextSteps, malignancyPercent } of outcomes) expect([inShort(nextSteps), malignancyPercent]).toEqual([steps, percent]);
});

test("a part-solid nodule of 9.9 mm whose solid part was not measured cannot be level 4 by its size", () => {
  expect(rulesOf(nodule({ calcification: "none", kind: "part-solid", meanMm: 9.9 }))).toEqual(["4-model", "3-part-solid", "2-part-solid"]);
  expect(rulesOf(nodule({ calcification: "none", kind: "part-solid", meanMm: 10 }))).toContain("4-part-solid");
});

test("its table has no modifier: another significant finding leaves the level as it is", () => {
  const about = { person: { otherSignificantFinding: true } };
  const { examination } = assessStated(cLungRads2024, [{ calcification: "none", kind: "solid", meanMm: 5 }], about);
  expect(examination.outcomes.map((outcome) => writtenCategory(examination, outcome))).toEqual(["1"]);
});

test("the examination takes the highest level that a nodule can have", () => {
  const of = (meanMm: number): Stated => ({ calcification: "none", kind: "solid", meanMm });
  const level = (...sizes: number[]) => assessStated(cLungRads2024, sizes.map(of)).examination.outcomes.map(({ category }) => category);
  expect([level(5, 7), level(7, 18), level(7, 12)]).toEqual([["4", "2"], ["4"], ["4", "3"]]);
  expect(rulesOf(assessStated(cLungRads2024, []).examination)).toEqual(["no-nodule"]);
});
