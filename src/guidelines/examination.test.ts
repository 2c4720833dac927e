import { expect, test } from "vitest";
import { Person } from "../findings/person.ts";
import { type GuidelineExamination, noduleFacts } from "./examination.ts";
import { personFacts } from "./person-facts.ts";
import { factsOf, type Stated } from "./stated.ts";

const values = (person: unknown, year: number | null = 2025): Record<string, unknown> =>
  Object.fromEntries(Object.entries(personFacts(Person.parse(person), year)).map(([code, fact]) => [code, fact.value]));

test("of a person nothing is assumed", () => {
  expect(values({})).toEqual({});
});

test("what is known of a person is said to come from the person", () => {
  expect(personFacts(Person.parse({ ageYears: 61 }), 2025)).toEqual({ ageYears: { value: 61, from: "person" } });
});

test("years since quitting are counted to the year of the examination, and unknown without it", () => {
  expect(values({ quitYear: 2011 })).toEqual({ yearsSinceQuitting: 14 });
  expect(values({ quitYear: 2011 }, null)).toEqual({});
  expect(values({ quitYear: "not-quit", smoking: "current" })).toEqual({ smoking: "current" });
});

test.each([
  [[], { pastCancer: "no", extrathoracicCancer: "no", extrathoracicCancerOver5Years: "no" }],
  [
    [{ site: "breast", extrathoracic: true, year: 2019 }],
    { pastCancer: "yes", extrathoracicCancer: "yes", extrathoracicCancerOver5Years: "yes" },
  ],
  [
    [{ site: "breast", extrathoracic: true, year: 2021 }],
    { pastCancer: "yes", extrathoracicCancer: "yes", extrathoracicCancerOver5Years: "no" },
  ],
  [[{ site: "breast", extrathoracic: true, year: 2020 }], { pastCancer: "yes", extrathoracicCancer: "yes" }],
  [[{ site: "breast", extrathoracic: true }], { pastCancer: "yes", extrathoracicCancer: "yes" }],
  [[{ site: "breast", year: 2000 }], { pastCancer: "yes" }],
  [
    [{ site: "lung", extrathoracic: false, year: 2000 }],
    { pastCancer: "yes", extrathoracicCancer: "no", extrathoracicCancerOver5Years: "no" },
  ],
])("past cancer %j is %j", (pastCancer, expected) => {
  expect(values({ pastCancer })).toEqual(expected);
});

test.each([
  [[], { hazardousExposure: "no" }],
  [["other"], { hazardousExposure: "no" }],
  [["other", "radon"], { hazardousExposure: "yes" }],
])("exposure to %j is %j", (exposures, expected) => {
  expect(values({ exposures })).toEqual(expected);
});

test.each([
  [true, { otherSignificantFinding: "yes" }],
  [false, { otherSignificantFinding: "no" }],
  ["unknown", {}],
])("another significant finding that is %j is %j", (otherSignificantFinding, expected) => {
  expect(values({ otherSignificantFinding })).toEqual(expected);
});

test("lung cancer in the family is cancer in the family, but no lung cancer leaves other cancers open", () => {
  expect(values({ familyHistoryOfLungCancer: true })).toEqual({ familyHistoryOfLungCancer: "yes", familyHistoryOfCancer: "yes" });
  expect(values({ familyHistoryOfLungCancer: false })).toEqual({ familyHistoryOfLungCancer: "no" });
});

const facts = (stated: Stated, person: unknown = {}) => {
  const nodule = { trackingUid: "2.25.1", facts: factsOf(stated) };
  const examination: GuidelineExamination = {
    nodules: [nodule],
    facts: factsOf({ ageYears: 70 }),
    person: Person.parse(person),
    year: 2025,
  };
  return noduleFacts(examination, nodule);
};

test("without a prior examination a nodule is seen for the first time and had no category", () => {
  expect(facts({}, { prior: "none" })).toMatchObject({
    change: { value: "baseline", from: "person" },
    priorCategory: { value: "none", from: "rule" },
  });
});

test("what a spiculated border rules out follows by rule, but never against what was stated", () => {
  expect(facts({ spiculated: "yes" })).toMatchObject({
    smooth: { value: "no", from: "rule" },
    malignantSigns: { value: "yes", from: "rule" },
  });
  expect(facts({ smooth: "yes" }).spiculated).toEqual({ value: "no", from: "rule" });
  expect(facts({ spiculated: "yes", malignantSigns: "no" }).malignantSigns).toEqual({ value: "no", from: "reader" });
});

test("what is stated of the examination comes before the person's data", () => {
  expect(facts({}, { ageYears: 40 }).ageYears).toEqual({ value: 70, from: "reader" });
});
