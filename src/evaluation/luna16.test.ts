import { expect, test } from "vitest";
import { type Luna16Files, luna16Manifest } from "./luna16.ts";
import { DatasetManifest } from "./manifest.ts";

const files: Luna16Files = {
  annotations: "seriesuid,coordX,coordY,coordZ,diameter_mm\n1.1,-10,20.5,30,5.65\n1.3,0,0,0,4\n",
  excluded: "seriesuid,coordX,coordY,coordZ,diameter_mm\n1.1,1,2,3,-1\n1.2,4,5,6,2.5\n",
  seriesUids: "1.2\n1.1\n",
  candidates: "seriesuid,coordX,coordY,coordZ,class\n1.7,0,0,0,0\n1.1,0,0,0,1\n1.7,1,1,1,0\n",
  patients: null,
  volumes: new Map([["1.1", "subset0/1.1.mhd"]]),
};

test("LUNA16's files become a data set: its series alone, excluded findings irrelevant, a diameter of −1 unknown", () => {
  const manifest = luna16Manifest(files);
  expect(DatasetManifest.parse(manifest)).toEqual(manifest);
  expect(manifest.split).toBe("2 of 888 scans");
  expect(manifest.scans.map(({ id, path, patientId, reference }) => ({ id, path, patientId, ...reference }))).toEqual([
    {
      id: "1.1",
      path: "subset0/1.1.mhd",
      patientId: null,
      complete: true,
      nodules: [{ centerMm: [-10, 20.5, 30], diameterMm: 5.65, readers: null, texture: "unknown", patientId: null }],
      irrelevant: [{ centerMm: [1, 2, 3], diameterMm: null }],
      shams: [],
    },
    {
      id: "1.2",
      path: "1.2.mhd",
      patientId: null,
      complete: true,
      nodules: [],
      irrelevant: [{ centerMm: [4, 5, 6], diameterMm: 2.5 }],
      shams: [],
    },
  ]);
});

test("without seriesuids.csv the volumes say which scans there are, without volumes the candidates, and without those nothing does", () => {
  const ids = (some: Partial<Luna16Files>): string[] => luna16Manifest({ ...files, seriesUids: null, ...some }).scans.map(({ id }) => id);
  expect(ids({})).toEqual(["1.1"]);
  expect(ids({ volumes: new Map() })).toEqual(["1.1", "1.7"]);
  expect(() => ids({ volumes: new Map(), candidates: null })).toThrow("evaluation.luna16-no-series");
});

test("patients are known from TCIA's table or a table of two columns", () => {
  for (const patients of ["Subject ID,Series UID\nLIDC-IDRI-0009,1.2\n", "seriesuid,patient\n1.2,LIDC-IDRI-0009\n"])
    expect(luna16Manifest({ ...files, patients }).scans.map(({ patientId }) => patientId)).toEqual([null, "LIDC-IDRI-0009"]);
});

test("a nodule without a place is refused", () => {
  expect(() => luna16Manifest({ ...files, annotations: files.annotations.replace("20.5", "") })).toThrow("evaluation.csv-number");
});
