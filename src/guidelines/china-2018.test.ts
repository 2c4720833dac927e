import { expect, test } from "vitest";
import { china2018Cases, china2018Steps, withoutRisk } from "./china-2018.cases.ts";
import { china2018 } from "./china-2018.ts";
import { assessStated, inShort, rowsOf, rulesOf, type Stated } from "./stated.ts";

const nodule = (stated: Stated) => assessStated(china2018, [stated]).nodules[0]!;
const solid4 = (person: Stated): Stated => ({ ...withoutRisk, kind: "solid", meanMm: 4, change: "baseline", ...person });

test.each(china2018Cases)("$title is decided by $rule", ({ stated, rule }) => {
  const { outcomes, missing } = nodule(stated);
  expect([rulesOf(nodule(stated)), missing]).toEqual([[rule], []]);
  expect(inShort(outcomes[0]?.nextSteps ?? [])).toBe(china2018Steps[rule] ?? "");
});

test("every rule and mark says that it is known from a secondary source", () => {
  const all = [...rowsOf(china2018.table), ...rowsOf(china2018.examinationTable), ...china2018.marks, ...china2018.examinationMarks];
  expect(all.filter(({ basis }) => basis !== "secondary")).toEqual([]);
});

test.each<[string, Stated]>([
  ["20 pack-years of a smoker", { smoking: "current", packYears: 20 }],
  ["20 pack-years of one who quit 14 years ago", { smoking: "former", packYears: 20, yearsSinceQuitting: 14 }],
  ["exposure", { hazardousExposure: "yes" }],
  ["COPD", { copd: "yes" }],
  ["diffuse fibrosis", { pulmonaryFibrosis: "yes" }],
  ["past tuberculosis", { pastTuberculosis: "yes" }],
  ["past cancer", { pastCancer: "yes" }],
  ["lung cancer in the family", { familyHistoryOfLungCancer: "yes" }],
])("%s is a risk factor", (_name, person) => {
  expect(rulesOf(nodule(solid4(person)))).toEqual(["solid-to-4-risk-factor"]);
});

test.each<[string, Stated]>([
  ["19.9 pack-years", { smoking: "current", packYears: 19.9 }],
  ["20 pack-years of one who quit 15 years ago", { smoking: "former", packYears: 20, yearsSinceQuitting: 15 }],
])("%s is no risk factor", (_name, person) => {
  expect(rulesOf(nodule(solid4(person)))).toEqual(["solid-to-4"]);
});

test("a risk factor that is not known leaves both columns of the table", () => {
  const { copd: _copd, ...unasked } = solid4({});
  const assessment = nodule(unasked);
  expect([rulesOf(assessment), assessment.missing]).toEqual([["solid-to-4-risk-factor", "solid-to-4"].toSorted(), ["copd"]]);
});

const marks = (stated: Stated) =>
  nodule(stated)
    .marks.filter(({ present }) => present === "yes")
    .map(({ code }) => code.replace("china-2018.", ""));

test.each<[number, Stated, string[]]>([
  [4.9, { kind: "solid" }, ["micro-nodule"]],
  [5, { kind: "solid" }, ["small-nodule"]],
  [10, { kind: "solid" }, ["small-nodule"]],
  [10.1, { kind: "solid" }, []],
  [14.9, { kind: "solid", malignantSigns: "no" }, []],
  [15, { kind: "solid", malignantSigns: "no" }, ["high-risk-nodule"]],
  [7.9, { kind: "solid", malignantSigns: "yes" }, ["small-nodule"]],
  [8, { kind: "solid", malignantSigns: "yes" }, ["small-nodule", "high-risk-nodule"]],
  [8, { kind: "solid", spiculated: "yes" }, ["small-nodule", "high-risk-nodule"]],
  [8, { kind: "part-solid", solidMeanMm: 5 }, ["small-nodule"]],
  [8, { kind: "part-solid", solidMeanMm: 5.1 }, ["small-nodule", "solid-part-over-5"]],
  [8.1, { kind: "part-solid", solidMeanMm: 5 }, ["small-nodule", "high-risk-nodule"]],
  [4.9, { kind: "non-solid" }, ["micro-nodule"]],
  [5, { kind: "non-solid" }, ["small-nodule", "edition-2024-pure-5-to-10"]],
  [10, { kind: "non-solid" }, ["small-nodule", "edition-2024-pure-5-to-10"]],
  [10.1, { kind: "non-solid" }, []],
])("a nodule of %d mm with %j is marked %j", (meanMm, more, expected) => {
  expect(marks({ change: "baseline", meanMm, ...(more.spiculated === undefined && { malignantSigns: "no" }), ...more })).toEqual(expected);
});

test("a mark whose inputs are missing is unknown and says what is missing", () => {
  const mark = nodule({ kind: "solid", meanMm: 9 }).marks.find(({ code }) => code === "china-2018.high-risk-nodule");
  expect(mark).toMatchObject({ basis: "secondary", present: "unknown", missing: ["malignantSigns"] });
  expect(mark?.used).toContainEqual({ input: "meanMm", value: 9, from: "reader" });
});

test.each<[string, Stated, number, string[]]>([
  ["ten nodules, age 40 without a risk factor", { ageYears: 40 }, 10, ["no", "no"]],
  ["eleven nodules, age 40 without a risk factor", { ageYears: 40 }, 11, ["yes", "no"]],
  ["no nodule, age 40 with a risk factor", { ageYears: 40, copd: "yes" }, 0, ["no", "yes"]],
  ["no nodule, age 39 with a risk factor", { ageYears: 39, copd: "yes" }, 0, ["no", "no"]],
])("%s: diffuse and high-risk person are marked %j", (_name, person, count, expected) => {
  const nodules = Array.from({ length: count }, () => solid4(person));
  const { examination } = assessStated(china2018, nodules, { examination: { ...withoutRisk, ...person } });
  expect(examination.marks.map(({ present }) => present)).toEqual(expected);
});
