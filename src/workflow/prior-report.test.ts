import { expect, test } from "vitest";
import type { ReportedDocument, ReportedFinding } from "../findings/reported-finding.ts";
import { reportOfDocuments } from "./prior-report.ts";

const code = (scheme: string, value: string, meaning = "") => ({ scheme, value, meaning });
const category = code("DCM", "111005", "Assessment Category");
const finding = (changes: Partial<ReportedFinding> = {}): ReportedFinding => ({
  trackingUid: null,
  trackingId: null,
  label: null,
  kind: code("SCT", "27925004", "Nodule"),
  site: null,
  laterality: null,
  algorithm: null,
  certainty: null,
  measurements: [],
  evaluations: [],
  regions: [],
  centerMm: null,
  centerFrom: null,
  volumeMm3: 300,
  longAxisMm: null,
  shortAxisMm: null,
  voxelCount: null,
  images: [],
  segment: null,
  sourceSeriesUid: null,
  comments: [],
  flags: [],
  ...changes,
});
const document = (findings: readonly ReportedFinding[], changes: Partial<ReportedDocument> = {}): ReportedDocument => ({
  kind: "structured-report",
  sopClassUid: "1.2.840.10008.5.1.4.1.1.88.34",
  sopInstanceUid: "1.2.3",
  studyInstanceUid: "1.1",
  seriesInstanceUid: "1.1.1",
  frameOfReferenceUid: null,
  title: null,
  manufacturer: "Elsewhere",
  manufacturerModelName: null,
  contentDate: "20250702",
  verification: null,
  stage: null,
  completion: null,
  sliceThicknessMm: null,
  findings: [...findings],
  otherGroups: [],
  ...changes,
});
const only = (changes: Partial<ReportedFinding>) => reportOfDocuments([document([finding(changes)])]).nodules[0];

test.each([
  ["Lung-RADS 4A", "4A"],
  ["Lung-RADS v2022 category 3", "3"],
  ["LungRADS 1.1: 4b", "4B"],
  ["Lung-RADS 2022: 4XS", "4X"],
  ["Lung-RADS 2", "2"],
  ["Lung-RADS 2022", null],
  ["Lung-RADS 3 or 4A", null],
  ["BI-RADS 4A", null],
  ["C-Lung-RADS 3", null],
  ["4A", null],
])("the assessment category “%s” is Lung-RADS %s", (text, expected) => {
  expect(only({ evaluations: [{ concept: category, value: text }] })?.lungRads).toBe(expected);
  expect(only({ evaluations: [{ concept: category, value: code("99X", "1", text) }] })?.lungRads).toBe(expected);
  expect(only({ evaluations: [{ concept: code("DCM", "121106", "Comment"), value: text }] })?.lungRads).toBeNull();
});

test("of this program's own codes one category counts and several count as none", () => {
  const own = (...categories: string[]) =>
    categories.map((each) => ({ concept: category, value: code("99OVERREAD", `LUNGRADS2022-${each}`) }));
  expect(only({ evaluations: own("4AS") })?.lungRads).toBe("4A");
  expect(only({ evaluations: own("3", "4A") })?.lungRads).toBeNull();
});

test.each([
  [{ laterality: code("SCT", "7771000") }, "left"],
  [{ laterality: code("SRT", "G-A100") }, "right"],
  [{ site: code("SCT", "3341006", "Right lung") }, "right"],
  [{ site: code("SRT", "T-28600", "Upper lobe of left lung") }, "left"],
  [{ site: code("SCT", "39607008", "Lung") }, "unknown"],
])("the side that %j tells", (said, side) => {
  expect(only(said)?.side).toBe(side);
});

test("what lies outside the lung is no nodule", () => {
  expect(reportOfDocuments([document([finding({ site: code("SCT", "10200004", "Liver structure") })])]).nodules).toEqual([]);
});

test("a group and the segment it refers to are one nodule with the place of the segment, and the latest report of a nodule counts", () => {
  const segment = { sopInstanceUid: "1.2.4", number: 1 };
  const drawn = finding({ segment, centerMm: [1, 2, 3], volumeMm3: 500 });
  const segmentation = document([drawn], { kind: "segmentation", sopInstanceUid: "1.2.4", frameOfReferenceUid: "1.9" });
  const group = finding({ trackingUid: "2.25.1", segment, volumeMm3: 480 });
  const older = document([finding({ trackingUid: "2.25.1", volumeMm3: 100 })], { contentDate: "20250101" });
  expect(reportOfDocuments([segmentation, older, document([group])]).nodules).toMatchObject([
    { trackingUid: "2.25.1", volumeMm3: 480, centerMm: [1, 2, 3] },
  ]);
});

test("the mean of both axes is a diameter of the axial plane, and a long axis alone is none", () => {
  expect(only({ longAxisMm: 9, shortAxisMm: 7 })).toMatchObject({ meanDiameterMm: 8, axialOnly: true });
  expect(only({ longAxisMm: 9 })).toMatchObject({ meanDiameterMm: null, longAxisMm: 9 });
});

test.each([
  ["VERIFIED", "COMPLETE", true],
  ["VERIFIED", "PARTIAL", false],
  ["UNVERIFIED", "COMPLETE", false],
] as const)("a report that is %s and %s is complete: %s", (verification, completion, complete) => {
  expect(reportOfDocuments([document([], { verification, completion })]).complete).toBe(complete);
});
