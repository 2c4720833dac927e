import { expect, test } from "vitest";
import type { Encoding } from "../read-elements.ts";
import { type DicomJson, dicomJson } from "./dicom-json.ts";

type Attribute = readonly [tag: number, vr: string, value: Uint8Array | string];

const longVrs = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);

function encoded(attributes: readonly Attribute[], { explicit, littleEndian }: Encoding): Buffer {
  const whole = (value: number, width: 2 | 4): Buffer => {
    const bytes = Buffer.alloc(width);
    if (littleEndian) bytes.writeUIntLE(value, 0, width);
    else bytes.writeUIntBE(value, 0, width);
    return bytes;
  };
  return Buffer.concat(
    attributes.flatMap(([tag, vr, value]) => {
      const bytes = Buffer.from(value);
      const head = [whole(tag >>> 16, 2), whole(tag & 0xffff, 2)];
      if (!explicit) return [...head, whole(bytes.length, 4), bytes];
      return longVrs.has(vr)
        ? [...head, Buffer.from(vr), whole(0, 2), whole(bytes.length, 4), bytes]
        : [...head, Buffer.from(vr), whole(bytes.length, 2), bytes];
    }),
  );
}

/** A sequence item of defined length, little endian. */
function itemOf(attributes: readonly Attribute[]): Buffer {
  const bytes = encoded(attributes, explicitLe);
  const head = Buffer.from("feff00e000000000", "hex");
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

const explicitLe: Encoding = { explicit: true, littleEndian: true };

function json(attributes: readonly Attribute[], encoding: Encoding = explicitLe): DicomJson {
  const bytes = encoded(attributes, encoding);
  return dicomJson({ bytes, from: 0, to: bytes.length, encoding }, { bulkUri: (path) => `bulk/${path}` });
}

const bytesOf = (hex: string): Buffer => Buffer.from(hex, "hex");

test.each<[string, Uint8Array | string, unknown]>([
  ["AE", "STORE ", { vr: "AE", Value: ["STORE"] }],
  ["AT", bytesOf("10001000"), { vr: "AT", Value: ["00100010"] }],
  ["CS", "A\\\\B ", { vr: "CS", Value: ["A", null, "B"] }],
  ["DS", "1.50\\-2e3 ", { vr: "DS", Value: [1.5, -2000] }],
  ["DS", "1,5 ", { vr: "DS", Value: ["1,5"] }],
  ["IS", "+007", { vr: "IS", Value: [7] }],
  ["FD", bytesOf("000000000000f83f"), { vr: "FD", Value: [1.5] }],
  ["FL", bytesOf("0000c03f0000c07f"), { vr: "FL", Value: [1.5, null] }],
  ["SL", bytesOf("feffffff"), { vr: "SL", Value: [-2] }],
  ["SS", bytesOf("feff"), { vr: "SS", Value: [-2] }],
  ["SV", bytesOf("ffffffffffffff7f"), { vr: "SV", Value: ["9223372036854775807"] }],
  ["UV", bytesOf("0500000000000000"), { vr: "UV", Value: [5] }],
  ["UL", bytesOf("feffffff"), { vr: "UL", Value: [4294967294] }],
  ["US", bytesOf("feff0100"), { vr: "US", Value: [65534, 1] }],
  ["UI", "1.2.3\0", { vr: "UI", Value: ["1.2.3"] }],
  ["UR", "http://h/a\\b", { vr: "UR", Value: ["http://h/a\\b"] }],
  ["LT", "  two\\lines\r\n  ", { vr: "LT", Value: ["  two\\lines\r\n"] }],
  ["UC", "a\\b ", { vr: "UC", Value: ["a", "b"] }],
  ["PN", "Doe^Jane\\=X^Y ", { vr: "PN", Value: [{ Alphabetic: "Doe^Jane" }, { Ideographic: "X^Y" }] }],
  ["OB", bytesOf("0102"), { vr: "OB", InlineBinary: "AQI=" }],
  ["OW", bytesOf("0102"), { vr: "OW", InlineBinary: "AQI=" }],
  ["UN", bytesOf("0102"), { vr: "UN", InlineBinary: "AQI=" }],
  ["OB", new Uint8Array(2000), { vr: "OB", BulkDataURI: "bulk/00091001" }],
  ["LO", "", { vr: "LO" }],
  ["LO", "  ", { vr: "LO" }],
  ["SQ", "", { vr: "SQ" }],
])("%s becomes what annex F says", (vr, value, expected) => {
  expect(json([[0x00091001, vr, value]])).toEqual({ "00091001": expected });
});

test("text comes out in UTF-8 whatever it was in, also within sequences, and the character set says so", () => {
  const name = Buffer.concat([Buffer.from("Wang^X="), bytesOf("cdf5"), Buffer.from("^"), bytesOf("d0a1")]);
  const said = json([
    [0x00080005, "CS", "GB18030 "],
    [0x00081111, "SQ", itemOf([[0x00100010, "PN", name]])],
    [0x00100010, "PN", name],
  ]);
  const value = { vr: "PN", Value: [{ Alphabetic: "Wang^X", Ideographic: "王^小" }] };
  expect(said).toEqual({
    "00080005": { vr: "CS", Value: ["ISO_IR 192"] },
    "00081111": { vr: "SQ", Value: [{ "00100010": value }] },
    "00100010": value,
  });
});

test("without VRs the dictionary tells them, signed where the pixels are", () => {
  const implicit: Encoding = { explicit: false, littleEndian: true };
  expect(
    json(
      [
        [0x00080000, "UL", bytesOf("10000000")],
        [0x00280010, "US", bytesOf("0002")],
        [0x00280103, "US", bytesOf("0100")],
        [0x00280120, "SS", bytesOf("30f8")],
      ],
      implicit,
    ),
  ).toEqual({ "00280010": { vr: "US", Value: [512] }, "00280103": { vr: "US", Value: [1] }, "00280120": { vr: "SS", Value: [-2000] } });
});

test("big-endian values are turned round, binary ones too", () => {
  const said = json(
    [
      [0x00280010, "US", bytesOf("0200")],
      [0x00281201, "OW", bytesOf("0102")],
    ],
    { explicit: true, littleEndian: false },
  );
  expect(said).toEqual({
    "00280010": { vr: "US", Value: [512] },
    "00281201": { vr: "OW", InlineBinary: Buffer.from([2, 1]).toString("base64") },
  });
});

test("bulk data within a sequence is named by its path, and pixels are bulk however few", () => {
  const said = json([
    [0x00081111, "SQ", Buffer.concat([itemOf([]), itemOf([[0x00091001, "OB", new Uint8Array(2000)]])])],
    [0x7fe00010, "OW", bytesOf("0000")],
  ]);
  expect(said["00081111"]?.Value).toEqual([{}, { "00091001": { vr: "OB", BulkDataURI: "bulk/00081111/2/00091001" } }]);
  expect(said["7FE00010"]).toEqual({ vr: "OW", BulkDataURI: "bulk/7FE00010" });
});
