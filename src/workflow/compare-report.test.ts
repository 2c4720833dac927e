import { expect, test } from "vitest";
import type { FindingComparison } from "../findings/comparison.ts";
import type { Finding } from "../findings/finding.ts";
import { Person } from "../findings/person.ts";
import type { AnalysisReading } from "../findings/read-result.ts";
import { unknownStudy } from "../findings/study.ts";
import { sampleReadResult } from "../report/sample-read-result.ts";
import { ballVolumeMm3 } from "../volume/sphere.ts";
import { assess } from "./assess.ts";
import { compareReport } from "./compare-report.ts";
import type { PriorNodule } from "./prior-report.ts";
import type { StudyReading } from "./read-study.ts";
import { sampleNodule } from "./sample-nodule.ts";

const [sample] = sampleReadResult({ language: "en", findings: 0 }).analyses as [AnalysisReading];
const study = { ...unknownStudy("1.2"), studyDate: "20260102" };
const before = { ...unknownStudy("1.1"), studyDate: "20250702" };

/** A ball on the right, as a report tells it. */
const told = (n: number, diameterMm: number, changes: Partial<PriorNodule> = {}): PriorNodule => ({
  trackingUid: `2.25.7${n}`,
  centerMm: null,
  frameOfReferenceUid: null,
  side: "right",
  volumeMm3: ballVolumeMm3(diameterMm),
  meanDiameterMm: diameterMm,
  axialOnly: false,
  longAxisMm: null,
  sliceSpacingMm: 1,
  ownMeasurement: true,
  lungRads: null,
  ...changes,
});
const right = (n: number, mm: number, changes: Partial<Finding> = {}): Finding => sampleNodule(n, mm, { side: "right", ...changes });

function compared(
  findings: readonly Finding[],
  nodules: readonly PriorNodule[],
  complete = false,
  outcome: AnalysisReading["outcome"] = "done",
): AnalysisReading {
  const reading = { reading: { ...sample, outcome, findings: [...findings] }, outlines: new Map() } as unknown as StudyReading;
  const say = ({ code, values }: { code: string; values: object }) => ({ code, values, text: "" }) as never;
  return compareReport({ study, reading }, { study: before, report: { nodules, complete } }, say).reading;
}
const only = ({ findings }: AnalysisReading): FindingComparison => findings[0]!.comparison!;
const codes = ({ because }: FindingComparison): string[] => because.map(({ code }) => code);

test("the same tracking UID tells a nodule wherever it lies, and an equal one on its side is another", () => {
  const reading = compared([right(1, 12, { trackingUid: "2.25.71" }), right(2, 8)], [told(2, 8), told(1, 8, { side: "left" })]);
  expect(reading.findings.map(({ comparison }) => [comparison?.change, comparison?.priorTrackingUid])).toEqual([
    ["grown", "2.25.71"],
    ["stable", "2.25.72"],
  ]);
  expect(reading.findings.map(({ comparison }) => codes(comparison!)[0])).toEqual([
    "growth.matched-by-uid",
    "growth.matched-by-side-and-size",
  ]);
  const { growth } = only(reading);
  expect(growth?.days).toBe(184);
  expect(growth?.doublingTime?.days).toBeCloseTo((184 * Math.LN2) / (3 * Math.log(12 / 8)), 3);
  expect(reading.findings.map(({ trackingUid }) => trackingUid)).toEqual(["2.25.71", "2.25.2"]);
});

test("in one frame of reference the place tells it and it takes the identity; in another it does not", () => {
  const now = right(1, 8, { centerMm: [0, 0, 0], frameOfReferenceUid: "1.9", side: "unknown" });
  const there = { centerMm: [4, 0, 0], frameOfReferenceUid: "1.9" } as const;
  const reading = compared([now], [told(1, 8, there)]);
  expect(codes(only(reading))[0]).toBe("growth.matched-by-place");
  expect(reading.findings[0]?.trackingUid).toBe("2.25.71");
  const elsewhere = compared([now], [told(1, 8, { ...there, frameOfReferenceUid: "1.8" })]);
  expect(only(elsewhere)).toMatchObject({ change: "cannot-tell", priorTrackingUid: null, because: [{ code: "growth.not-in-report" }] });
});

test.each([
  ["two of like size in the report", [right(1, 8)], [told(1, 8), told(2, 9)]],
  ["two of like size now", [right(1, 8), right(2, 9)], [told(1, 8)]],
])("with %s it cannot be told which is which, and the nodule keeps its identity", (_what, findings, nodules) => {
  const reading = compared(findings, nodules);
  expect(only(reading).change).toBe("cannot-tell");
  expect(codes(only(reading))).toContain("growth.ambiguous");
  expect(reading.findings[0]?.trackingUid).toBe("2.25.1");
});

test.each([
  ["the other side", told(1, 8, { side: "left" })],
  ["an unsaid side", told(1, 8, { side: "unknown" })],
  ["more than twice the size", told(1, 17)],
  ["no size", told(1, 8, { volumeMm3: null, meanDiameterMm: null })],
])("a nodule of %s is not it: neither new nor gone can be told", (_what, nodule) => {
  const reading = compared([right(1, 8)], [nodule]);
  expect(only(reading)).toMatchObject({ change: "cannot-tell", growth: null });
  expect(reading.comparison?.gone).toMatchObject([{ trackingUid: "2.25.71", change: "cannot-tell", placeMm: null }]);
});

test("only where a physician signed the report as complete is a nodule new that it cannot mean; gone is none even then", () => {
  const reading = compared([right(1, 8)], [told(1, 8, { side: "left" })], true);
  expect(only(reading).change).toBe("new");
  for (const other of [told(1, 17), told(1, 8, { side: "unknown" })])
    expect(only(compared([right(1, 8)], [other], true)).change).toBe("cannot-tell");
  expect(reading.comparison?.gone.map(({ change }) => change)).toEqual(["cannot-tell"]);
});

test("what another program measured must differ by more than methods do", () => {
  const own = compared([right(1, 10)], [told(1, 8.5)]);
  const foreign = compared([right(1, 10)], [told(1, 8.5, { ownMeasurement: false })]);
  expect([only(own).change, only(foreign).change]).toEqual(["grown", "stable"]);
  expect(codes(only(foreign))).toContain("growth.measured-otherwise");
  const diameters = { ownMeasurement: false, volumeMm3: null } as const;
  expect(only(compared([right(1, 10)], [told(1, 8.3, diameters)])).change).toBe("stable");
  const byDiameter = only(compared([right(1, 10)], [told(1, 8.2, diameters)]));
  expect(byDiameter.change).toBe("grown");
  expect(byDiameter.growth?.doublingTime?.days).toBeCloseTo((184 * Math.LN2) / (3 * Math.log(10 / 8.2)), 3);
});

test("an axial diameter is compared with the axial one", () => {
  const nodule = right(1, 8);
  const high = {
    ...nodule,
    volumeMm3: null,
    measurements: nodule.measurements.map((each) => ({ ...each, meanDiameterMm: each.plane === "axial" ? 8 : 12 })),
  };
  const prior = { volumeMm3: null, axialOnly: true } as const;
  expect(only(compared([high], [told(1, 8, prior)])).growth?.meanDiameterChangeMm).toBe(0);
});

test("what was not read is not compared, nor with a report that codes no nodule", () => {
  const notCompared = (because: string) => ({ comparison: { outcome: "not-compared", because: [{ code: because }], gone: [] } });
  expect(compared([], [told(1, 8)], false, "failed")).toMatchObject(notCompared("growth.prior-not-read"));
  expect(compared([right(1, 8)], [])).toMatchObject(notCompared("growth.prior-report-empty"));
});

test("the category that the report gave a nodule steps it down when it is stable for long enough, and stands as the report's among the inputs", () => {
  const person = Person.parse({ reason: "annual-screening" });
  const reading = compared([right(1, 10)], [told(1, 10, { lungRads: "4A" })]);
  const { assessments } = assess(study, person, [reading]);
  const own = assessments.find((each) => each.guideline === "lung-rads-2022" && each.trackingUid !== null);
  expect(own?.outcomes.map(({ category }) => category)).toEqual(["3"]);
  expect(own?.outcomes[0]?.rules.map(({ code }) => code)).toEqual(["lung-rads-2022.3-after-4A"]);
  expect(own?.used).toContainEqual({ input: "priorCategory", value: "4A", from: "prior-report" });
  const without = assess(study, person, [compared([right(1, 10)], [told(1, 10)])]).assessments;
  expect(without.find((each) => each.guideline === "lung-rads-2022" && each.trackingUid !== null)?.outcomes.length).toBeGreaterThan(1);
});
