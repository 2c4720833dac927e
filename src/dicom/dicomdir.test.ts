import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axialGrid } from "../volume/grid.ts";
import { patientPoint } from "../volume/space.ts";
import { volume } from "../volume/volume.ts";
import { intake } from "./intake.ts";
import { writeCtSeries } from "./write/ct.ts";

const program = process.env.CI !== "true" && spawnSync("dcmmkdir", ["--version"]).error !== undefined;
const options = { signal: new AbortController().signal, progress: () => {} };
let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "dicomdir-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A disc as DCMTK makes it: eight slices under CT/, one of them also named in the DICOMDIR. */
function disc(name: string): string {
  const folder = join(root, name);
  mkdirSync(join(folder, "CT"), { recursive: true });
  const ct = volume(axialGrid([8, 8, 8], [1, 1, 1], patientPoint(0, 0, 0)), new Int16Array(512));
  const headers = {
    uidParts: [name],
    patientName: "Disc",
    patientId: "D1",
    studyDate: "20260101",
    studyTime: "120000",
    sliceThicknessMm: 1,
  };
  const names = writeCtSeries(ct, headers).map(({ bytes }, n) => {
    writeFileSync(join(folder, "CT", `IM${n}`), bytes);
    return join("CT", `IM${n}`);
  });
  execFileSync("dcmmkdir", ["--output-file", "DICOMDIR", "--general-purpose", "-W", ...names], { cwd: folder, stdio: "pipe" });
  return folder;
}

test.skipIf(program)("the files of a DICOMDIR are read, and nothing else of the disc", async () => {
  const folder = disc("whole");
  writeFileSync(join(folder, "CT", "OTHER.dcm"), "not on the list");
  const { studies, refused } = await intake([join(folder, "DICOMDIR")], options);
  expect(refused).toEqual([]);
  expect(studies[0]?.summary.series).toMatchObject([{ slices: 8, faults: [] }]);
});

test.skipIf(program)("a folder that holds a DICOMDIR is read file by file, the DICOMDIR passed by", async () => {
  const { studies, refused } = await intake([disc("folder")], options);
  expect(refused).toEqual([]);
  expect(studies[0]?.summary.series).toMatchObject([{ slices: 8 }]);
});

test.skipIf(program)("missing files are said, names in small letters are found", async () => {
  const folder = disc("copied");
  rmSync(join(folder, "CT", "IM7"));
  for (let n = 0; n < 7; n++) renameSync(join(folder, "CT", `IM${n}`), join(folder, "CT", `im${n}`));
  renameSync(join(folder, "CT"), join(folder, "ct"));
  const { studies, refused } = await intake([join(folder, "DICOMDIR")], options);
  expect(refused).toEqual([{ fileName: "DICOMDIR", because: { code: "intake.missing-referenced-files", values: { count: 1 } } }]);
  expect(studies[0]?.summary.series).toMatchObject([{ slices: 7 }]);
});

test.skipIf(program)("references that lead out of the folder are not followed", async () => {
  const folder = disc("inside");
  const outside = join(root, "outside");
  renameSync(join(folder, "CT"), outside);
  symlinkSync(outside, join(folder, "CT"));
  const linked = await intake([join(folder, "DICOMDIR")], options);
  expect(linked.studies).toEqual([]);
  expect(linked.refused).toEqual([{ fileName: "DICOMDIR", because: { code: "intake.dicomdir-outside", values: { count: 8 } } }]);
  const bytes = readFileSync(join(folder, "DICOMDIR"), "latin1").replaceAll("CT\\IM", "..\\IM");
  writeFileSync(join(folder, "DICOMDIR"), bytes, "latin1");
  const up = await intake([join(folder, "DICOMDIR")], options);
  expect(up.refused).toMatchObject([{ because: { code: "intake.dicomdir-outside", values: { count: 8 } } }]);
});

test("text called DICOMDIR says so", async () => {
  writeFileSync(join(root, "DICOMDIR"), "text");
  const { refused } = await intake([join(root, "DICOMDIR")], options);
  expect(refused).toMatchObject([{ fileName: "DICOMDIR", because: { code: "intake.not-dicom" } }]);
});
