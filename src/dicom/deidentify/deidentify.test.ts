import { describe, expect, test } from "vitest";
import { attributesOf } from "../attributes.ts";
import { encodingOf, fileStart } from "../file-start.ts";
import { readElements } from "../read-elements.ts";
import { type Keyword, readingTag } from "../write/dictionary.ts";
import { type Element, encodeElements, joined, part10File } from "../write/elements.ts";
import { deidentify } from "./deidentify.ts";
import { keptAttributes } from "./kept-attributes.ts";
import { Pseudonyms } from "./pseudonyms.ts";

const pseudonyms = new Pseudonyms(new Uint8Array(32).fill(7));
const ct = "1.2.840.10008.5.1.4.1.1.2";
const pixels = new Uint8Array(32).map((_, at) => at * 7);
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** A slice in which "Zyx" stands wherever a name, place, number or remark may. */
const identified: readonly Element[] = [
  [0x00080005, "CS", "ISO_IR 100"],
  [0x00080008, "CS", ["ORIGINAL", "PRIMARY", "AXIAL"]],
  [0x00080012, "DA", "20240102"],
  [0x00080016, "UI", ct],
  [0x00080018, "UI", "1.2.99.3"],
  [0x00080020, "DA", "20240229"],
  [0x00080030, "TM", "101112"],
  [0x00080050, "SH", "Zyx-1"],
  [0x00080060, "CS", "CT"],
  [0x00080070, "LO", "Maker"],
  [0x00080080, "LO", "Zyx Hospital"],
  [0x00080090, "PN", "Zyx^Referrer"],
  [0x00081010, "SH", "Zyx-station"],
  [0x00081030, "LO", "Chest of Zyx"],
  [0x0008103e, "LO", "Zyx series"],
  [
    0x00081140,
    "SQ",
    [
      [
        [0x00081150, "UI", ct],
        [0x00081155, "UI", "1.2.99.4"],
        [0x00090010, "LO", "Zyx private"],
        [0x0040a170, "SQ", [[[0x00080104, "LO", "Zyx purpose"]]]],
      ],
    ],
  ],
  [0x00090010, "LO", "ZyxMaker"],
  [0x00091001, "UN", latin1("Zyx in private")],
  [0x00100010, "PN", "Zyx^Jane"],
  [0x00100020, "LO", "Zyx-4711"],
  [0x00100030, "DA", "19300405"],
  [0x00100040, "CS", "F"],
  [0x00101010, "AS", "093Y"],
  [0x00101040, "LO", "1 Zyx Street"],
  [0x00102160, "SH", "Zyxian"],
  [0x00104000, "LT", "Zyx was here"],
  [0x00180015, "CS", "CHEST"],
  [0x00180050, "DS", "2.5"],
  [0x00181000, "LO", "Zyx-serial"],
  [0x00181030, "LO", "Zyx protocol"],
  [0x0020000d, "UI", "1.2.99.1"],
  [0x0020000e, "UI", "1.2.99.2"],
  [0x00200010, "SH", "Zyx-study"],
  [0x00200032, "DS", ["1", "2", "3"]],
  [0x00200052, "UI", "1.2.99.5"],
  [0x00204000, "LT", "Zyx image"],
  [0x00280010, "US", 4],
  [0x00280011, "US", 4],
  [0x00400275, "SQ", [[[0x00321060, "LO", "Zyx request"]]]],
  [0x60003000, "OW", latin1("Zyx overlay.")],
];

function file(
  changes: readonly Element[] = [],
  encoding: "explicit-le" | "implicit-le" = "explicit-le",
  without: readonly number[] = [],
): Uint8Array {
  const changed = new Map([...identified, ...changes].map((element) => [element[0], element]));
  for (const tag of without) changed.delete(tag);
  const behind = encodeElements([[0xfffafffa, "SQ", [[[0x04000120, "UN", latin1("Zyx signed this!")]]]]], encoding, latin1);
  const dataSet = [...changed.values()];
  const head = encodeElements(dataSet, encoding, latin1);
  const pixelData = encodeElements([[0x7fe00010, "OW", pixels]], encoding, latin1);
  return part10File(ct, "1.2.99.3", joined([head, pixelData, behind]), encoding);
}

function done(bytes: Uint8Array, by = pseudonyms) {
  const result = deidentify(bytes, by);
  if (result.kind !== "done") throw new Error(result.because.code);
  const start = fileStart(result.bytes);
  if (typeof start === "string") throw new Error(start);
  const place = {
    bytes: result.bytes,
    from: start.dataSetAt,
    to: result.bytes.length,
    encoding: encodingOf(start.transferSyntaxUid ?? ""),
  };
  const read = readElements(place);
  if (typeof read === "string") throw new Error(read);
  const attributes = attributesOf(place);
  return { ...result, start, elements: read.elements, text: (keyword: Keyword) => attributes.text(readingTag(keyword)), attributes };
}

describe.each(["explicit-le", "implicit-le"] as const)("in %s", (encoding) => {
  test("nothing of a name, place, number or remark is left anywhere in the file, and the pixels are as they were", () => {
    expect(Buffer.from(file([], encoding)).toString("latin1").match(/Zyx/g)?.length).toBe(22);
    const { bytes, elements } = done(file([], encoding));
    expect(Buffer.from(bytes).toString("latin1")).not.toMatch(/Zyx|4711|1\.2\.99\.|19300405|20240|093Y/);
    const pixelData = elements.get(0x7fe00010);
    expect(bytes.subarray(pixelData?.offset, bytes.length)).toEqual(pixels);
    const added = [0x00080050, 0x00080090, 0x00100010, 0x00100020, 0x00100030, 0x00120062, 0x00120064, 0x00200010, 0x00280303, 0x7fe00010];
    for (const tag of elements.keys()) expect(keptAttributes.has(tag) || added.includes(tag)).toBe(true);
    expect([...elements.keys()]).toEqual([...elements.keys()].sort((one, other) => one - other));
  });

  test("what measuring needs stays, and the file says what was done to it", () => {
    const { text, attributes, start } = done(file([], encoding));
    expect(start.transferSyntaxUid).toBe(encoding === "explicit-le" ? "1.2.840.10008.1.2.1" : "1.2.840.10008.1.2");
    expect([text("Modality"), text("Manufacturer"), text("SliceThickness"), text("PatientSex")]).toEqual(["CT", "Maker", "2.5", "F"]);
    expect(attributes.decimals(readingTag("ImagePositionPatient"))).toEqual([1, 2, 3]);
    expect(attributes.unsigned16(readingTag("Rows"))).toBe(4);
    expect([text("PatientIdentityRemoved"), text("PatientAge"), text("StudyTime")]).toEqual(["YES", "090Y", "101112"]);
    expect(attributes.items("x00120064").map((item) => item.text(readingTag("CodeValue")))).toEqual(["113100", "113107", "113108"]);
  });
});

test("the same UID, also where another file refers to it, becomes the same one; classes stay", () => {
  const { text, attributes } = done(file());
  expect(text("SOPClassUID")).toBe(ct);
  expect(text("SOPInstanceUID")).toBe(pseudonyms.uid("1.2.99.3"));
  const [reference] = attributes.items("x00081140");
  expect(reference?.text(readingTag("ReferencedSOPInstanceUID"))).toBe(pseudonyms.uid("1.2.99.4"));
  expect(reference?.text(readingTag("ReferencedSOPClassUID"))).toBe(ct);
  expect(pseudonyms.uid("1.2.99.4")).toMatch(/^2\.25\.\d{1,39}$/);
});

test("a UID, day or age that is empty stays empty, so that nothing is taken for the same that is not", () => {
  const { elements } = done(
    file([
      [0x00200052, "UI", ""],
      [0x00080021, "DA", ""],
      [0x00101010, "AS", ""],
    ]),
  );
  for (const tag of [0x00200052, 0x00080021, 0x00101010]) expect(elements.get(tag)?.length).toBe(0);
});

test("examinations of one patient keep their pseudonym and the days between them; another patient's and another site's differ", () => {
  const first = done(file());
  const second = done(
    file([
      [0x00080020, "DA", "20240331"],
      [0x0020000d, "UI", "1.2.99.8"],
    ]),
  );
  const days = (...dates: (string | null)[]): number[] =>
    dates.map((date) => Date.parse(`${date?.slice(0, 4)}-${date?.slice(4, 6)}-${date?.slice(6)}`) / 86_400_000);
  const [one = 0, other = 0] = days(first.text("StudyDate"), second.text("StudyDate"));
  expect(other - one).toBe(31);
  expect(second.text("PatientID")).toBe(first.text("PatientID"));
  expect(second.text("PatientName")).toBe(first.text("PatientID"));
  const patient = done(file([[0x00100020, "LO", "Zyx-4712"]]));
  const site = done(file(), new Pseudonyms(new Uint8Array(32).fill(8)));
  for (const { text } of [patient, site]) {
    expect(text("PatientID")).not.toBe(first.text("PatientID"));
    expect(text("StudyDate")).not.toBe(first.text("StudyDate"));
  }
  expect(site.text("StudyInstanceUID")).not.toBe(first.text("StudyInstanceUID"));
});

test("without a patient ID two studies are not taken for one patient's", () => {
  const ids = ["1.2.99.1", "1.2.99.8"].map((uid) => done(file([[0x0020000d, "UI", uid]], "explicit-le", [0x00100020])).text("PatientID"));
  expect(ids[0]).toMatch(/^[0-9A-Z]{16}$/);
  expect(ids[0]).not.toBe(ids[1]);
});

test.each(["explicit-le", "implicit-le"] as const)(
  "in %s a kept attribute with another kind of value than it has goes, and so does a day that is none",
  (encoding) => {
    const odd: Element[] = [
      [0x00180050, "LO", "Zyx thick"],
      [0x00180015, "SQ", [[[0x00100010, "PN", "Zyx^Jane"]]]],
      [0x00180060, "UN", latin1("Zyx ")],
      [0x00180020, "CS", "Zyx"],
      [0x00080070, "LO", "Zyx GmbH \u00dcber"],
      [0x00080020, "DA", "Zyx"],
      [0x00080022, "DA", "20240230"],
      [0x0008002a, "DT", "20240229101112.5+0100"],
    ];
    const { bytes, elements, text } = done(file(odd, encoding));
    expect(Buffer.from(bytes).toString("latin1")).not.toContain("Zyx");
    for (const tag of [0x00180050, 0x00180015, 0x00180060, 0x00180020, 0x00080022]) expect(elements.has(tag)).toBe(false);
    expect([elements.get(0x00080070)?.length, elements.get(0x00080020)?.length]).toEqual([0, 0]);
    expect(text("AcquisitionDateTime")).toBe(`${pseudonyms.date(":Zyx-4711", "20240229")}101112.5`);
  },
);

test("of encapsulated pixels nothing stands behind the delimiter, and the transfer syntax stays", () => {
  const fragments = Uint8Array.from([
    0xfe, 0xff, 0, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0, 0xe0, 4, 0, 0, 0, 1, 2, 3, 4, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0,
  ]);
  const head = Uint8Array.from([0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  const dataSet = (end: number): Uint8Array =>
    joined([encodeElements(identified, "explicit-le", latin1), head, fragments.subarray(0, end), latin1("Zyx behind")]);
  const packed = (end = fragments.length): Uint8Array => part10File(ct, "1.2.99.3", dataSet(end), "explicit-le", "1.2.840.10008.1.2.4.90");
  const { bytes, start } = done(packed());
  expect(start.transferSyntaxUid).toBe("1.2.840.10008.1.2.4.90");
  expect(bytes.subarray(-fragments.length)).toEqual(fragments);
  expect(deidentify(packed(20), pseudonyms)).toMatchObject({ kind: "declined", because: { code: "deidentify.unreadable" } });
});

test("an image that may show text is given with a warning", () => {
  const codes = (...changes: Element[]): string[] => done(file(changes)).warnings.map(({ code }) => code);
  const ultrasound: Element = [0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.6.1"];
  expect(codes()).toEqual([]);
  expect(codes([0x00280301, "CS", "YES"])).toEqual(["deidentify.burned-in"]);
  expect(codes(ultrasound)).toEqual(["deidentify.may-be-burned-in"]);
  expect(codes(ultrasound, [0x00280301, "CS", "NO"])).toEqual([]);
});

test("what cannot be made sure of is declined", () => {
  const because = (bytes: Uint8Array): string | null => {
    const result = deidentify(bytes, pseudonyms);
    return result.kind === "declined" ? result.because.code : null;
  };
  expect(because(latin1("no DICOM file at all, but longer than its head"))).toBe("deidentify.unreadable");
  expect(because(file().subarray(0, 600))).toMatch(/^deidentify\.(unreadable|class)$/);
  expect(because(file([[0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.88.33"]]))).toBe("deidentify.class");
  expect(because(part10File(ct, "1.2.99.3", encodeElements(identified, "explicit-le", latin1), "explicit-le", "1.2.840.10008.1.2.2"))).toBe(
    "deidentify.encoding",
  );
  expect(because(file([], "explicit-le", [0x0020000d]))).toBe("deidentify.unreadable");
  expect(() => new Pseudonyms(new Uint8Array(31))).toThrow(RangeError);
});
