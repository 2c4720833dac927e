import { describe, expect, test } from "vitest";
import { writtenCategory } from "../findings/assessment.ts";
import { lungRads2022Cases, plain, suspicious } from "./lung-rads-2022.cases.ts";
import { lungRads2022 } from "./lung-rads-2022.ts";
import { assessStated, inShort, rowsOf, rulesOf, type Stated } from "./stated.ts";

const nodule = (stated: Stated) => assessStated(lungRads2022, [stated]).nodules[0]!;
const categories = (stated: Stated) => nodule(stated).outcomes.map(({ category }) => category);
const followed = (priorMeanMm: number, meanMm: number, monthsSincePrior: number): Stated => ({
  ...plain,
  kind: "solid",
  meanMm,
  priorMeanMm,
  monthsSincePrior,
  priorCategory: "2",
});

describe("each cell of the table", () => {
  test.each(lungRads2022Cases)("$title is decided by $rule", ({ stated, rule }) => {
    const { outcomes, missing } = nodule(stated);
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]?.rules.map(({ code }) => code)).toEqual([`lung-rads-2022.${rule}`]);
    expect(missing).toEqual([]);
  });

  test("a rule that gives a category begins with it", () => {
    for (const { rule, outcome } of rowsOf(lungRads2022.table)) {
      if (outcome.category !== null) expect(rule.split("-")[0]).toBe(outcome.category);
    }
  });

  test.each([
    ["0", "low-dose-ct 1–3", null],
    ["1", "low-dose-ct 12", [0, 1]],
    ["2", "low-dose-ct 12", [0, 1]],
    ["3", "low-dose-ct 6", [1, 2]],
    ["4A", "low-dose-ct 3; if solid-8-mm-or-more: consider pet-ct", [5, 15]],
    ["4B", "referral or diagnostic-ct or biopsy; if solid-8-mm-or-more: consider pet-ct", [15, 100]],
    ["4X", "referral or diagnostic-ct or biopsy; if solid-8-mm-or-more: consider pet-ct", [15, 100]],
  ])("category %s is managed by %s", (category, steps, percent) => {
    const outcomes = lungRads2022Cases.flatMap(({ stated }) => nodule(stated).outcomes).filter((outcome) => outcome.category === category);
    expect(outcomes.length).toBeGreaterThan(0);
    for (const { nextSteps, malignancyPercent } of outcomes) expect([inShort(nextSteps), malignancyPercent]).toEqual([steps, percent]);
  });
});

describe("growth", () => {
  test.each([
    [6.1, 7.6, 12, ["2-stays"], "1.5 mm, which is less in binary fractions, is no growth"],
    [6.1, 7.7, 12, ["4A-solid-growing"], "1.6 mm within 12 months is growth"],
    [7.6, 6.1, 12, ["2-stays"], "a nodule that shrank keeps category 2"],
    [4.9, 5.1, 3, ["2-stays"], "a volume of 62 mm³ that became 69 mm³ is no growth, though more than 2 mm³ were added"],
  ])("from %d to %d mm in %d months is decided by %j: %s", (prior, now, months, rules) => {
    expect(rulesOf(nodule(followed(prior, now, months)))).toEqual(rules);
  });

  test("1.6 mm over 13 months may or may not have been 1.5 mm within 12: both stay possible", () => {
    const assessment = nodule(followed(6.1, 7.7, 13));
    expect(rulesOf(assessment)).toEqual(["4B-slowly-growing", "4A-solid-growing"]);
    expect(assessment.missing).toEqual(["change"]);
  });

  test("the reader's word on growth comes before the diameters", () => {
    expect(rulesOf(nodule({ ...followed(6.1, 6.2, 12), change: "slowly-growing" }))).toEqual(["4B-slowly-growing"]);
  });

  test("a solid part that grew by 1.6 mm decides even where the whole is stable", () => {
    const part: Stated = { ...followed(9, 9, 12), kind: "part-solid", solidMeanMm: 4.6, priorSolidMeanMm: 3 };
    expect(rulesOf(nodule(part))).toEqual(["4B-part-solid-solid-grown"]);
    expect(rulesOf(nodule({ ...part, solidMeanMm: 4.5 }))).toEqual(["2-stays"]);
    expect(rulesOf(nodule({ ...part, priorSolidMeanMm: 0, solidMeanMm: 1 }))).toEqual(["4A-part-solid-solid-grown"]);
  });
});

describe("missing inputs", () => {
  test("a kind that is not known leaves every kind's category", () => {
    const { kind: _kind, ...unknownKind } = { ...plain, kind: "solid", meanMm: 7, change: "baseline" } as const;
    const assessment = nodule(unknownKind);
    expect(rulesOf(assessment)).toEqual(["4A-part-solid", "3-solid", "3-part-solid", "2-non-solid"]);
    expect(assessment.missing).toEqual(["solidMeanMm", "kind"]);
  });

  test("a solid part that was not measured is no larger than the whole", () => {
    expect(categories({ ...plain, kind: "part-solid", meanMm: 7, change: "baseline" })).toEqual(["4A", "3"]);
    expect(categories({ ...plain, kind: "part-solid", meanMm: 8, change: "baseline" })).toEqual(["4B", "4A", "3"]);
  });

  test("an input that could change nothing is not called missing", () => {
    const assessment = nodule({ ...plain, kind: "non-solid", meanMm: 20 });
    expect([categories({ ...plain, kind: "non-solid", meanMm: 20 }), assessment.missing]).toEqual([["2"], []]);
  });

  test("suspicious features that nobody has judged leave 4X possible, but not for category 2", () => {
    const { suspiciousFeatures: _unknown, ...unjudged } = plain;
    const three = nodule({ ...unjudged, kind: "solid", meanMm: 6, change: "baseline" });
    expect([rulesOf(three), three.missing]).toEqual([["4X-suspicious", "3-solid"], ["suspiciousFeatures"]]);
    const two = nodule({ ...unjudged, kind: "solid", meanMm: 5.9, change: "baseline" });
    expect([rulesOf(two), two.missing]).toEqual([["2-solid"], []]);
  });

  test("what every possible category rises to is certain, whatever is missing", () => {
    const assessment = nodule({ ...plain, ...suspicious, kind: "solid", meanMm: 9 });
    expect(rulesOf({ ...assessment, outcomes: assessment.outcomes.filter(({ category }) => category === "4X") })).toEqual([
      "4X-suspicious",
    ]);
    expect(nodule({ ...plain, ...suspicious, kind: "part-solid", meanMm: 9, change: "baseline" }).missing).toEqual([]);
  });

  test("a volume stands in for a diameter that was not measured", () => {
    const byVolume = (volumeMm3: number) => {
      const { outcomes, used } = nodule({ ...plain, kind: "solid", change: "baseline", volumeMm3 });
      expect(used.map(({ input }) => input)).toContain("volumeMm3");
      return outcomes.map(({ category }) => category);
    };
    expect([112, 113, 267, 268, 1766, 1767].map(byVolume)).toEqual([["2"], ["3"], ["3"], ["4A"], ["4A"], ["4B"]]);
  });

  test("where both are known the diameter decides", () => {
    expect(categories({ ...plain, kind: "solid", change: "baseline", meanMm: 5.9, volumeMm3: 2000 })).toEqual(["2"]);
  });

  test("every input that was used says its value and where it came from", () => {
    const { used } = nodule({ ...plain, kind: "solid", change: "stable", meanMm: 6, priorMeanMm: 6.1, priorCategory: "2" });
    expect(used).toContainEqual({ input: "meanMm", value: 6, from: "reader" });
    expect(used).toContainEqual({ input: "priorMeanMm", value: 6.1, from: "reader" });
  });
});

describe("the examination", () => {
  const clear: Stated = { priorBeingLocated: "no", lungsNotEvaluated: "no", infectionSigns: "no", otherSignificantFinding: "no" };
  const { infectionSigns: _asked, ...noduleFacts } = plain;
  const solid = (meanMm: number): Stated => ({ ...noduleFacts, kind: "solid", meanMm, change: "baseline" });
  const whole = (nodules: Stated[], examination: Stated = clear) => assessStated(lungRads2022, nodules, { examination }).examination;

  test.each([
    ["0-prior-being-located", { priorBeingLocated: "yes" }, "compare-with-prior"],
    ["0-lungs-not-evaluated", { lungsNotEvaluated: "yes" }, "complete-examination"],
    ["0-infection", { infectionSigns: "yes" }, "low-dose-ct 1–3"],
    ["1-no-nodule", {}, "low-dose-ct 12"],
  ] as const)("without nodules %s decides on %j: %s", (rule, stated, steps) => {
    const { outcomes } = whole([], { ...clear, ...stated });
    expect(outcomes.map(({ nextSteps }) => inShort(nextSteps))).toEqual([steps]);
    expect(outcomes[0]?.rules).toEqual([{ code: `lung-rads-2022.${rule}`, basis: "published" }]);
  });

  test("its category is that of its most suspicious nodule", () => {
    const { outcomes, decidedBy } = whole([solid(5), solid(9), solid(6)]);
    expect([outcomes.map(({ category }) => category), decidedBy]).toEqual([["4A"], ["2.25.1"]]);
  });

  test("a nodule that may be 2 or 3 beside one that is 3 for certain leaves 3", () => {
    const { change: _change, ...unsized } = solid(5);
    expect(
      whole([
        { ...unsized, change: "new", meanMm: 5 },
        { ...solid(5), meanMm: 6 },
      ]).outcomes.map(({ category }) => category),
    ).toEqual(["3"]);
  });

  test("a nodule that may be 4A or less beside one that is 3 leaves 4A and 3, and says what is missing", () => {
    const { meanMm: _size, ...unsized } = solid(5);
    const { outcomes, missing, decidedBy } = whole([unsized, solid(7)]);
    expect(outcomes.map(({ category }) => category)).toEqual(["4B", "4A", "3"]);
    expect([missing, decidedBy]).toEqual([["meanMm"], ["2.25.0", "2.25.1"]]);
  });

  test("an incomplete examination is category 0 beside 4A, but does not hold up the work-up of 4B", () => {
    const incomplete: Stated = { ...clear, lungsNotEvaluated: "yes" };
    expect(whole([solid(9)], incomplete).outcomes.map(({ category }) => category)).toEqual(["0"]);
    expect(whole([solid(15)], incomplete).outcomes.map(({ category }) => category)).toEqual(["4B"]);
  });

  test("an unknown sign of infection leaves 0 possible", () => {
    const { infectionSigns: _unknown, ...unasked } = clear;
    const { outcomes, missing } = whole([solid(5)], unasked);
    expect([outcomes.map(({ category }) => category), missing]).toEqual([["0", "2"], ["infectionSigns"]]);
  });

  test("a cyst that is not classified leaves the examination without a nodule", () => {
    expect(rulesOf(whole([{ ...noduleFacts, cyst: "yes", cystWallMm: 1, cystLocules: "unilocular", cystChange: "none" }]))).toEqual([
      "1-no-nodule",
    ]);
  });

  test("a nodule that the table has no row for is never folded away", () => {
    const silent: Stated = { ...noduleFacts, kind: "part-solid", meanMm: 9, solidMeanMm: 4, change: "growing", solidPartChange: "stable" };
    expect(rulesOf(whole([silent, solid(5)]))).toEqual(["2-solid", "no-rule"]);
    expect(rulesOf(whole([silent]))).toEqual(["no-rule"]);
  });

  test.each([
    ["yes", "yes"],
    ["no", "no"],
    [undefined, "unknown"],
  ] as const)("the modifier S follows another significant finding: %s is %s", (otherSignificantFinding, present) => {
    const { otherSignificantFinding: _stated, ...others } = clear;
    const { marks } = whole([], { ...others, ...(otherSignificantFinding && { otherSignificantFinding }) });
    expect(marks.map((mark) => [mark.code, mark.present])).toEqual([["lung-rads-2022.S", present]]);
    expect(marks.map(({ missing }) => missing)).toEqual([present === "unknown" ? ["otherSignificantFinding"] : []]);
  });

  const { otherSignificantFinding: _unasked, ...unasked } = clear;
  test.each([
    ["0S", [], { priorBeingLocated: "yes" }],
    ["0S", [], { lungsNotEvaluated: "yes" }],
    ["0S", [], { infectionSigns: "yes" }],
    ["1S", [], {}],
    ["2S", [solid(5)], {}],
    ["3S", [solid(7)], {}],
    ["4AS", [solid(9)], {}],
    ["4BS", [solid(15)], {}],
    ["4XS", [{ ...solid(15), ...suspicious }], {}],
  ] as const)("with another significant finding the category is written %s", (written, nodules, stated) => {
    const about = { examination: { ...unasked, ...stated }, person: { otherSignificantFinding: true } };
    const { examination, nodules: each } = assessStated(lungRads2022, nodules, about);
    expect(examination.outcomes.map((outcome) => writtenCategory(examination, outcome))).toEqual([written]);
    expect(examination.marks[0]?.used).toEqual([{ input: "otherSignificantFinding", value: "yes", from: "person" }]);
    for (const nodule of each) expect(nodule.outcomes.map((outcome) => writtenCategory(nodule, outcome))).toEqual([written.slice(0, -1)]);
  });

  test.each([
    ["no other significant finding", { otherSignificantFinding: false }, "3"],
    ["none known of", {}, "3"],
  ] as const)("with %s the category is written without S", (_, person, written) => {
    const { examination } = assessStated(lungRads2022, [solid(7)], { examination: unasked, person });
    expect(examination.outcomes.map((outcome) => writtenCategory(examination, outcome))).toEqual([written]);
  });

  test("the reader's word on another significant finding comes before the person's data, and says that it is the reader's", () => {
    const about = { examination: { ...unasked, otherSignificantFinding: "no" }, person: { otherSignificantFinding: true } } as const;
    const { marks } = assessStated(lungRads2022, [], about).examination;
    expect(marks[0]).toMatchObject({ present: "no", used: [{ input: "otherSignificantFinding", value: "no", from: "reader" }] });
  });

  test("another significant finding changes neither outcome nor next step", () => {
    const of = (otherSignificantFinding: "yes" | "no") => whole([solid(7)], { ...clear, otherSignificantFinding }).outcomes;
    expect(of("yes")).toEqual(of("no"));
  });
});
