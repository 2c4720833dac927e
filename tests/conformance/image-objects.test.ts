import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadVolume } from "../../src/dicom/load-volume.ts";
import { encapsulatedPdf } from "../../src/dicom/objects/encapsulated-pdf.ts";
import { keyObjectSelection } from "../../src/dicom/objects/key-object-selection.ts";
import { secondaryCapture } from "../../src/dicom/objects/secondary-capture.ts";
import { outlineOnPlanes } from "../../src/dicom/seg/outline-on-planes.ts";
import { segmentation } from "../../src/dicom/seg/segmentation.ts";
import type { ResultObject } from "../../src/dicom/write/result-object.ts";
import { keyImage } from "../../src/render/key-image.ts";
import { boxOf, crop } from "../../src/volume/crop.ts";
import { axialGrid, type Grid, grid, toVoxel } from "../../src/volume/grid.ts";
import { cross, patientPoint, type Vector3 } from "../../src/volume/space.ts";
import { inlineThreads } from "../../src/volume/threads.ts";
import type { Mask } from "../../src/volume/volume.ts";
import { cornerstoneLabelmaps } from "./cornerstone-labelmaps.ts";
import { ellipsoid, type SegmentedStudy, segmentationOf, studyIn, studyOn } from "./segmented-study.ts";

// Foreign programs judge every object: dciodvfy and dcentvfy (dicom3tools), DicomSRValidator (pixelmed), DCMTK, pydicom, dcmjs with Cornerstone's adapters.
const root = mkdtempSync(join(tmpdir(), "image-objects-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const missing = (program: string): boolean => process.env.CI !== "true" && spawnSync(program, ["--version"]).error !== undefined;
const data = resolve(import.meta.dirname, "../../../shared/data");
const absent = (folder: string): boolean => process.env.CI !== "true" && !existsSync(join(data, folder));

const center: Vector3 = [3, -2, 11];
const axial = axialGrid([48, 40, 20], [0.7, 0.8, 2.5], patientPoint(-13, -17, -12));
let axialStudy: SegmentedStudy;
beforeAll(async () => {
  axialStudy = await studyOn(join(root, "axial"), axial);
});

function saved(name: string, { bytes }: Pick<ResultObject, "bytes">): string {
  const path = join(root, name);
  writeFileSync(path, bytes);
  return path;
}

interface PydicomReading {
  readonly unequalFrames: number;
  readonly emptyFrames: number;
  readonly overlap: string;
  readonly frameOfReference: boolean;
  readonly lossy: readonly string[];
  readonly segments: readonly (readonly [number, string, string, string])[];
  readonly points: readonly (readonly Vector3[])[];
}
const script = join(import.meta.dirname, "segmentation-points.py");
const readByPydicom = (seg: ResultObject, folder: string): PydicomReading =>
  JSON.parse(execFileSync("/usr/bin/python3", [script, saved("seg.dcm", seg), folder], { encoding: "utf8", maxBuffer: 1 << 28 }));

/** Voxels of a mask that hold the points, each of which must be a voxel's centre. */
function voxelsAt({ grid: g }: Mask, points: readonly Vector3[]): number[] {
  const voxels = points.map((point) => {
    const at = toVoxel(g, patientPoint(...point));
    const [i, j, k] = at.map(Math.round) as [number, number, number];
    expect(Math.hypot(at[0] - i, at[1] - j, at[2] - k)).toBeLessThan(0.03);
    return i + g.size[0] * (j + g.size[1] * k);
  });
  return voxels.sort((a, b) => a - b);
}
const inside = ({ data: values }: Mask): number[] => [...values.keys()].filter((voxel) => values[voxel] !== 0);
const boxed = (mask: Mask): Mask => crop(mask, boxOf(mask)!);

function turned(origin: Vector3, i: Vector3, j: Vector3, k: Vector3, size: Vector3): Grid {
  return grid({ size, spacingMm: [0.7, 0.8, 2.5], origin: patientPoint(...origin), directions: [i, j, k] });
}
const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
const obliqueRow: Vector3 = [c, s, 0];
const obliqueColumn: Vector3 = [-s * c, c * c, s];
const scans: readonly [name: string, scanned: Grid, options: Parameters<typeof studyOn>[2]][] = [
  ["instance 1 at the feet", axial, {}],
  ["instance 1 at the head", axial, { order: "reverse" }],
  ["frames that end within a byte", turned([-13, -17, -12], [1, 0, 0], [0, 1, 0], [0, 0, 1], [45, 43, 19]), {}],
  ["feet first", turned([20, -17, 34], [-1, 0, 0], [0, 1, 0], [0, 0, -1], [48, 40, 20]), {}],
  ["coronal", turned([-13, -25, 26], [1, 0, 0], [0, 0, -1], [0, 1, 0], [48, 40, 20]), {}],
  ["oblique", turned([-4, -24, -14], obliqueRow, obliqueColumn, cross(obliqueRow, obliqueColumn), [48, 44, 20]), {}],
  ["one Enhanced CT", axial, { enhanced: true }],
  ["one Enhanced CT from the head down", axial, { enhanced: true, order: "reverse" }],
];
test.each(scans)(
  "%s: pydicom finds each frame where its source is, and each segment's pixels where the outline's voxels are",
  async (name, scanned, options) => {
    const study = await studyOn(join(root, name), scanned, options);
    const { volume } = await loadVolume(study.stack, { threads: inlineThreads, signal: new AbortController().signal, progress: () => {} });
    const outlines = [
      ellipsoid(volume.grid, center, [7, 6, 9]),
      ellipsoid(volume.grid, [center[0] + 4, center[1], center[2]], [4, 5, 3]),
    ].map(boxed);
    const seg = segmentationOf(study, ...outlines);
    const read = readByPydicom(seg, study.folder);
    expect(read).toMatchObject({ unequalFrames: 0, emptyFrames: 0, overlap: "YES", frameOfReference: true, lossy: ["00", "", ""] });
    expect(read.segments).toEqual([
      [1, "2.25.1001", "发现 1", "AUTOMATIC"],
      [2, "2.25.1002", "发现 2", "AUTOMATIC"],
    ]);
    expect([...seg.segmentNumberByTrackingUid]).toEqual(read.segments.map(([number, uid]) => [uid, number]));
    for (const [index, outline] of outlines.entries()) {
      expect(read.points[index]!.length).toBeGreaterThan(100);
      expect(voxelsAt(outline, read.points[index]!)).toEqual(inside(outline));
    }
  },
);

test("segments that share no pixel are said not to overlap", () => {
  const seg = segmentationOf(axialStudy, ellipsoid(axial, center, [5, 5, 5]), ellipsoid(axial, [center[0] - 11, -2, 11], [4, 4, 4]));
  expect(readByPydicom(seg, axialStudy.folder)).toMatchObject({ unequalFrames: 0, overlap: "NO" });
});

test("an outline on a finer grid keeps its volume within 3 %", () => {
  const fine = axialGrid([40, 40, 40], [0.5, 0.5, 0.5], patientPoint(-7, -12, 1));
  const [points] = readByPydicom(segmentationOf(axialStudy, ellipsoid(fine, center, [8, 8, 8])), axialStudy.folder).points;
  const ratio = (points!.length * 0.7 * 0.8 * 2.5) / ((4 / 3) * Math.PI * 8 ** 3);
  expect(Math.abs(ratio - 1)).toBeLessThan(0.03);
});

test.each([
  ["CT slices", {}],
  ["frames of an Enhanced CT", { enhanced: true }],
])("Cornerstone's adapters lay the segments on the same pixels of %s", async (name, options) => {
  const { sources, ...study } = await studyOn(join(root, `cornerstone ${name}`), axial, options);
  const outlines = [ellipsoid(axial, center, [7, 6, 9]), ellipsoid(axial, [center[0] + 4, -2, 11], [4, 5, 3])];
  const read = await cornerstoneLabelmaps(sources, segmentationOf({ sources, ...study }, ...outlines).bytes);
  expect(read.overlapping).toBe(true);
  expect(read.segments.slice(1)).toMatchObject([
    { SegmentLabel: "结节 1（未经确认）", TrackingUID: "2.25.1001" },
    { SegmentLabel: "结节 2（未经确认）", TrackingUID: "2.25.1002" },
  ]);
  for (const [index, outline] of outlines.entries()) {
    const drawn = outlineOnPlanes(outline, sources).flatMap(({ plane, pixels }) => pixels.map((pixel) => `${plane}:${pixel}`));
    expect(read.pixels.get(index + 1)).toEqual(drawn);
  }
});

/** All objects of one study. The PDF is of odd length, so that it must be padded. */
function objectsOf(study: SegmentedStudy, outlines: readonly Mask[], pdf: Uint8Array) {
  const { context, sources, lossy } = study;
  const volume = { grid: axial, data: new Int16Array(48 * 40 * 20).fill(-850) };
  const image = keyImage({ volume, finding: { centerMm: [...center], measurements: [] }, pixels: 65 });
  const seg = segmentationOf(study, ...outlines);
  const capture = secondaryCapture({
    context,
    series: { number: 9002, description: "关键图像（未经确认）" },
    instanceNumber: 1,
    image,
    bodyPart: "CHEST",
    description: "结节 1，未经确认",
    sources: sources.slice(9, 10),
    lossy,
  });
  const selection = keyObjectSelection({
    context,
    series: { number: 9003, description: "关键图像选择（未经确认）" },
    description: "发现 1：未经确认",
    references: [...sources.slice(9, 11), capture, seg],
  });
  const report = encapsulatedPdf({
    context,
    series: { number: 9004, description: "报告（未经确认）" },
    title: "初步报告（未经确认）",
    pdf,
    sources,
  });
  return { image, objects: { seg, capture, selection, report } };
}
const oddPdf = new TextEncoder().encode("%PDF-1.4\n% odd\n%%EOF\n\n");
const made = () => objectsOf(axialStudy, [ellipsoid(axial, center, [7, 6, 9])], oddPdf);

test.skipIf(missing("dciodvfy"))("dciodvfy finds no error and nothing to warn of in any object", () => {
  for (const [name, object] of Object.entries(made().objects)) {
    const said = spawnSync("dciodvfy", ["-new", saved(`${name}.dcm`, object)], { encoding: "utf8" });
    // A segment repeats the character set for readers that forget it; PS3.5 7.5.3 allows that, its tables of attributes do not list it.
    const lines = said.stderr.trim().split("\n");
    expect(
      lines.filter((line) => !/SegmentSequence.*SpecificCharacterSet/.test(line)),
      name,
    ).toEqual([expect.stringMatching(/^(Segmentation|SCImage|KeyObjectSelectionDocument|EncapsulatedPDF)$/)]);
  }
});

test.skipIf(missing("dcentvfy"))("dcentvfy finds patient, study, series and frame of reference consistent over sources and objects", () => {
  const files = Object.entries(made().objects).map(([name, object]) => saved(`${name}.dcm`, object));
  const sources = readdirSync(axialStudy.folder).map((name) => join(axialStudy.folder, name));
  const said = spawnSync("dcentvfy", [...sources, ...files], { encoding: "utf8" });
  // It takes Accession Number of a key object selection for an attribute of the request, and says so.
  expect(said.stderr.split("\n").filter((line) => line !== "" && !line.includes("<AccessionNumber>"))).toEqual([]);
});

test.skipIf(missing("DicomSRValidator"))("DicomSRValidator finds the key object selection true to TID 2010", () => {
  const env = {
    ...process.env,
    JAVA_TOOL_OPTIONS: "-Djdk.xml.xpathExprOpLimit=0 -Djdk.xml.xpathTotalOpLimit=0 -Djdk.xml.xpathExprGrpLimit=0",
  };
  const said = spawnSync("DicomSRValidator", [saved("selection.dcm", made().objects.selection)], { encoding: "utf8", env });
  const lines = `${said.stdout}${said.stderr}`;
  expect(lines).toContain("Found Root Template TID_2010 (KeyObjectSelection)");
  expect(lines).not.toMatch(/error|warning/i);
});

test.skipIf(missing("dcmdump"))("DCMTK reads the Chinese texts, that all is unconfirmed, and the tree of the selection", () => {
  const { objects } = made();
  const text = (object: ResultObject): string => execFileSync("dcmdump", ["+U8", saved("dump.dcm", object)], { encoding: "utf8" });
  for (const object of Object.values(objects)) expect(text(object)).toMatch(/未经确认[\s\S]*\[Zhang\^San=张\^三\]/);
  expect(text(objects.seg)).toContain("[UNCONFIRMED]");
  expect(text(objects.capture)).toMatch(/\(0028,0301\) CS \[YES\]/);
  expect(text(objects.report)).toContain("[UNVERIFIED]");
  const tree = spawnSync("dsrdump", ["+U8", saved("dump.dcm", objects.selection)], { encoding: "utf8" }).stdout;
  expect(tree).toContain("发现 1：未经确认");
  expect(tree.match(/contains IMAGE/g)).toHaveLength(4);
});

test.skipIf(missing("dcmj2pnm"))("DCMTK shows the key image pixel for pixel, and gives the PDF back byte for byte", () => {
  const { image, objects } = made();
  execFileSync("dcmj2pnm", [saved("capture.dcm", objects.capture), join(root, "capture.ppm")]);
  const ppm = readFileSync(join(root, "capture.ppm"));
  expect(ppm.subarray(-image.rgb.length).equals(image.rgb)).toBe(true);
  for (const pdf of [oddPdf, oddPdf.subarray(0, -1)]) {
    execFileSync("dcm2pdf", [
      saved("report.dcm", objectsOf(axialStudy, [ellipsoid(axial, center, [7, 6, 9])], pdf).objects.report),
      join(root, "report.pdf"),
    ]);
    expect(readFileSync(join(root, "report.pdf")).equals(pdf)).toBe(true);
  }
});

test("the same read gives the same bytes under the same UIDs; a read without outlines or selected images makes no object of it", () => {
  const [once, again] = [made().objects, made().objects];
  for (const name of ["seg", "capture", "selection", "report"] as const) expect(again[name].bytes).toEqual(once[name].bytes);
  expect(new Set(Object.values(once).map(({ sopInstanceUid }) => sopInstanceUid)).size).toBe(4);
  const { context, sources, lossy } = axialStudy;
  const series = { number: 1, description: "" };
  expect(segmentation({ context, series, instanceNumber: 1, sources, frameOfReferenceUid: null, lossy, algorithm: "", findings: [] })).toBe(
    "no-outlines",
  );
  expect(() => keyObjectSelection({ context, series, description: "", references: [] })).toThrow(RangeError);
});

const realScans: readonly [folder: string, centerMm: Vector3, lossy: readonly string[]][] = [
  ["lidc/LIDC-IDRI-0001/dicom", [56.18, 86.19, -115.81], ["00", "", ""]],
  ["lidc/LIDC-IDRI-0295/dicom", [-89.28, 1.3, -100.25], ["01", "3.1235", "ISO_14495_1"]],
];
for (const [folder, at, lossy] of realScans) {
  test.skipIf(absent(folder))(
    `${folder}: a ball at a reference place lies on the source slices, and lossy compression is passed on`,
    async () => {
      const study = await studyIn(join(data, folder));
      const fine = axialGrid([60, 60, 60], [0.5, 0.5, 0.5], patientPoint(at[0] - 14.75, at[1] - 14.75, at[2] - 14.75));
      const seg = segmentationOf(study, ellipsoid(fine, at, [12, 12, 12]));
      const read = readByPydicom(seg, study.folder);
      expect(read).toMatchObject({ unequalFrames: 0, emptyFrames: 0, frameOfReference: true, lossy });
      const mean = ([0, 1, 2] as const).map(
        (axis) => read.points[0]!.reduce((sum, point) => sum + point[axis], 0) / read.points[0]!.length,
      );
      expect(Math.hypot(...mean.map((mm, axis) => mm - at[axis]!))).toBeLessThan(0.6);
      const said = spawnSync("dciodvfy", ["-new", saved("seg.dcm", seg)], { encoding: "utf8" });
      expect(said.stderr).not.toContain("Error");
    },
  );
}
