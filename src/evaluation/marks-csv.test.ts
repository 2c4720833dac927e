import { expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { DatasetScan } from "./manifest.ts";
import { marksCsv, readMarksCsv } from "./marks-csv.ts";

const scans = ["a", "b"].map((id) =>
  DatasetScan.parse({ id, seriesInstanceUid: `1.2.${id}`, patientId: id, path: id, reference: { complete: true, nodules: [] } }),
);
const header = "seriesuid,coordX,coordY,coordZ,probability\n";

test("a list names scans by id or series, in any order of columns, and scans without a row have no mark", () => {
  expect(readMarksCsv(`probability,seriesuid,coordX,coordY,coordZ\n.5,1.2.a,1,-2,3e1\n-4,a,1,2,3\n`, scans)).toEqual(
    new Map([
      [
        "a",
        [
          { centerMm: [1, -2, 30], score: 0.5, diameterMm: null },
          { centerMm: [1, 2, 3], score: -4, diameterMm: null },
        ],
      ],
      ["b", []],
    ]),
  );
});

test("marks that are written read back as they were, sizes included", () => {
  const marks = readMarksCsv(`seriesuid,coordX,coordY,coordZ,probability,diameter_mm\nb,1.25,2,3,0.1,6.5\nb,4,5,6,0.2,\n`, scans);
  expect(marks.get("b")?.map(({ diameterMm }) => diameterMm)).toEqual([6.5, null]);
  expect(readMarksCsv(marksCsv(marks), scans)).toEqual(marks);
});

test.each([
  ["", "evaluation.csv-column", { column: "seriesuid" }],
  ["seriesuid,coordX,coordY,coordZ\n", "evaluation.csv-column", { column: "probability" }],
  [`${header}a,1,2,3,nan\n`, "evaluation.csv-number", { line: 2, column: "probability" }],
  [`${header}a,1,2,3,1\na,1,,3,1\n`, "evaluation.csv-number", { line: 3, column: "coordY" }],
  [`${header}a,1,2,Infinity,1\n`, "evaluation.csv-number", { line: 2, column: "coordZ" }],
  [`${header}c,1,2,3,1\n`, "evaluation.marks-unknown-scan", { line: 2 }],
  [`${header}a,1,2,3,1\nb,1,2,3,1\n1.2.a,1.0,2,3,0.5\n`, "evaluation.marks-duplicate", { line: 4, first: 2 }],
])("a list that is not as it should be is refused with the line: %j", (text, code, values) => {
  expect(() => readMarksCsv(text, scans)).toThrow(new Fault(code, values).message);
});
