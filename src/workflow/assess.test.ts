import { expect, test } from "vitest";
import type { Finding } from "../findings/finding.ts";
import { Person } from "../findings/person.ts";
import type { ReadResult } from "../findings/read-result.ts";
import { assessmentSection } from "../report/compose-assessment.ts";
import type { Block } from "../report/report-document.ts";
import { sampleReadResult } from "../report/sample-read-result.ts";
import { assess } from "./assess.ts";

const baseline = Person.parse({ reason: "baseline-screening", prior: "none" });

/** A finding of a sample read with one diameter in all planes. */
function finding(n: number, diameterMm: number, changes: Partial<Finding> = {}): Finding {
  const [sample] = sampleReadResult({ language: "en", findings: 1 }).analyses[0]!.findings;
  return {
    ...sample!,
    trackingUid: `2.25.9${n}`,
    texture: "solid",
    verdict: null,
    kind: "nodule",
    measurements: sample!.measurements.map((plane) => ({
      ...plane,
      longAxisMm: diameterMm,
      shortAxisMm: diameterMm,
      meanDiameterMm: diameterMm,
    })),
    volumeMm3: (Math.PI / 6) * diameterMm ** 3,
    ...changes,
  };
}

/** A read with these findings, assessed. */
function assessed(findings: readonly Finding[], person: Person, language: "en" | "zh" = "en"): ReadResult {
  const result = sampleReadResult({ language, findings: 0 });
  const analyses = result.analyses.map((analysis) => ({ ...analysis, findings: [...findings] }));
  return { ...result, person, analyses, ...assess(result.study, person, analyses) };
}
const whole = ({ assessments }: ReadResult, guideline: string) =>
  assessments.find((each) => each.guideline === guideline && each.trackingUid === null)!;
const categories = (result: ReadResult, guideline: string) => whole(result, guideline).outcomes.map(({ category }) => category);

const textsOf = (block: Block): string[] => {
  if (block.kind === "paragraph") return [block.text];
  if (block.kind === "list") return [block.label ?? "", ...block.items];
  if (block.kind === "group") return [block.heading, ...block.blocks.flatMap(textsOf)];
  if (block.kind === "table") return block.rows.flatMap((row) => row.flatMap(({ lines }) => lines));
  return [];
};
const reported = (result: ReadResult): string =>
  assessmentSection(result, result.analyses[0]!, result.language)
    .flatMap(({ blocks }) => blocks.flatMap(textsOf))
    .join("\n");

// The sample's finding lies at the border of the lung: away from it, nothing can be juxtapleural.
const inside = (n: number, diameterMm: number, changes: Partial<Finding> = {}): Finding =>
  finding(n, diameterMm, { because: [{ code: "lung-nodule.fact-from-pleura", values: { distanceMm: 20 }, text: "" }], ...changes });

test.each([
  [5.9, "2"],
  [6, "3"],
  [7.9, "3"],
  [8, "4A"],
  [15, "4B"],
])("a solid nodule of %d mm at baseline screening is Lung-RADS %s", (diameterMm, category) => {
  expect(categories(assessed([inside(1, diameterMm)], baseline), "lung-rads-2022")).toEqual([category]);
});

test("without findings the lungs are negative, and without a read nothing is said", () => {
  expect(categories(assessed([], baseline), "lung-rads-2022")).toEqual(["1"]);
  const declined = sampleReadResult({ language: "en", findings: 0, outcome: "declined" });
  expect(assess(declined.study, baseline, declined.analyses)).toEqual({ assessments: [], risks: [] });
});

test("a rejected finding and one below the operating point do not count", () => {
  const others = [inside(2, 20, { verdict: "rejected" }), inside(3, 20, { score: 0.1 })];
  expect(categories(assessed([inside(1, 7), ...others], baseline), "lung-rads-2022")).toEqual(["3"]);
});

test("when it is not known whether there is a prior, every category stays that is possible, and the report says what is missing", () => {
  const result = assessed([inside(1, 7)], Person.parse({ reason: "annual-screening" }));
  expect(categories(result, "lung-rads-2022")).toEqual(expect.arrayContaining(["3", "4A"]));
  expect(whole(result, "lung-rads-2022").missing).toContain("change");
  expect(reported(result)).toContain("change since the prior examination");
});

test("age and sex of the headers are used where nobody has said otherwise", () => {
  const { used } = assessed([inside(1, 10)], baseline).risks.find(({ model }) => model.startsWith("brock"))!;
  expect(used).toEqual(
    expect.arrayContaining([{ input: "ageYears", value: 61, from: "person" }, expect.objectContaining({ input: "sex", value: "male" })]),
  );
});

test("each nodule has a line, solid ones that decide nothing share one, and a part-solid one is never folded", () => {
  const result = assessed([inside(1, 9), inside(2, 5), inside(3, 4.5), inside(4, 5, { texture: "part-solid" })], baseline);
  const text = reported(result);
  expect(text).toContain("9.0 × 9.0 mm (mean 9.0 mm)");
  expect(text).toContain("Category 4A: suspicious; low-dose CT at 3 months");
  expect(text).toContain("2 further solid nodules up to 5.0 mm change nothing: Category 2");
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
  expect(reported(assessed([inside(1, 7)], person))).toContain("CT at 6–12 months");
  const chinese = reported(assessed([inside(1, 7)], person, "zh"));
  expect(chinese).toContain("肺结节诊治中国专家共识（2018年版）");
  expect(chinese).toContain("6–12 个月时CT");
});

test("ten nodules are assessed by every guideline and model in less than 10 ms", () => {
  const result = sampleReadResult({ language: "en", findings: 0 });
  const findings = Array.from({ length: 10 }, (_, n) => inside(n, 4 + n));
  const analyses = result.analyses.map((analysis) => ({ ...analysis, findings }));
  const times = Array.from({ length: 30 }, () => {
    const started = performance.now();
    assess(result.study, baseline, analyses);
    return performance.now() - started;
  });
  expect(Math.min(...times)).toBeLessThan(10);
});
