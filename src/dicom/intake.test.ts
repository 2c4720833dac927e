import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axialGrid, grid, voxelCount } from "../volume/grid.ts";
import { patientPoint, type Vector3 } from "../volume/space.ts";
import { inlineThreads } from "../volume/threads.ts";
import { type Volume, volume } from "../volume/volume.ts";
import { type Intake, intake } from "./intake.ts";
import { type LoadedVolume, loadVolume } from "./load-volume.ts";
import type { Stack } from "./stack.ts";
import { type CtHeaders, type DicomFile, writeCtSeries } from "./write/ct.ts";
import { writeEnhancedCt } from "./write/enhanced-ct.ts";

const headers = {
  uidParts: ["intake.test"],
  patientName: "Phantom^Intake",
  patientId: "INTAKE-1",
  studyDate: "20260101",
  studyTime: "120000",
  kvp: 120,
  sliceThicknessMm: 2,
} satisfies CtHeaders & { kvp: number; sliceThicknessMm: number };

const size: Vector3 = [12, 10, 20];
const axial = axialGrid(size, [0.7, 0.6, 2], patientPoint(-20.5, 3.25, -100));
/** HU rise by 10 a slice and by 1 a column, so that every slice and direction can be told from the others. */
function ramp(g = axial, offset = 0): Volume {
  const [ni, nj] = g.size;
  const data = Int16Array.from({ length: voxelCount(g) }, (_, n) => -900 + offset + 10 * Math.floor(n / (ni * nj)) + (n % ni));
  return volume(g, data);
}

let root = "";
let folders = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "intake-test-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function folderOf(...series: readonly (readonly DicomFile[])[]): string {
  const folder = join(root, `case-${++folders}`);
  mkdirSync(folder);
  series.forEach((files, n) => {
    for (const { fileName, bytes } of files) writeFileSync(join(folder, `${n}-${fileName}`), bytes);
  });
  return folder;
}

const options = { signal: new AbortController().signal, progress: () => {} };
const take = (...paths: string[]): Promise<Intake> => intake(paths, options);
const load = (stack: Stack): Promise<LoadedVolume> => loadVolume(stack, { threads: inlineThreads, ...options });
const codes = (reasons: readonly { code: string }[]): string[] => reasons.map(({ code }) => code);
function stacksOf(taken: Intake): Stack[] {
  return taken.studies.flatMap(({ stacks }) => [...stacks.values()]);
}
async function only(folder: string): Promise<Stack> {
  const stacks = stacksOf(await take(folder));
  expect(stacks).toHaveLength(1);
  return stacks[0] as Stack;
}

test("a series read back is the volume that was written, in any order of instance numbers", async () => {
  for (const order of ["forward", "reverse"] as const) {
    const stack = await only(folderOf(writeCtSeries(ramp(), headers, { order })));
    const { faults, warnings, ...summary } = stack.summary;
    expect([faults, warnings]).toEqual([[], []]);
    expect(summary).toMatchObject({
      plane: "axial",
      slices: 20,
      sliceSpacingMm: 2,
      coverageMm: 40,
      sliceThicknessMm: 2,
      kvp: 120,
      pixelSpacingMm: [0.7, 0.6],
    });
    const read = await load(stack);
    expect(read.volume).toEqual(ramp());
    expect(read.padding).toBeUndefined();
    expect(read.slices.map(({ instanceNumber }) => instanceNumber)[0]).toBe(order === "forward" ? 1 : 20);
    expect(read.slices.map(({ positionMm }) => positionMm)).toEqual(Array.from({ length: 20 }, (_, k) => -100 + 2 * k));
  }
});

test("a prone or feet-first stack is turned to left, back, head without moving a voxel", async () => {
  const prone = grid({ ...axial, directions: [[-1, 0, 0], [0, -1, 0], [0, 0, 1]] }); // biome-ignore format: rows of a matrix
  const feetFirst = grid({ ...axial, directions: [[-1, 0, 0], [0, 1, 0], [0, 0, -1]] }); // biome-ignore format: rows of a matrix
  for (const g of [prone, feetFirst]) {
    const written = ramp(g);
    const read = await load(await only(folderOf(writeCtSeries(written, headers))));
    expect(read.volume.grid.directions.map((d) => d.map((c) => c + 0))).toEqual([[1, 0, 0], [0, 1, 0], [0, 0, 1]]); // biome-ignore format: rows of a matrix
    const [flipI, flipJ, flipK] = [g.directions[0][0] < 0, g.directions[1][1] < 0, g.directions[2][2] < 0];
    const at = (v: Volume, i: number, j: number, k: number) => v.data[i + 12 * (j + 10 * k)];
    for (const [i, j, k] of [[0, 0, 0], [3, 7, 2], [11, 1, 19]] as const) // biome-ignore format: a list of places
      expect(at(read.volume, i, j, k)).toBe(at(written, flipI ? 11 - i : i, flipJ ? 9 - j : j, flipK ? 19 - k : k));
    expect(read.slices[0]?.positionMm).toBeCloseTo(read.volume.grid.origin[2], 9);
  }
});

test("padding and what a scanner writes outside its field of view become −1024 HU and are marked", async () => {
  const padded = ramp();
  padded.data.fill(-2000, 0, 5);
  padded.data.fill(-3024, 5, 9);
  const read = await load(await only(folderOf(writeCtSeries(padded, headers, { stored: "signed-16", paddingHu: -2000 }))));
  expect([...read.volume.data.subarray(0, 10)]).toEqual([...new Array(9).fill(-1024), ramp().data[9]]);
  expect([...(read.padding?.data.subarray(0, 10) ?? [])]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
  expect(read.padding?.data.reduce((sum, mark) => sum + mark, 0)).toBe(9);
});

test("every value of a padding range is padding, and only those", async () => {
  const range = ramp();
  range.data.set([-1000, -999, -998, -997], 0);
  const extra = [[0x00280121, "US", 26]] as const;
  const read = await load(await only(folderOf(writeCtSeries(range, { ...headers, extra }, { paddingHu: -1000 }))));
  expect([...(read.padding?.data.subarray(0, 4) ?? [])]).toEqual([1, 1, 1, 0]);
});

test("slope and intercept of each slice count for that slice, and fractions are rounded", async () => {
  const plain = writeCtSeries(ramp(), headers);
  const sloped = writeCtSeries(ramp(), { ...headers, extra: [[0x00281053, "DS", "0.25"], [0x00281052, "DS", "-1000.5"]] }); // biome-ignore format: two elements
  const mixed = plain.map((file, n) => (n === 7 ? (sloped[7] as DicomFile) : file));
  const read = await load(await only(folderOf(mixed)));
  const stored = ramp().data.map((hu) => hu + 1024);
  const from = 7 * 120;
  expect([...read.volume.data.subarray(from, from + 12)]).toEqual(
    [...stored.subarray(from, from + 12)].map((value) => Math.round(value / 4 - 1000.5)),
  );
  expect(read.volume.data[from + 120]).toBe(ramp().data[from + 120]);
});

test("an Enhanced multi-frame object gives the same volume as single frames", async () => {
  const stack = await only(folderOf([writeEnhancedCt(ramp(), headers, { order: "reverse" })]));
  expect(stack.summary).toMatchObject({ slices: 20, sliceThicknessMm: 2, kvp: 120, faults: [], warnings: [] });
  expect((await load(stack)).volume).toEqual(ramp());
});

test("missing position, orientation, spacing or rescale is a fault, and no volume is made of it", async () => {
  const lacking: [number, string][] = [
    [0x00200032, "series.no-position"],
    [0x00200037, "series.no-orientation"],
    [0x00280030, "series.no-pixel-spacing"],
    [0x00281053, "series.no-rescale"],
  ];
  for (const [missing, code] of lacking) {
    const stack = await only(folderOf(writeCtSeries(ramp(), { ...headers, without: [missing] })));
    expect(stack.summary.faults).toEqual([{ code, values: { count: 20 } }]);
    await expect(load(stack)).rejects.toThrow(RangeError);
  }
});

test("one slice of another size is set aside, counted as missing and interpolated", async () => {
  const files = writeCtSeries(ramp(), headers);
  const small = writeCtSeries(ramp(axialGrid([8, 10, 20], axial.spacingMm, axial.origin)), headers);
  const [main, aside, ...more] = stacksOf(await take(folderOf(files.map((file, n) => (n === 9 ? (small[9] as DicomFile) : file)))));
  expect(more).toEqual([]);
  expect(aside?.summary).toMatchObject({ slices: 1, columns: 8, faults: [{ code: "series.single-slice" }] });
  expect(aside?.summary.stackId).toBe(`${main?.summary.seriesInstanceUid}#2`);
  expect(main?.summary).toMatchObject({ slices: 19, missingPositions: 1, faults: [] });
  expect(codes(main?.summary.warnings ?? [])).toEqual(["series.slices-set-aside", "series.missing-interpolated"]);
  const read = await load(main as Stack);
  expect(read.volume).toEqual(ramp());
  expect(read.slices).toHaveLength(20);
});

test("many missing slices forbid a volume", async () => {
  const files = writeCtSeries(ramp(), headers).filter((_, n) => n < 6 || n > 9);
  const { summary } = await only(folderOf(files));
  expect(summary).toMatchObject({ missingPositions: 4, faults: [{ code: "series.missing-slices", values: { count: 4, longestRun: 4 } }] });
});

test("a copy of a file is one slice, and another image in the same place is dropped with a warning", async () => {
  const files = writeCtSeries(ramp(), headers);
  const copied = await only(folderOf(files, files.slice(0, 3)));
  expect(copied.summary).toMatchObject({
    slices: 20,
    duplicatePositions: 0,
    warnings: [{ code: "series.objects-repeated", values: { count: 3 } }],
  });
  const again = writeCtSeries(ramp(), { ...headers, extra: [[0x00080018, "UI", "1.2.3.4"], [0x00200013, "IS", "99"]] }); // biome-ignore format: two elements
  const doubled = await only(folderOf(files, again.slice(4, 5)));
  expect(doubled.summary).toMatchObject({ slices: 20, duplicatePositions: 1, warnings: [{ code: "series.duplicates-dropped" }] });
  expect((await load(doubled)).volume).toEqual(ramp());
});

const seriesInstanceUid = "1.2.826.0.1.3680043.10.1";
const objects = (of: string): CtHeaders => ({ ...headers, uidParts: ["intake.test", of], seriesInstanceUid, studyInstanceUid: "1.2.3" });
/** Instance UIDs of their own, one frame of reference. */
function second(files: readonly DicomFile[], given: CtHeaders): DicomFile[] {
  return files.flatMap((_, n) => {
    const own = { ...given, frameOfReferenceUid: "1.2.3.9", extra: [...(given.extra ?? []), [0x00080018, "UI", `1.2.9.${n}`] as const] };
    return writeCtSeries(ramp(axial, 300), own)[n] as DicomFile;
  });
}

test("two stacks in one series, by kernel or by acquisition, become two stacks", async () => {
  const one = { ...objects("one"), convolutionKernel: "B30f", frameOfReferenceUid: "1.2.3.9" };
  const files = writeCtSeries(ramp(), one);
  for (const other of [
    { ...one, convolutionKernel: "B70f" },
    { ...one, extra: [[0x00200012, "IS", "2"]] as const },
  ]) {
    const stacks = stacksOf(await take(folderOf(files, second(files, other))));
    expect(stacks.map(({ summary }) => [summary.stackId, summary.slices, summary.faults.length])).toEqual([
      [seriesInstanceUid, 20, 0],
      [`${seriesInstanceUid}#2`, 20, 0],
    ]);
    const volumes = await Promise.all(stacks.map(load));
    expect(volumes.map(({ volume: v }) => v.data[0]).sort()).toEqual([-600, -900]);
  }
});

test("two different series under one UID are separated, and said", async () => {
  const files = writeCtSeries(ramp(), { ...objects("one"), seriesNumber: 2, frameOfReferenceUid: "1.2.3.9" });
  const stacks = stacksOf(await take(folderOf(files, second(files, { ...objects("one"), seriesNumber: 3 }))));
  expect(stacks.map(({ summary }) => summary.seriesNumber).sort()).toEqual([2, 3]);
  for (const { summary } of stacks) expect(codes(summary.warnings)).toEqual(["series.uid-shared"]);
});

test("a localizer in the series is a stack of its own", async () => {
  const scout = grid({ ...axial, size: [12, 10, 1], directions: [[1, 0, 0], [0, 0, -1], [0, 1, 0]] }); // biome-ignore format: rows of a matrix
  const files = writeCtSeries(ramp(), { ...objects("one"), frameOfReferenceUid: "1.2.3.9" });
  const imageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"];
  const localizer = writeCtSeries(ramp(scout), {
    ...objects("two"),
    imageType,
    frameOfReferenceUid: "1.2.3.9",
    extra: [[0x00080018, "UI", "1.2.9"]],
  });
  const [main, other] = stacksOf(await take(folderOf(files, localizer)));
  expect(main?.summary).toMatchObject({ slices: 20, warnings: [], faults: [] });
  expect(other?.summary).toMatchObject({ imageType, plane: "coronal", slices: 1 });
});

test("a second patient is never mixed in, not even under the same study UID", async () => {
  const study = { studyInstanceUid: "1.2.3", seriesInstanceUid: "1.2.3.1", frameOfReferenceUid: "1.2.3.9" };
  const one = writeCtSeries(ramp(), { ...headers, ...study });
  const two = writeCtSeries(ramp(), { ...headers, ...study, patientId: "INTAKE-2", uidParts: ["b"], extra: [[0x00080018, "UI", "1.2.9"]] });
  const mixed = await take(folderOf(one.slice(0, 10), two.slice(10)));
  expect(mixed.studies.map(({ summary }) => summary.patient.id).sort()).toEqual(["INTAKE-1", "INTAKE-2"]);
  for (const { because, stacks } of mixed.studies) {
    expect(codes(because)).toEqual(["intake.study-of-several-patients"]);
    for (const { slices } of stacks.values()) expect(new Set(slices.map(({ file }) => file.context.patient.id)).size).toBe(1);
  }
  const apart = await take(folderOf(one, writeCtSeries(ramp(), { ...headers, patientId: "INTAKE-2", uidParts: ["c"] })));
  expect(apart.studies.map(({ because }) => codes(because))).toEqual([["intake.several-patients"], ["intake.several-patients"]]);
});

test("a tilted gantry's shear is undone, and a steep one refused", async () => {
  const tilt = (15 * Math.PI) / 180;
  const tilted = grid({
    ...axial,
    size: [12, 40, 20],
    directions: [[1, 0, 0], [0, Math.cos(tilt), -Math.sin(tilt)], [0, Math.sin(tilt), Math.cos(tilt)]], // biome-ignore format: rows of a matrix
  });
  // A scanner moves the table along z: slice k lies 2/cos(tilt) mm further up, not along the normal.
  const files = isolineFiles(tilted, tilt);
  const stack = await only(folderOf(files));
  expect(stack.summary.gantryTiltDegrees).toBeCloseTo(15, 1);
  expect(codes(stack.summary.warnings)).toEqual(["series.tilt-corrected"]);
  const read = await load(stack);
  const { grid: g, data } = read.volume;
  let compared = 0;
  for (let n = 0; n < data.length; n += 7) {
    if (read.padding?.data[n]) continue;
    const j = Math.floor(n / g.size[0]) % g.size[1];
    const k = Math.floor(n / (g.size[0] * g.size[1]));
    const y = g.origin[1] + g.directions[1][1] * g.spacingMm[1] * j + g.directions[2][1] * g.spacingMm[2] * k;
    if (Math.abs((data[n] as number) - 20 * y) > 7) throw new Error(`voxel ${n}: ${data[n]} HU where ${20 * y} belongs`);
    compared++;
  }
  expect(compared).toBeGreaterThan(500);
  const steep = (40 * Math.PI) / 180;
  const steepGrid = grid({ ...tilted, directions: [[1, 0, 0], [0, Math.cos(steep), -Math.sin(steep)], [0, Math.sin(steep), Math.cos(steep)]] }); // biome-ignore format: rows of a matrix
  expect(codes((await only(folderOf(isolineFiles(steepGrid, steep)))).summary.faults)).toEqual(["series.gantry-tilt"]);
});

/** Slices of a tilted gantry, HU = 20 · y (mm) everywhere, positions moving along z only. */
function isolineFiles(g: typeof axial, tilt: number): DicomFile[] {
  return Array.from({ length: g.size[2] }, (_, k) => {
    const origin = patientPoint(g.origin[0], g.origin[1], g.origin[2] + (2 * k) / Math.cos(tilt));
    const one = grid({ ...g, size: [g.size[0], g.size[1], 1], origin });
    const y = (n: number): number => origin[1] + g.directions[1][1] * 0.6 * Math.floor(n / g.size[0]);
    const slice = volume(
      one,
      Int16Array.from({ length: voxelCount(one) }, (_n, n) => Math.round(20 * y(n))),
    );
    const extra = [[0x00080018, "UI", `1.2.5.${k}`], [0x00200013, "IS", String(k + 1)]] as const; // biome-ignore format: two elements
    const [file] = writeCtSeries(slice, { ...headers, seriesInstanceUid: "1.2.5", frameOfReferenceUid: "1.2.6", extra });
    return { ...(file as DicomFile), fileName: `T${k}.dcm` };
  });
}

test("uneven spacing is resampled to even, and a wide odd gap forbids a volume", async () => {
  const at = (positions: readonly number[]): DicomFile[] =>
    positions.map((z, k) => {
      const one = axialGrid([12, 10, 1], axial.spacingMm, patientPoint(0, 0, z));
      const slice = volume(one, new Int16Array(120).fill(Math.round(10 * z)));
      const extra = [[0x00080018, "UI", `1.2.7.${k}`]] as const;
      const [file] = writeCtSeries(slice, { ...headers, seriesInstanceUid: "1.2.7", frameOfReferenceUid: "1.2.6", extra });
      return { ...(file as DicomFile), fileName: `U${k}.dcm` };
    });
  const uneven = await only(folderOf(at([0, 2, 4, 6, 8, 11, 13, 15, 17, 19])));
  expect(uneven.summary.irregularSpacing).toBe(true);
  expect(codes(uneven.summary.warnings)).toEqual(["series.spacing-resampled"]);
  const { volume: read } = await load(uneven);
  for (let k = 0; k < read.grid.size[2]; k++)
    expect(read.data[k * 120]).toBeCloseTo(10 * (read.grid.origin[2] + k * read.grid.spacingMm[2]), 0);
  const broken = await only(folderOf(at([0, 2, 4, 6, 8, 13.1, 15.1, 17.1])));
  expect(codes(broken.summary.faults)).toEqual(["series.irregular-spacing"]);
});

test("short pixel data and a file cut in its header are refused by name, the rest of the series stays", async () => {
  const files = writeCtSeries(ramp(), headers).map((file, n) => {
    if (n === 3) return { ...file, bytes: file.bytes.slice(0, file.bytes.length - 20) };
    if (n === 19) return { ...file, bytes: file.bytes.slice(0, 400) };
    return file;
  });
  const { studies, refused } = await take(folderOf(files));
  expect(refused).toEqual([
    { fileName: "0-IM0004.dcm", because: { code: "intake.pixel-data-short", values: { expectedBytes: 240, foundBytes: 220 } } },
    { fileName: "0-IM0020.dcm", because: { code: "intake.truncated-header", values: { bytes: 400 } } },
  ]);
  expect(studies[0]?.summary.series).toMatchObject([{ slices: 18, missingPositions: 1, faults: [] }]);
  expect(codes(studies[0]?.summary.series[0]?.warnings ?? [])).toEqual(["series.missing-interpolated", "series.slices-refused"]);
  expect(codes(studies[0]?.because ?? [])).toEqual(["intake.files-refused"]);
});

test("text named .dcm is refused, other files and hidden ones are passed by", async () => {
  const folder = folderOf(writeCtSeries(ramp(), headers));
  writeFileSync(join(folder, "letter.dcm"), "Dear colleague, thank you for sending us this patient with a cough.");
  writeFileSync(join(folder, "notes.txt"), "notes");
  writeFileSync(join(folder, "empty.dcm"), "");
  writeFileSync(join(folder, ".DS_Store"), "x");
  const { studies, refused, passedBy } = await take(folder);
  expect(studies).toHaveLength(1);
  expect(refused.map(({ fileName, because }) => [fileName, because.code])).toEqual([
    ["empty.dcm", "intake.not-dicom"],
    ["letter.dcm", "intake.not-dicom"],
  ]);
  expect(passedBy).toEqual({ hidden: 1, notDicom: 1 });
});

test("an empty folder, a folder without DICOM and a missing path say so", async () => {
  const empty = folderOf();
  expect(await take(empty)).toMatchObject({
    studies: [],
    refused: [{ fileName: basename(empty), because: { code: "intake.empty-folder" } }],
  });
  const text = folderOf();
  writeFileSync(join(text, "notes.txt"), "notes");
  expect((await take(text)).refused.map(({ because }) => because.code)).toEqual(["intake.nothing-found"]);
  expect((await take(join(text, "absent"))).refused.map(({ because }) => because.code)).toEqual(["intake.unreadable-path"]);
});

test("names in Chinese character sets are read", async () => {
  const utf8 = await take(folderOf(writeCtSeries(ramp(), { ...headers, patientName: "Zhang^San=张^三" })));
  expect(utf8.studies[0]?.summary.patient.name).toBe("Zhang^San=张^三");
});

test("an aborted intake stops with the signal's reason", async () => {
  const folder = folderOf(writeCtSeries(ramp(), headers));
  const abort = AbortSignal.abort(new Error("enough"));
  await expect(intake([folder], { signal: abort, progress: () => {} })).rejects.toThrow("enough");
  const stack = await only(folder);
  await expect(loadVolume(stack, { threads: inlineThreads, signal: abort, progress: () => {} })).rejects.toThrow("enough");
});
