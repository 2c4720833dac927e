import { expect, test } from "vitest";
import { fleischner2017Cases, fleischner2017Steps, meantFor } from "./fleischner-2017.cases.ts";
import { fleischner2017 } from "./fleischner-2017.ts";
import { assessStated, inShort, rulesOf, type Stated } from "./stated.ts";

const nodule = (stated: Stated) => assessStated(fleischner2017, [stated]).nodules[0]!;

test.each(fleischner2017Cases)("$title is decided by $rule", ({ stated, rule }) => {
  const { outcomes, missing } = nodule(stated);
  expect([rulesOf(nodule(stated)), missing]).toEqual([[rule], []]);
  expect(inShort(outcomes[0]?.nextSteps ?? [])).toBe(fleischner2017Steps[rule] ?? "");
  expect(outcomes[0]?.kind).toBe(rule.startsWith("declines") ? "declined" : rule === "no-rule" ? "no-rule" : "assessed");
});

test("a person of whom nothing is known may be one the guideline is not meant for", () => {
  const assessment = nodule({ kind: "solid", meanMm: 7, change: "baseline", multiple: "no" });
  expect(rulesOf(assessment)).toEqual([
    "declines-screening",
    "declines-known-cancer",
    "declines-past-cancer",
    "declines-immunosuppression",
    "declines-under-35",
    "solid-6-to-8-low",
    "solid-6-to-8-high",
  ]);
  expect(assessment.missing.toSorted()).toEqual(["ageYears", "immunosuppression", "pastCancer", "probabilityPercent", "reason"]);
});

test.each([
  [6.0, 7.9, "solid-6-to-8-low", "1.9 mm is no growth"],
  [6.1, 8.1, "no-rule", "2.0 mm is growth"],
])("from %d to %d mm is decided by %s: %s", (priorMeanMm, meanMm, rule) => {
  expect(rulesOf(nodule({ ...meantFor, kind: "solid", meanMm, priorMeanMm, multiple: "no" }))).toEqual([rule]);
});

test("a volume stands in for a diameter that was not measured", () => {
  const byVolume = (volumeMm3: number) => rulesOf(nodule({ ...meantFor, kind: "solid", change: "baseline", multiple: "no", volumeMm3 }));
  expect([99, 100, 250, 251].map(byVolume)).toEqual([["solid-under-6-low"], ["solid-6-to-8-low"], ["solid-6-to-8-low"], ["solid-over-8"]]);
});

test("a part-solid nodule of 5.9 mm that nobody measured further may have a solid part of 6 mm", () => {
  const assessment = nodule({ ...meantFor, kind: "part-solid", meanMm: 5.9, change: "baseline", multiple: "no" });
  expect(rulesOf(assessment)).toEqual(["part-solid-6-solid-part-under-6", "part-solid-6-solid-part-6"]);
  expect(assessment.missing).toEqual(["solidLongestMm"]);
});

test("two nodules of one group are several, one of each group is single", () => {
  const of = (kind: "solid" | "non-solid"): Stated => ({ ...meantFor, kind, meanMm: 7, change: "baseline" });
  const rules = (...nodules: Stated[]) => assessStated(fleischner2017, nodules).nodules.map(rulesOf);
  expect(rules(of("solid"), of("solid"))).toEqual([["solid-multiple-6-low"], ["solid-multiple-6-low"]]);
  expect(rules(of("solid"), of("non-solid"))).toEqual([["solid-6-to-8-low"], ["ground-glass-6"]]);
});

test("a neighbour whose kind is not known leaves single and several possible", () => {
  const [solid] = assessStated(fleischner2017, [
    { ...meantFor, kind: "solid", meanMm: 7, change: "baseline" },
    { ...meantFor, meanMm: 7, change: "baseline" },
  ]).nodules;
  expect([rulesOf(solid!), solid!.missing]).toEqual([["solid-multiple-6-low", "solid-6-to-8-low"], ["multiple"]]);
});

test("the examination follows the nodule with the soonest step, and months are counted from the first examination", () => {
  const of = (meanMm: number, kind: "solid" | "non-solid"): Stated => ({ ...meantFor, kind, meanMm, change: "baseline" });
  const { examination } = assessStated(fleischner2017, [of(7, "non-solid"), of(9, "solid")], { examination: meantFor });
  expect([rulesOf(examination), examination.decidedBy, examination.monthsFrom]).toEqual([
    ["solid-over-8"],
    ["2.25.1"],
    "first-examination",
  ]);
});

test("an examination without nodules needs nothing, unless the guideline is not meant for it", () => {
  const rules = (more: Stated) => rulesOf(assessStated(fleischner2017, [], { examination: { ...meantFor, ...more } }).examination);
  expect(rules({})).toEqual(["no-nodule"]);
  expect(rules({ reason: "annual-screening" })).toEqual(["declines-screening"]);
});
