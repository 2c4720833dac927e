import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axialGrid, type Grid, grid, voxelCount } from "../../volume/grid.ts";
import { patientPoint } from "../../volume/space.ts";
import { type Volume, volume } from "../../volume/volume.ts";
import { type CtHeaders, type DicomFile, writeCtSeries } from "./ct.ts";
import { writeEnhancedCt } from "./enhanced-ct.ts";

const headers = {
  uidParts: ["write-ct.test"],
  patientName: "Phantom^Overread=体模^肺",
  patientId: "PHANTOM-1",
  studyDate: "20260101",
  studyTime: "120000",
  kvp: 120,
  sliceThicknessMm: 1.25,
  bodyPart: "CHEST",
  convolutionKernel: "soft",
  manufacturer: "Overread",
} satisfies CtHeaders & { kvp: number; sliceThicknessMm: number };

/** Each voxel its own value, so that nothing can be swapped unseen. */
function ramp(g: Grid): Volume {
  return volume(
    g,
    Int16Array.from({ length: voxelCount(g) }, (_, index) => -1000 + ((index * 37) % 3000)),
  );
}
const axial = axialGrid([20, 14, 4], [0.7, 0.6, 1.25], patientPoint(-20.5, 3.25, -100));

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "write-ct-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const missing = (program: string): boolean => process.env.CI !== "true" && spawnSync(program, ["--version"]).error !== undefined;

function saved(file: DicomFile): string {
  const path = join(folder, file.fileName);
  writeFileSync(path, file.bytes);
  return path;
}
const dump = (file: DicomFile): string => execFileSync("dcmdump", ["+L", "+U8", saved(file)], { encoding: "utf8" });

test.skipIf(missing("dciodvfy"))("dciodvfy finds no error in single-frame and enhanced files", () => {
  const files = [
    ...writeCtSeries(ramp(axial), headers),
    ...writeCtSeries(ramp(axial), headers, { encoding: "implicit-le", stored: "signed-16", paddingHu: -2000 }),
    writeEnhancedCt(ramp(axial), headers),
    writeEnhancedCt(ramp(axial), headers, { stored: "unsigned-16", order: "reverse" }),
  ];
  for (const file of files) {
    const said = spawnSync("dciodvfy", ["-new", saved(file)], { encoding: "utf8" });
    expect(said.stderr.split("\n").filter((line) => line.startsWith("Error"))).toEqual([]);
    expect(said.stderr).toContain("CTImage");
  }
});

test.skipIf(missing("dcmdump"))("DCMTK reads the Chinese name and the geometry", () => {
  const text = dump(writeCtSeries(ramp(axial), headers)[2]!);
  expect(text).toContain("[Phantom^Overread=体模^肺]");
  expect(text).toContain("[ISO_IR 192]");
  expect(text).toContain("[-20.5\\3.25\\-97.5]");
  expect(text).toContain("[0.6\\0.7]");
  expect(text).toContain("[1\\0\\0\\0\\1\\0]");
});

test.skipIf(missing("dcmdump"))("stored values give the HU back in every stored form", () => {
  const v = ramp(axial);
  for (const stored of ["unsigned-12", "unsigned-16", "signed-16"] as const) {
    for (const encoding of ["explicit-le", "implicit-le"] as const) {
      const text = dump(writeCtSeries(v, headers, { stored, encoding })[1]!);
      const pixels = /\(7fe0,0010\) OW ([0-9a-f\\]+)/
        .exec(text)![1]!
        .split("\\")
        .map((hex) => Number.parseInt(hex, 16));
      const intercept = stored === "signed-16" ? 0 : -1024;
      const hu = pixels.map((value) => (stored === "signed-16" && value > 32767 ? value - 65536 : value) + intercept);
      expect(hu).toEqual([...v.data.subarray(280, 560)]);
    }
  }
});

test.skipIf(missing("dcmdump"))("a coronal grid is written with its own directions and positions", () => {
  const g = grid({
    size: [8, 6, 3],
    spacingMm: [1, 2, 3],
    origin: patientPoint(5, 10, 50),
    directions: [
      [1, 0, 0],
      [0, 0, -1],
      [0, 1, 0],
    ],
  });
  const text = dump(writeCtSeries(ramp(g), headers)[2]!);
  expect(text).toContain("[5\\16\\50]");
  expect(text).toContain("[1\\0\\0\\0\\0\\-1]");
});

test("same parts, same bytes; other parts, other UIDs", () => {
  const once = writeCtSeries(ramp(axial), headers);
  expect(writeCtSeries(ramp(axial), headers)).toEqual(once);
  expect(writeCtSeries(ramp(axial), { ...headers, uidParts: ["another"] })[0]!.bytes).not.toEqual(once[0]!.bytes);
});

test("padding that has no stored value is refused", () => {
  expect(() => writeCtSeries(ramp(axial), headers, { paddingHu: -2000 })).toThrow(RangeError);
});

test("300 files of 512 × 512 take less than 3 s", { timeout: 20_000 }, () => {
  const g = axialGrid([512, 512, 30], [0.7, 0.7, 1], patientPoint(0, 0, 0));
  const v = volume(g, new Int16Array(voxelCount(g)));
  const start = performance.now();
  for (let part = 0; part < 10; part++) writeCtSeries(v, headers);
  // Twice the limit, as the machine that runs this may be busy.
  expect(performance.now() - start).toBeLessThan(6000);
});
