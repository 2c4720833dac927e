import { expect, test } from "vitest";
import { adult, bts2015Cases, bts2015Steps } from "./bts-2015.cases.ts";
import { bts2015 } from "./bts-2015.ts";
import { assessStated, inShort, rowsOf, rulesOf, type Stated } from "./stated.ts";

const nodule = (stated: Stated) => assessStated(bts2015, [stated]).nodules[0]!;
const solid = (longestMm: number): Stated => ({ ...adult, kind: "solid", longestMm, change: "baseline" });

test.each(bts2015Cases)("$title is decided by $rule", ({ stated, rule }) => {
  const { outcomes, missing } = nodule(stated);
  expect([rulesOf(nodule(stated)), missing]).toEqual([[rule], []]);
  expect(inShort(outcomes[0]?.nextSteps ?? [])).toBe(bts2015Steps[rule] ?? "");
  expect(outcomes[0]?.kind).toBe(rule.startsWith("declines") ? "declined" : "assessed");
});

test("inputs of the Brock model that are missing and matter leave surveillance and PET/CT", () => {
  const { emphysema: _emphysema, spiculated: _spiculated, ...unasked } = { ...solid(9), sex: "female", upperLobe: "yes" } as const;
  const assessment = nodule(unasked);
  expect(rulesOf(assessment)).toEqual(["solid-8-brock-10", "solid-8-brock-under-10"]);
  expect(assessment.missing).toEqual(["emphysema", "spiculated"]);
});

test("inputs of the Brock model that are missing and cannot lift it over 10 % are not asked for", () => {
  const { emphysema: _emphysema, ...unasked } = solid(8);
  const assessment = nodule(unasked);
  expect([rulesOf(assessment), assessment.missing]).toEqual([["solid-8-brock-under-10"], []]);
});

test("a doubling time that is not known leaves all that it could decide", () => {
  const assessment = nodule({ ...solid(7), change: "stable", volumeChangePercent: 30, monthsSinceFirst: 12 });
  expect(rulesOf(assessment)).toEqual(["solid-vdt-to-400", "solid-vdt-to-600", "solid-vdt-over-600"]);
  expect(assessment.missing).toEqual(["vdtDays"]);
});

test("a typical perifissural nodule is told by its diameter, also where the volume decides the rest", () => {
  const perifissural = (longestMm: number): Stated => ({
    ...solid(longestMm),
    volumeMm3: 400,
    juxtapleural: "yes",
    smooth: "yes",
    shape: "lentiform",
  });
  expect([9.9, 10].map((mm) => rulesOf(nodule(perifissural(mm))))).toEqual([["perifissural"], ["solid-8-brock-under-10"]]);
});

test("the branches known from secondary sources say so", () => {
  const secondary = rowsOf(bts2015.table)
    .filter(({ basis }) => basis === "secondary")
    .map(({ rule }) => rule);
  expect(secondary).toEqual(["perifissural", "solid-vdt-to-400", "solid-vdt-to-600", "solid-vdt-over-600"]);
  const { outcomes } = nodule({ ...solid(7), change: "growing", vdtDays: 100 });
  expect(outcomes[0]?.rules).toEqual([{ code: "bts-2015.solid-vdt-to-400", basis: "secondary" }]);
});

test("an examination without nodules needs nothing, unless the person is under 18", () => {
  const rules = (ageYears: number) => rulesOf(assessStated(bts2015, [], { examination: { ageYears } }).examination);
  expect([rules(18), rules(17)]).toEqual([["no-nodule"], ["declines-under-18"]]);
});
