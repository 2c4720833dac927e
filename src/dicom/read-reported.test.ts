import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { ReportedDocument } from "../findings/reported-finding.ts";
import { type ReportedReading, readReported } from "./read-reported.ts";
import { codeItem } from "./write/code.ts";
import { type DataSet, elementsOf } from "./write/data-set.ts";
import { encodeElements, joined, part10File } from "./write/elements.ts";

const segClassUid = "1.2.840.10008.5.1.4.1.1.66.4";
const srClassUid = "1.2.840.10008.5.1.4.1.1.88.34";

function file(sopClassUid: string, body: DataSet): Uint8Array<ArrayBuffer> {
  const dataSet: DataSet = {
    SOPClassUID: sopClassUid,
    SOPInstanceUID: "1.2.3",
    StudyInstanceUID: "1.2",
    SeriesInstanceUID: "1.2.4",
    ...body,
  };
  const bytes = encodeElements(elementsOf(dataSet), "explicit-le", (text) => new TextEncoder().encode(text));
  return part10File(sopClassUid, "1.2.3", bytes, "explicit-le");
}
const reading = (bytes: Uint8Array): Promise<ReportedReading> => readReported({ kind: "bytes", name: "x", bytes });
const because = async (bytes: Uint8Array): Promise<unknown> => {
  const read = await reading(bytes);
  return read.kind === "refused" ? read.because : read.kind;
};

/** Three frames of 4 × 3 pixels, all inside. */
const segBody: DataSet = {
  Rows: 3,
  Columns: 4,
  NumberOfFrames: "3",
  BitsAllocated: 1,
  SegmentationType: "BINARY",
  SegmentSequence: [{ SegmentNumber: 1, SegmentLabel: "a" }],
  SharedFunctionalGroupsSequence: [
    {
      PlaneOrientationSequence: [{ ImageOrientationPatient: ["1", "0", "0", "0", "1", "0"] }],
      PixelMeasuresSequence: [{ PixelSpacing: ["2", "3"] }],
      SegmentIdentificationSequence: [{ ReferencedSegmentNumber: 1 }],
    },
  ],
  PerFrameFunctionalGroupsSequence: [0, 5, 10].map((z) => ({ PlanePositionSequence: [{ ImagePositionPatient: ["0", "0", String(z)] }] })),
  PixelData: new Uint8Array([255, 255, 255, 255, 15, 0]),
};
const dcm = (value: string) => [codeItem({ value, scheme: "DCM", meaning: value })];
const mm = [codeItem({ value: "mm", scheme: "UCUM", meaning: "mm" })];
const group: DataSet = {
  ValueType: "CONTAINER",
  ConceptNameCodeSequence: dcm("125007"),
  ContentSequence: [
    {
      ValueType: "NUM",
      ConceptNameCodeSequence: dcm("1"),
      MeasuredValueSequence: [{ NumericValue: "5", MeasurementUnitsCodeSequence: mm }],
    },
    { ValueType: "SCOORD3D", GraphicType: "POLYGON", GraphicData: [0, 0, 0, 4, 0, 0, 4, 4, 0, 0, 4, 0] },
  ],
};
const srBody: DataSet = { ValueType: "CONTAINER", ContentSequence: [group, group] };

/** Content sequences of undefined length in one another, begun and never ended. */
function unended(levels: number): Uint8Array<ArrayBuffer> {
  const open = [0x40, 0x00, 0x30, 0xa7, 0x53, 0x51, 0, 0, 255, 255, 255, 255, 0xfe, 0xff, 0x00, 0xe0, 255, 255, 255, 255];
  return joined([file(srClassUid, {}), Uint8Array.from({ length: levels * open.length }, (_, n) => open[n % open.length] ?? 0)]);
}
const nested = (levels: number): DataSet => (levels === 0 ? srBody : { ContentSequence: [nested(levels - 1)] });

test("a segmentation's volume is its pixels times the real distance of planes", async () => {
  const read = await reading(file(segClassUid, segBody));
  expect(read).toMatchObject({
    kind: "document",
    document: { findings: [{ voxelCount: 36, volumeMm3: 36 * 30, centerMm: [4.5, 2, 5], centerFrom: "segment", flags: [] }] },
  });
});

test("the centre of a drawn polygon is that of its area", async () => {
  const read = await reading(file(srClassUid, srBody));
  expect(read).toMatchObject({
    kind: "document",
    document: { findings: [{ centerMm: [2, 2, 0], centerFrom: "outline" }, { volumeMm3: null }] },
  });
});

test.each<[string, DataSet, object]>([
  [
    "more frames than described",
    { NumberOfFrames: "1000000000" },
    { code: "seg.frames-contradict", values: { frames: 1e9, described: 3 } },
  ],
  ["fewer frames than described", { NumberOfFrames: "2" }, { code: "seg.frames-contradict" }],
  ["no frames", { NumberOfFrames: "0" }, { code: "intake.incomplete-image-header" }],
  ["half a frame", { NumberOfFrames: "2.5" }, { code: "intake.incomplete-image-header" }],
  ["more pixels than there are bytes", { Rows: 4000 }, { code: "intake.pixel-data-short" }],
  ["more pixels than anyone has", { Rows: 65535, Columns: 65535 }, { code: "seg.too-large" }],
  ["a segment that is not described", { SegmentSequence: [] }, { code: "seg.frames-of-no-segment", values: { count: 3 } }],
  ["no type", { SegmentationType: "LABELMAP" }, { code: "intake.incomplete-image-header" }],
  ["fractions without a maximum", { SegmentationType: "FRACTIONAL", BitsAllocated: 8 }, { code: "intake.incomplete-image-header" }],
])("a segmentation with %s is refused by name", async (_, wrong, refusal) => {
  expect(await because(file(segClassUid, { ...segBody, ...wrong }))).toMatchObject(refusal);
});

test("a size beyond all bounds is none", async () => {
  const [shared] = segBody.SharedFunctionalGroupsSequence ?? [];
  const wrong = { ...shared, PixelMeasuresSequence: [{ PixelSpacing: ["1e200", "1e200"] }] };
  expect(await reading(file(segClassUid, { ...segBody, SharedFunctionalGroupsSequence: [wrong] }))).toMatchObject({
    document: { findings: [{ voxelCount: 36, volumeMm3: null, centerMm: null, flags: [{ code: "seg.no-geometry" }] }] },
  });
});

test("a label map is refused by name", async () => {
  expect(await because(file("1.2.840.10008.5.1.4.1.1.66.7", segBody))).toMatchObject({ code: "seg.label-map" });
});

test("a report that nests too deep is refused by name", async () => {
  expect(await because(file(srClassUid, nested(50)))).toBe("document");
  expect(await because(file(srClassUid, nested(62)))).toMatchObject({ code: "sr.too-deep" });
  expect(await because(file(srClassUid, nested(1000)))).toMatchObject({ code: "sr.too-deep" });
  expect(await because(unended(10_000))).toMatchObject({ code: expect.stringMatching(/^intake\.|^sr\.too-deep/) });
});

test("whatever is cut off or changed in a file, reading ends with an answer", async () => {
  const random = seededRandom(4);
  const kinds = new Map<string, number>();
  for (const whole of [file(segClassUid, segBody), file(srClassUid, srBody)]) {
    for (let n = 0; n < 3000; n++) {
      const bytes = whole.slice(0, n % 2 === 0 ? whole.length : 132 + random.integer(whole.length - 132));
      for (let change = random.integer(4); change > 0; change--)
        bytes[132 + random.integer(bytes.length - 132)] = random.integer(3) * 127 + random.integer(3) - 1;
      const read = await reading(bytes);
      if (read.kind === "document") ReportedDocument.parse(read.document);
      kinds.set(read.kind, (kinds.get(read.kind) ?? 0) + 1);
    }
  }
  expect([...kinds.keys()].sort()).toEqual(["document", "other", "refused"]);
  for (const count of kinds.values()) expect(count).toBeGreaterThan(100);
});
