import { expect, test } from "vitest";
import { evaluateMarks, type MarksToEvaluate } from "./evaluate-marks.ts";
import { Evaluation } from "./evaluation.ts";
import { evaluationTables } from "./evaluation-tables.ts";
import { DatasetManifest } from "./manifest.ts";

type Point = [number, number, number];
const at = (x: number): Point => [x, 0, 0];
const nodule = (x: number, diameterMm: number | null, readers: number | null = 4, texture = "solid") => ({
  centerMm: at(x),
  diameterMm,
  readers,
  texture,
});
const mark = (x: number, score: number, diameterMm: number | null = null) => ({ centerMm: at(x), score, diameterMm });

/** Four scans worked by hand: two nodules that must be found, one of two readers, an irrelevant place, a scan nobody read completely. */
const dataset = DatasetManifest.parse({
  schema: 1,
  id: "by hand",
  version: "1",
  licence: "-",
  citation: "-",
  split: "test",
  level: "raw clinical",
  readBy: "nobody",
  scans: [
    {
      id: "a",
      patientId: "P1",
      path: "a",
      kernel: "SOFT",
      sliceThicknessMm: 1,
      reference: {
        complete: true,
        nodules: [nodule(0, 10), nodule(40, 5, 3, "non-solid"), nodule(80, 8, 2)],
        irrelevant: [{ centerMm: at(120) }],
      },
    },
    { id: "b", patientId: "P2", path: "b", kernel: "SHARP", sliceThicknessMm: 2.5, reference: { complete: true, nodules: [] } },
    { id: "c", patientId: "P2", path: "c", kernel: "SHARP", sliceThicknessMm: 3, reference: { complete: true, nodules: [] } },
    { id: "d", patientId: "P3", path: "d", reference: { complete: false, nodules: [nodule(0, 20)] } },
  ],
});
const marks = new Map([
  ["a", [mark(1, 0.9, 9), mark(2, 0.8), mark(41, 0.2), mark(80, 0.7, 8), mark(121, 0.6, 4), mark(200, 0.5, 7)]],
  ["b", [mark(0, 0.4), mark(10, 0.3)]],
  ["c", []],
  ["d", [mark(5, 0.45), mark(300, 0.99)]],
]);
const input: MarksToEvaluate = {
  dataset,
  scans: dataset.scans,
  marks,
  operatingPoint: { name: "asked", score: 0.35, chosen: "by-caller" },
  checksums: new Map([["a", "f".repeat(64)]]),
  provenance: {
    datasetSha256: "0",
    notRead: [],
    leakage: { state: "clean", trained: [], unknown: [] },
    models: [],
    marks: { source: "file", sha256: "1" },
    program: { version: "0", commit: "2", sha256: "3", machine: "none" },
  },
};
const evaluation = evaluateMarks(input);

test("an evaluation follows its schema", () => {
  expect(Evaluation.parse(evaluation)).toEqual(evaluation);
});

test("counts worked by hand: what is found, false, strict, and false where no nodule is", () => {
  const { sensitivity, falsePositives, falsePositivesWithoutNodules, strict, strictFrom6Mm, shams } = evaluation.atOperatingPoint;
  // found: the 10 mm and the 20 mm nodule of the incomplete scan; the 5 mm one only below the operating point
  expect([sensitivity?.count, sensitivity?.of]).toEqual([2, 3]);
  // false: x = 200 in a, x = 0 in b; the incomplete scan counts none
  expect([falsePositives?.count, falsePositives?.scans]).toEqual([2, 3]);
  expect([falsePositivesWithoutNodules?.count, falsePositivesWithoutNodules?.scans]).toEqual([1, 2]);
  // strict: those and the marks on the nodule of two readers and on the irrelevant place
  expect(strict?.count).toBe(4);
  expect(strictFrom6Mm?.count).toBe(2);
  expect(shams).toBeNull();
  expect(evaluation.counts).toMatchObject({
    patients: 3,
    scans: 4,
    completeScans: 3,
    nodules: 3,
    nodulePatients: 2,
    scansWithoutNodules: 2,
  });
});

test("no false positive in four scans still allows .92 a scan", () => {
  const { falsePositives } = evaluateMarks({ ...input, marks: new Map() }).atOperatingPoint;
  expect(falsePositives).toMatchObject({ count: 0, scans: 3, perScan: 0 });
  expect(falsePositives?.high).toBeCloseTo(3.6889 / 3, 3);
});

test("every miss and every false mark of the operating point is listed with its place", () => {
  expect(evaluation.missed).toEqual([{ scan: "a", centerMm: at(40), diameterMm: 5, readers: 3, texture: "non-solid", score: 0.2 }]);
  expect(evaluation.falsePositives.map(({ scan, centerMm, irrelevant }) => [scan, centerMm[0], irrelevant])).toEqual([
    ["a", 200, false],
    ["a", 80, true],
    ["a", 121, true],
    ["b", 0, false],
  ]);
});

test("tables sort nodules by size, texture and readers, and scans by thickness and kernel with their false positives", () => {
  const table = (by: string) =>
    evaluation.tables
      .find((one) => one.by === by)
      ?.rows.map(({ group, sensitivity: s, falsePositives: f }) => [group, s?.count, s?.of, f?.count, f?.scans]);
  expect(table("size")).toEqual([
    ["< 6 mm", 0, 1, undefined, undefined],
    ["≥ 8 mm", 2, 2, undefined, undefined],
  ]);
  expect(table("readers")).toEqual([
    ["2", 1, 1, undefined, undefined],
    ["3", 0, 1, undefined, undefined],
    ["4", 2, 2, undefined, undefined],
  ]);
  expect(table("thickness")).toEqual([
    ["≤ 1.25 mm", 1, 2, 1, 1],
    ["1.25–2.5 mm", undefined, undefined, 1, 1],
    ["> 2.5 mm", undefined, undefined, 0, 1],
    ["unknown", 1, 1, undefined, undefined],
  ]);
  expect(table("kernel")?.map(([group]) => group)).toEqual(["SHARP", "SOFT", "unknown"]);
  expect(table("manufacturer")).toBeUndefined();
});

test("an operating point chosen on the set lets one false positive a scan pass and no more; where scores cannot part marks, all count", () => {
  const chosen = (some: MarksToEvaluate["marks"]) => evaluateMarks({ ...input, operatingPoint: null, marks: some }).operatingPoint;
  expect(chosen(marks)).toEqual({ name: "on-this-set", score: 0.2, chosen: "on-this-set" });
  const many = new Map([["b", [0.9, 0.8, 0.7, 0.7, 0.6].map((score, n) => mark(10 * n, score))]]);
  expect(chosen(many).score).toBe(0.8);
  expect(chosen(new Map([["b", [1, 2, 3, 4].map((n) => mark(10 * n, 1))]]))).toMatchObject({ score: 1, chosen: "all-marks" });
});

test("a handful of scans has no curve; eight scans and eight nodules have one, with a mean of the seven rates and a band that holds it", () => {
  expect(evaluation.froc).toBeNull();
  const scans = Array.from({ length: 9 }, (_, n) => ({ ...dataset.scans[0]!, id: `s${n}`, patientId: `P${n}` }));
  const own = new Map(scans.map(({ id }, n) => [id, [mark(1, n / 10), ...(n > 3 ? [mark(41, 0.35)] : []), mark(300, (n % 4) / 10)]]));
  const { froc } = evaluateMarks({ ...input, dataset: { ...dataset, scans }, scans, marks: own });
  expect(froc).toMatchObject({ scans: 9, nodules: 18, resampled: "patients" });
  expect(froc?.rates.map(({ falsePositivesPerScan }) => falsePositivesPerScan)).toEqual([0.125, 0.25, 0.5, 1, 2, 4, 8]);
  // one false positive a scan lets all pass: 9 + 5 of 18
  expect(froc?.rates[3]?.sensitivity).toBeCloseTo(14 / 18, 12);
  for (const { low, sensitivity, high } of froc?.curve ?? []) expect(low <= sensitivity && sensitivity <= high).toBe(true);
  expect(froc?.cpm.low).toBeLessThan(froc?.cpm.value ?? 0);
});

test("semi-synthetic sets draw nodule patients and background patients apart, and say how many shams were marked", () => {
  const sham = { centerMm: at(300), diameterMm: 10 };
  const scans = Array.from({ length: 8 }, (_, n) => {
    const reference = { complete: true, nodules: [{ ...nodule(0, 8), patientId: `N${n}` }], irrelevant: [], shams: n < 3 ? [sham] : [] };
    return { ...dataset.scans[0]!, id: `s${n}`, patientId: `B${n % 2}`, reference } as (typeof dataset.scans)[number];
  });
  const own = new Map(scans.map(({ id }, n) => [id, [n % 2 === 0 ? mark(0, 0.9) : mark(50, 0.1), mark(301, n === 0 ? 0.8 : 0.1)]]));
  const made = evaluateMarks({ ...input, dataset: { ...dataset, level: "semi-synthetic", scans }, scans, marks: own });
  expect(made.counts).toMatchObject({ patients: 2, nodulePatients: 8 });
  expect(made.froc?.resampled).toBe("nodule and background patients");
  // everything hangs on which of the two backgrounds is drawn
  expect(made.froc?.cpm).toMatchObject({ low: 0, high: 1 });
  expect([made.atOperatingPoint.shams?.count, made.atOperatingPoint.shams?.of]).toEqual([1, 3]);
  expect(made.atOperatingPoint.falsePositives?.count).toBe(1);
});

test("each row of each table says whether its figures stand", () => {
  const tables = evaluationTables({ ...evaluation, leakage: { state: "contaminated", trained: ["a"], unknown: [] } });
  for (const [name, text] of Object.entries(tables)) {
    const [head, ...rows] = text.trim().split("\n");
    expect(head, name).toMatch(/,leakage$/);
    for (const row of rows) expect(row, name).toMatch(/,contaminated$/);
  }
  expect(tables["missed.csv"]).toContain("a,40,0,0,5,3,non-solid,0.2");
});
