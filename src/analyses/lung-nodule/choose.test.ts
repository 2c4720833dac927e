import { expect, test } from "vitest";
import type { SeriesSummary, StudySummary } from "../../findings/study.ts";
import { choose } from "./choose.ts";

const chest: SeriesSummary = {
  stackId: "1.2.3",
  seriesInstanceUid: "1.2.3",
  frameOfReferenceUid: "1.2.9",
  seriesNumber: 2,
  seriesDescription: null,
  protocolName: null,
  bodyPartExamined: "CHEST",
  modality: "CT",
  sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
  imageType: ["ORIGINAL", "PRIMARY", "AXIAL"],
  manufacturer: null,
  manufacturerModelName: null,
  kernel: "STANDARD",
  kvp: 120,
  exposureMas: null,
  contrastAgent: null,
  patientPosition: "HFS",
  lossyCompressed: false,
  slices: 300,
  rows: 512,
  columns: 512,
  pixelSpacingMm: [0.7, 0.7],
  sliceThicknessMm: 1,
  sliceSpacingMm: 1,
  coverageMm: 300,
  normal: [0, 0, 1],
  plane: "axial",
  gantryTiltDegrees: 0,
  duplicatePositions: 0,
  missingPositions: 0,
  irregularSpacing: false,
  faults: [],
  warnings: [],
};

const study = (...series: readonly Partial<SeriesSummary>[]): StudySummary => ({
  studyInstanceUid: "1.2",
  studyDate: null,
  studyTime: null,
  accessionNumber: null,
  studyDescription: null,
  institutionName: null,
  patient: { id: null, name: null, birthDate: null, sex: null, ageYears: null },
  series: series.map((changes, n) => ({ ...chest, stackId: `1.2.3.${n}`, ...changes })),
});

/** Codes said of the one series of a study. */
const codesOf = (changes: Partial<SeriesSummary>): string[] => choose(study(changes)).series[0]?.because.map(({ code }) => code) ?? [];

test.each([
  ["an MR", { modality: "MR", sopClassUid: "1.2.840.10008.5.1.4.1.1.4" }, "lung-nodule.not-ct"],
  ["a radiograph", { modality: "CR", sopClassUid: "1.2.840.10008.5.1.4.1.1.1" }, "lung-nodule.not-ct"],
  ["a secondary capture", { sopClassUid: "1.2.840.10008.5.1.4.1.1.7" }, "lung-nodule.secondary-capture"],
  ["a localizer", { imageType: ["ORIGINAL", "PRIMARY", "LOCALIZER"] }, "lung-nodule.localizer"],
  ["a dose screen", { imageType: ["DERIVED", "SECONDARY", "SCREEN SAVE"] }, "lung-nodule.dose-screen"],
  ["a MIP", { imageType: ["DERIVED", "SECONDARY", "AXIAL", "MIP"] }, "lung-nodule.projection"],
  ["a series named MIP", { seriesDescription: "Thorax MIP 8 mm" }, "lung-nodule.projection"],
  ["a reformat", { imageType: ["DERIVED", "SECONDARY", "REFORMATTED"] }, "lung-nodule.reformat"],
  ["derived images", { imageType: ["DERIVED", "PRIMARY", "AXIAL"] }, "lung-nodule.derived"],
  ["coronal slices", { plane: "coronal" }, "lung-nodule.plane-coronal"],
  ["slices of 5 mm", { sliceThicknessMm: 5, sliceSpacingMm: 5 }, "lung-nodule.too-thick"],
  ["slices of 1 mm every 10 mm", { sliceSpacingMm: 10 }, "lung-nodule.too-thick"],
  ["a stack of 100 mm", { coverageMm: 100 }, "lung-nodule.short-coverage"],
  ["a stack of unknown thickness", { sliceThicknessMm: null, sliceSpacingMm: null }, "lung-nodule.thickness-unknown"],
  ["a stack whose headers forbid a volume", { faults: [{ code: "series.no-pixel-spacing", values: {} }] }, "series.no-pixel-spacing"],
] as const)("%s is declined and says why", (_what, changes, code) => {
  const only = changes as Partial<SeriesSummary>;
  const choice = choose(study(only));
  expect(choice.kind).toBe("declined");
  expect(codesOf(only)).toContain(code);
  if (choice.kind === "declined") expect(choice.because.map((one) => one.code)).toEqual(["lung-nodule.no-suitable-series", code]);
});

test("a study without series is declined", () => {
  expect(choose(study()).kind).toBe("declined");
});

test.each([
  [
    "a lossy copy, which the standard calls derived",
    { imageType: ["DERIVED", "PRIMARY", "AXIAL"], lossyCompressed: true },
    "lung-nodule.lossy",
  ],
  ["contrast", { contrastAgent: "IV" }, "lung-nodule.contrast"],
  ["another body part in the headers", { bodyPartExamined: "KNEE" }, "lung-nodule.other-body-part"],
  ["slices of 3 mm", { sliceThicknessMm: 3, sliceSpacingMm: 3 }, "lung-nodule.outside-screening-protocol"],
  ["slices of 2 mm", { sliceThicknessMm: 2, sliceSpacingMm: 2 }, "lung-nodule.thick-for-volume"],
  ["gaps", { sliceSpacingMm: 2 }, "lung-nodule.gaps"],
  ["a sharp kernel", { kernel: "B70f" }, "lung-nodule.sharp-kernel"],
] as const)("%s is read and said", (_what, changes, code) => {
  const only = changes as Partial<SeriesSummary>;
  expect(choose(study(only)).kind).toBe("chosen");
  expect(codesOf(only)).toContain(code);
});

test("slices of exactly 2.5 mm lie within screening protocols", () => {
  expect(codesOf({ sliceThicknessMm: 2.5, sliceSpacingMm: 2.500000090163934 })).not.toContain("lung-nodule.outside-screening-protocol");
});

test.each([
  [
    "thin slices come before a soft kernel on thick ones",
    { kernel: "B70f" },
    { sliceThicknessMm: 3, sliceSpacingMm: 3 },
    "lung-nodule.other-thinner",
  ],
  ["of equal slices the soft kernel is read", {}, { kernel: "LUNG" }, "lung-nodule.other-softer-kernel"],
  [
    "full coverage comes before thin slices",
    { sliceThicknessMm: 2.5, sliceSpacingMm: 2.5 },
    { coverageMm: 170 },
    "lung-nodule.other-covers-more",
  ],
  ["a lossless copy comes before a lossy one", {}, { lossyCompressed: true }, "lung-nodule.other-lossless"],
  ["of two alike the first by name is read", {}, {}, "lung-nodule.other-equal"],
] as const)("%s, in either order", (_what, first, second, code) => {
  const [better, other] = [
    { ...first, stackId: "a" },
    { ...second, stackId: "b" },
  ] as readonly [Partial<SeriesSummary>, Partial<SeriesSummary>];
  for (const one of [study(better, other), study(other, better)]) {
    const choice = choose(one);
    expect(choice.kind === "chosen" && choice.roles.chest).toBe("a");
    expect(choice.series.find(({ stackId }) => stackId === "b")?.because).toEqual([{ code, values: {} }]);
  }
});
