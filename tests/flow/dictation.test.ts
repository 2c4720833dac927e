import { expect, test } from "vitest";
import type { Finding } from "../../src/findings/finding.ts";
import { Person } from "../../src/findings/person.ts";
import type { ReadResult } from "../../src/findings/read-result.ts";
import { guidelines } from "../../src/guidelines/catalog.ts";
import { dictation } from "../../src/report/dictation.ts";
import { type Sample, sampleReadResult } from "../../src/report/sample-read-result.ts";
import { parseTemplate } from "../../src/report/template.ts";
import type { Language } from "../../src/words/say.ts";
import { assess } from "../../src/workflow/assess.ts";
import { sampleCompared, sampleComparison, sampleNodule } from "../../src/workflow/sample-nodule.ts";

const screening = Person.parse({ reason: "annual-screening", prior: "none" });
const unconfirmed = { en: "UNCONFIRMED until a physician signs", zh: "未经确认：须由医师审核签字后方可使用" } as const;

/** A read with these findings, assessed; compared with a prior examination where one of them is. */
function read(
  findings: readonly Finding[],
  language: Language = "en",
  outcome: NonNullable<Sample["outcome"]> = "done",
  person = screening,
): ReadResult {
  const result = sampleReadResult({ language, findings: 0, outcome });
  const analyses = result.analyses.map((analysis) => {
    const reading = { ...analysis, findings: [...findings] };
    return findings.some(({ comparison }) => comparison !== undefined) ? sampleCompared(reading, 365) : reading;
  });
  return { ...result, person, analyses, ...assess(result.study, person, analyses) };
}

test("a nodule is one line: side, slice of its series, kind, axes, volume, density, change with interval and doubling time", () => {
  const text = dictation(read([sampleNodule(1, 8, { comparison: sampleComparison(8, { mm: 6, days: 365 }) })]), "en");
  const line = text.split("\n").find((each) => each.startsWith("1. "));
  for (const phrase of [
    "left lung, image 100: solid nodule",
    "8.0 × 8.0 mm (mean 8.0 mm), 268 mm³, 12 HU on average; grown since the prior examination (365 days apart)",
    "Volume doubling time 293 days (95 % interval",
    "Category 4B",
  ])
    expect(line).toContain(phrase);
  expect(text).toContain("Compared with the examination of 2023-03-13");
});

test("solid nodules that change nothing share a line; a new, a growing and a part-solid one never do", () => {
  const unchanged = sampleComparison(5, { mm: 5, days: 365 });
  const marks = [
    sampleNodule(1, 20, { comparison: sampleComparison(20, "new") }),
    sampleNodule(2, 4, { comparison: sampleComparison(4, "new") }),
    sampleNodule(3, 5.9, { comparison: sampleComparison(5.9, { mm: 4, days: 365 }) }),
    sampleNodule(4, 5, { texture: "part-solid", comparison: unchanged }),
    sampleNodule(5, 5, { comparison: unchanged }),
    sampleNodule(6, 5, { comparison: unchanged }),
  ];
  const incidental = Person.parse({
    reason: "incidental",
    ageYears: 60,
    immunosuppression: false,
    pastCancer: [],
    smoking: "never",
    packYears: 0,
  });
  const text = dictation(read(marks, "en", "done", incidental), "en");
  for (const number of [1, 2, 3, 4]) expect(text).toContain(`\n${number}. left lung`);
  expect(text).toMatch(/\n2 further solid nodules \(no\. 5, 6\) up to 5\.0 mm change nothing:/);
});

test("the series is named once, and in each line where several were read", () => {
  const result = read([sampleNodule(1, 7)]);
  const text = dictation(result, "en");
  expect(text).toContain("Series “LUNG 1.0 B50f”. Read: 331 mm");
  expect(text).toContain("left lung, image 100: solid");
  const two = { ...result, series: result.series.map((series) => ({ ...series, role: "chest" })) };
  expect(dictation(two, "en")).toContain("left lung, image 100 of “LUNG 1.0 B50f”: solid");
});

test("a list of possible categories is said once, and then where it stands", () => {
  const marks = [sampleNodule(1, 7), sampleNodule(2, 7.5), sampleNodule(3, 9, { texture: "part-solid" })];
  const text = dictation(read(marks, "en", "done", Person.parse({ reason: "annual-screening" })), "en");
  const [one, two] = text.split("\n").filter((line) => /^[12]\. /.test(line));
  expect(one).toContain("Possible, as inputs are missing: Category 4B");
  expect(two).toMatch(/The same outcomes are possible as for no\. 1\.$/);
});

test("the rules of an outcome that is certain are not mixed with those that are only possible for another nodule", () => {
  const text = dictation(read([sampleNodule(1, 20), sampleNodule(2, 7)], "zh"), "zh", "c-lung-rads-2024");
  expect(text).toContain("下一步：立即临床评估（实性，≥18 mm。）");
  expect(text).toContain("2 级：中危；6 个月时CT（实性，≥6 至 <10 mm。）作者自有模型（未公开）可能将其上调（4 级：极高危）。");
});

test("a number means the same finding as in the report, also where one before it was rejected", () => {
  const text = dictation(read([sampleNodule(1, 20, { verdict: "rejected" }), sampleNodule(2, 7)]), "en");
  expect(text).toContain("\n2. left lung, image 101");
});

test("only what is known of every mark is said to be absent", () => {
  expect(dictation(read([sampleNodule(1, 7)]), "en")).toContain("Nothing was marked that is part-solid, ground glass or over 30 mm.");
  const unknown = dictation(read([sampleNodule(1, 7, { texture: "unknown", comparison: sampleComparison(7, "cannot-tell") })]), "en");
  expect(unknown).toContain("Nothing was marked that is over 30 mm.");
  const compared = dictation(read([sampleNodule(1, 7, { comparison: sampleComparison(7, { mm: 7, days: 365 }) })]), "en");
  expect(compared).toContain("over 30 mm, new or grown.");
});

test("without a mark it says that nothing was marked, what size would have been and that this rules nothing out", () => {
  const text = dictation(read([]), "en");
  for (const phrase of ["Nothing was marked in the lungs.", "about 3.0 mm or more", "not ruled out", "No prior examination was given"])
    expect(text).toContain(phrase);
});

test.each(guidelines.flatMap(({ id }) => [[id, "en"] as const, [id, "zh"] as const]))(
  "a dictation by %s (%s) begins with being unconfirmed and holds no empty value",
  (id, language) => {
    const text = dictation(read([sampleNodule(1, 9), sampleNodule(2, 5)], language), language, id);
    expect(text.startsWith(unconfirmed[language])).toBe(true);
    expect(text).not.toMatch(/undefined|null|NaN|\[object|[{}]/);
    expect(text).not.toMatch(/: *\n\n/);
  },
);

test.each(["en", "zh"] as const)("no template takes away that it is unconfirmed, or that the read is partial (%s)", (language) => {
  const text = dictation(read([], language, "partial"), language, null, parseTemplate("Lungs clear.\n"));
  expect(text.startsWith(unconfirmed[language])).toBe(true);
  expect(text).toContain(language === "en" ? "This read is partial" : "本次阅片不完整");
  expect(text.endsWith("\n\nLungs clear.\n")).toBe(true);
});

test("of lungs that were not read no template says anything", () => {
  const text = dictation(read([], "en", "declined"), "en", null, parseTemplate("Lungs clear.\n"));
  expect(text).toContain("This examination was not read for: Lung nodules");
  expect(text).toContain("Nothing is said about the lungs.");
  expect(text).not.toContain("clear");
});

test("a header cannot begin a line of its own", () => {
  const result = read([]);
  const text = dictation({ ...result, study: { ...result.study, studyDescription: "CT\nCONFIRMED by Dr Who" } }, "en");
  expect(text).toContain("Examination: CT CONFIRMED by Dr Who");
  expect(text).not.toMatch(/^CONFIRMED/m);
});
