import { expect, test } from "vitest";
import type { FindingComparison } from "../findings/comparison.ts";
import type { Finding } from "../findings/finding.ts";
import { Person } from "../findings/person.ts";
import type { ReadResult } from "../findings/read-result.ts";
import { blockLines } from "../report/block-lines.ts";
import { assessmentSection } from "../report/compose-assessment.ts";
import { sampleReadResult } from "../report/sample-read-result.ts";
import { assess } from "./assess.ts";
import { sampleCompared, sampleComparison, sampleNodule } from "./sample-nodule.ts";

const baseline = Person.parse({ reason: "baseline-screening", prior: "none" });

/** A read with these findings, assessed. */
function assessed(findings: readonly Finding[], person: Person, language: "en" | "zh" = "en"): ReadResult {
  const result = sampleReadResult({ language, findings: 0 });
  const analyses = result.analyses.map((analysis) => ({ ...analysis, findings: [...findings] }));
  return { ...result, person, analyses, ...assess(result.study, person, analyses) };
}
const whole = ({ assessments }: ReadResult, guideline: string) =>
  assessments.find((each) => each.guideline === guideline && each.trackingUid === null)!;
const categories = (result: ReadResult, guideline: string) => whole(result, guideline).outcomes.map(({ category }) => category);

const reported = (result: ReadResult, guideline?: string): string =>
  assessmentSection(result, result.analyses[0]!, result.language, guideline)
    .flatMap(({ blocks }) => blocks.flatMap(blockLines))
    .join("\n");

test.each([
  [5.9, "2"],
  [6, "3"],
  [7.9, "3"],
  [8, "4A"],
  [15, "4B"],
])("a solid nodule of %d mm at baseline screening is Lung-RADS %s", (diameterMm, category) => {
  expect(categories(assessed([sampleNodule(1, diameterMm)], baseline), "lung-rads-2022")).toEqual([category]);
});

test("without findings the lungs are negative, and without a read nothing is said", () => {
  expect(categories(assessed([], baseline), "lung-rads-2022")).toEqual(["1"]);
  const declined = sampleReadResult({ language: "en", findings: 0, outcome: "declined" });
  expect(assess(declined.study, baseline, declined.analyses)).toEqual({ assessments: [], risks: [] });
});

test("a rejected finding and one below the operating point do not count", () => {
  const others = [sampleNodule(2, 20, { verdict: "rejected" }), sampleNodule(3, 20, { score: 0.1 })];
  expect(categories(assessed([sampleNodule(1, 7), ...others], baseline), "lung-rads-2022")).toEqual(["3"]);
});

test("when it is not known whether there is a prior, every category stays that is possible, and the report says what is missing", () => {
  const result = assessed([sampleNodule(1, 7)], Person.parse({ reason: "annual-screening" }));
  expect(categories(result, "lung-rads-2022")).toEqual(expect.arrayContaining(["3", "4A"]));
  expect(whole(result, "lung-rads-2022").missing).toContain("change");
  expect(reported(result)).toContain("change since the prior examination");
});

test("age and sex of the headers are used where nobody has said otherwise", () => {
  const { used } = assessed([sampleNodule(1, 10)], baseline).risks.find(({ model }) => model.startsWith("brock"))!;
  expect(used).toEqual(
    expect.arrayContaining([{ input: "ageYears", value: 61, from: "person" }, expect.objectContaining({ input: "sex", value: "male" })]),
  );
});

test("each nodule has a line, solid ones that decide nothing share one, and a part-solid one is never folded", () => {
  const result = assessed(
    [sampleNodule(1, 9), sampleNodule(2, 5), sampleNodule(3, 4.5), sampleNodule(4, 5, { texture: "part-solid" })],
    baseline,
  );
  const text = reported(result);
  expect(text).toContain("9.0 × 9.0 mm (mean 9.0 mm)");
  expect(text).toContain("Category 4A: suspicious; low-dose CT at 3 months");
  expect(text).toContain("2 further solid nodules (no. 2, 3) up to 5.0 mm change nothing: Category 2");
  expect(text.match(/part-solid nodule/g)).toHaveLength(1);
});

test("an incidental nodule is said by Fleischner with its ranges, in Chinese by the Chinese consensus too", () => {
  const person = Person.parse({
    reason: "incidental",
    prior: "none",
    immunosuppression: false,
    pastCancer: [],
    smoking: "never",
    packYears: 0,
  });
  expect(reported(assessed([sampleNodule(1, 7)], person))).toContain("CT at 6–12 months");
  const chinese = reported(assessed([sampleNodule(1, 7)], person, "zh"));
  expect(chinese).toContain("肺结节诊治中国专家共识（2018年版）");
  expect(chinese).toContain("6–12 个月时CT");
});

/** A finding that measured `priorMm` so many days ago. */
const followed = (n: number, priorMm: number, mm: number, days: number, changes: Partial<FindingComparison> = {}): Finding =>
  sampleNodule(n, mm, { comparison: { ...sampleComparison(mm, { mm: priorMm, days }), ...changes } });
const annual = Person.parse({ reason: "annual-screening" });

test.each([
  ["7.6 mm after 6.0 mm a year ago has grown", followed(1, 6, 7.6, 365), ["4A"]],
  ["8.0 mm after 6.0 mm a year ago has grown", followed(1, 6, 8, 365), ["4B"]],
  ["5.0 mm where nothing was is new", followed(1, 5, 5, 365, { change: "new", growth: null }), ["3"]],
])("of screening, %s", (_, one, expected) => {
  expect(categories(assessed([one], annual), "lung-rads-2022")).toEqual(expected);
});

test("a doubling time of at most 400 days is worked up under the British guideline", () => {
  const [outcome] = whole(assessed([followed(1, 7, 9, 182)], Person.parse({ reason: "incidental", ageYears: 60 })), "bts-2015").outcomes;
  expect(outcome!.rules.map(({ code }) => code)).toEqual(["bts-2015.solid-vdt-to-400"]);
});

test("what cannot be told of a change leaves categories open, even where the person's file knows of no prior examination", () => {
  const one = followed(1, 7, 7, 365, { change: "cannot-tell" });
  const result = assessed([one], baseline);
  const analyses = result.analyses.map((analysis) => sampleCompared(analysis, 365));
  const read = { ...result, analyses, ...assess(result.study, baseline, analyses) };
  expect(categories(read, "lung-rads-2022").length).toBeGreaterThan(1);
  expect(whole(read, "lung-rads-2022").missing).toContain("change");
});

test("solid nodules that grew or whose change is unknown keep their own lines; unchanged ones that decide nothing are folded", () => {
  const marks = [
    sampleNodule(1, 20, { texture: "part-solid" }),
    followed(2, 4, 5.9, 365),
    followed(3, 5, 5, 365, { change: "cannot-tell" }),
    followed(4, 4, 4, 365),
    followed(5, 4, 4, 365),
  ];
  const person = { ageYears: 60, immunosuppression: false, pastCancer: [], smoking: "never", packYears: 0 };
  const text = reported(assessed(marks, Person.parse({ reason: "incidental", ...person })));
  expect(text).toContain("grown since the prior examination");
  expect(text).toContain("change since the prior examination cannot be told");
  expect(text).toContain("2 further solid nodules (no. 4, 5) up to 4.0 mm");
});

test("an unchanged nodule is not folded under Lung-RADS while its prior category, which it may have kept, is not known", () => {
  const text = reported(assessed([sampleNodule(1, 20), followed(2, 4, 4, 365)], annual));
  expect(text).toContain("unchanged since the prior examination");
  expect(text).not.toContain("change nothing");
});

test("the guideline asked for is shown alone, whatever the reason of the examination", () => {
  const text = reported(assessed([sampleNodule(1, 7)], baseline), "bts-2015");
  expect(text).toContain("British Thoracic Society 2015");
  expect(text).not.toContain("Lung-RADS v2022");
});

test("ten nodules are assessed by every guideline and model in less than 10 ms", () => {
  const result = sampleReadResult({ language: "en", findings: 0 });
  const findings = Array.from({ length: 10 }, (_, n) => sampleNodule(n, 4 + n));
  const analyses = result.analyses.map((analysis) => ({ ...analysis, findings }));
  const times = Array.from({ length: 30 }, () => {
    const started = performance.now();
    assess(result.study, baseline, analyses);
    return performance.now() - started;
  });
  expect(Math.min(...times)).toBeLessThan(10);
});
