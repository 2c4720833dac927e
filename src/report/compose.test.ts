import { expect, test } from "vitest";
import { blockLines } from "./block-lines.ts";
import { composeReport } from "./compose.ts";
import { smallestSolidNoduleMm } from "./compose-negative.ts";
import type { Block, ReportDocument } from "./report-document.ts";
import { said, sayPersonName } from "./said.ts";
import { sampleReadResult } from "./sample-read-result.ts";

const noImages = { findings: {}, overviews: [] };
const blocksOf = (document: ReportDocument): Block[] =>
  document.sections.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === "group" ? [block, ...block.blocks] : [block])));
const textsOf = (document: ReportDocument): string[] => [
  document.title,
  document.status,
  document.statusDetail,
  document.footer,
  ...document.sections.map(({ heading }) => heading),
  ...document.sections.flatMap(({ blocks }) => blocks.flatMap(blockLines)),
];
const groupsOf = (document: ReportDocument): Block[] => blocksOf(document).filter(({ kind }) => kind === "group");
const findingRows = (document: ReportDocument): number =>
  Math.max(0, ...blocksOf(document).map((block) => (block.kind === "table" && block.columns.length === 11 ? block.rows.length : 0)));

test.each(["en", "zh"] as const)("each finding has one row and one place of its own (%s)", (language) => {
  const document = composeReport(sampleReadResult({ language, findings: 4 }), noImages);
  expect(findingRows(document)).toBe(4);
  expect(groupsOf(document)).toHaveLength(4);
});

test.each(["done", "partial", "declined", "failed"] as const)(
  "no text of a %s read holds what a program says when it has no value",
  (outcome) => {
    for (const language of ["en", "zh"] as const) {
      const texts = textsOf(composeReport(sampleReadResult({ language, findings: 5, outcome }), noImages));
      expect(texts.filter((text) => /undefined|null|NaN|\[object|[{}]|Infinity/.test(text))).toEqual([]);
    }
  },
);

test("candidates below the operating point are counted, not shown", () => {
  const document = composeReport(sampleReadResult({ language: "en", findings: 14 }), noImages);
  expect(findingRows(document)).toBe(12);
  expect(textsOf(document).join("\n")).toContain("2 further candidates below the operating point");
});

test("a read without findings says what was read and what size would have been seen", () => {
  const texts = textsOf(composeReport(sampleReadResult({ language: "en", findings: 0 }), noImages)).join("\n");
  expect(texts).toContain("331 mm");
  expect(texts).toContain("solid nodule of about 3.0 mm or more");
  expect(texts).toContain("does not rule out disease");
});

test("a declined study gives its reasons, says nothing of the lungs and promises no size", () => {
  const document = composeReport(sampleReadResult({ language: "en", findings: 3, outcome: "declined" }), noImages);
  const texts = textsOf(document).join("\n");
  expect(texts).toContain("None of the 4 series can be read for lung nodules.");
  expect(texts).not.toContain("would be expected to be marked");
  expect(findingRows(document)).toBe(0);
});

test("a read written in one language is reported in the other", () => {
  const result = sampleReadResult({ language: "zh", findings: 3, outcome: "partial" });
  const english = textsOf(composeReport(result, noImages, "en"));
  const native = textsOf(composeReport(sampleReadResult({ language: "en", findings: 3, outcome: "partial" }), noImages));
  expect(english).toEqual(native);
});

test("every report says that it is unconfirmed, no certified device, gives no guideline category and lists what was not assessed", () => {
  const texts = textsOf(composeReport(sampleReadResult({ language: "en", findings: 2 }), noImages)).join("\n");
  for (const phrase of ["Unconfirmed until a physician signs", "not a certified medical device", "Not assessed", "Rules only"]) {
    expect(texts).toContain(phrase);
  }
});

test("a reason whose code is unknown or lacks a value keeps the text it came with", () => {
  expect(said("en", { code: "other.unknown", values: {}, text: "As written." })).toBe("As written.");
  expect(said("zh", { code: "report.age-years", values: {}, text: "As written." })).toBe("As written.");
});

test("a person's name is shown with its ideographic form joined, each form once", () => {
  expect(sayPersonName("Li^Ming=李^明=")).toBe("Li Ming · 李明");
  expect(sayPersonName("Doe^Jane^^Dr")).toBe("Doe Jane Dr");
  expect(sayPersonName("王小东")).toBe("王小东");
});

test("the size expected to be seen grows with the slice thickness and is never below 3 mm", () => {
  expect([0.6, 1, 1.25, 1.5, 2, 2.5].map(smallestSolidNoduleMm)).toEqual([3, 3, 3, 3, 4, 5]);
  expect(() => smallestSolidNoduleMm(0)).toThrow(RangeError);
});
