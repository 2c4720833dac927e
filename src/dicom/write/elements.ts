import { derivedUid } from "../../base/uid.ts";

/** Value representations that the writer knows (DICOM PS3.5 6.2). */
type TextVr = "AE" | "AS" | "CS" | "DA" | "DS" | "DT" | "IS" | "LO" | "LT" | "PN" | "SH" | "ST" | "TM" | "UC" | "UI" | "UR" | "UT";
export type NumberVr = "AT" | "FD" | "FL" | "SL" | "SS" | "UL" | "US";

/** One data element: its tag as 0xggggeeee, its value representation, its value. */
export type Element =
  | readonly [tag: number, vr: TextVr, value: string | readonly string[]]
  | readonly [tag: number, vr: NumberVr, value: number | readonly number[]]
  | readonly [tag: number, vr: "OB" | "OW" | "UN", value: Uint8Array]
  | readonly [tag: number, vr: "SQ", value: readonly (readonly Element[])[]];

export type Encoding = "explicit-le" | "implicit-le";

/** How text becomes bytes; the caller names the same character set in (0008,0005). */
export type EncodeText = (text: string) => Uint8Array;

const longVrs = new Set(["OB", "OW", "SQ", "UC", "UN", "UR", "UT"]);
const numberBytes = { AT: 4, FD: 8, FL: 4, SL: 4, SS: 2, UL: 4, US: 2 } as const;

/**
 * The bytes of a data set (or of a sequence item), little endian; tags are put in ascending order, sequences get defined lengths.
 * DICOM PS3.5 7.1. Texts are padded to even length with a space, UIDs with a zero byte.
 */
export function encodeElements(elements: readonly Element[], encoding: Encoding, encodeText: EncodeText): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const element of [...elements].sort((a, b) => a[0] - b[0])) {
    const value = encodeValue(element, encoding, encodeText);
    parts.push(elementHead(element[0], element[1], value.length, encoding), value);
  }
  return joined(parts);
}

/** What stands in front of a value (PS3.5 7.1). */
export function elementHead(tag: number, vr: string, length: number, encoding: Encoding): Uint8Array {
  const long = encoding === "explicit-le" && longVrs.has(vr);
  const head = new DataView(new ArrayBuffer(long ? 12 : 8));
  head.setUint16(0, tag >>> 16, true);
  head.setUint16(2, tag & 0xffff, true);
  if (encoding === "implicit-le") head.setUint32(4, length, true);
  else {
    if (!long && length > 0xffff) throw new RangeError(`a ${vr} value of ${length} bytes does not fit its length field`);
    head.setUint8(4, vr.charCodeAt(0));
    head.setUint8(5, vr.charCodeAt(1));
    if (long) head.setUint32(8, length, true);
    else head.setUint16(6, length, true);
  }
  return new Uint8Array(head.buffer);
}

function encodeValue(element: Element, encoding: Encoding, encodeText: EncodeText): Uint8Array {
  const [, vr, value] = element;
  if (vr === "SQ") return encodeItems(value, encoding, encodeText);
  if (vr === "OB" || vr === "OW" || vr === "UN") return evenLength(value, 0);
  if (isNumeric(element)) return encodeNumbers(typeof element[2] === "number" ? [element[2]] : element[2], element[1]);
  const text = typeof value === "string" ? value : (value as readonly string[]).join("\\");
  return evenLength(encodeText(text), vr === "UI" ? 0 : 0x20);
}

function isNumeric(element: Element): element is Extract<Element, readonly [number, NumberVr, unknown]> {
  return element[1] in numberBytes;
}

function encodeItems(items: readonly (readonly Element[])[], encoding: Encoding, encodeText: EncodeText): Uint8Array {
  return joined(
    items.flatMap((item) => {
      const bytes = encodeElements(item, encoding, encodeText);
      const head = new DataView(new ArrayBuffer(8));
      head.setUint32(0, 0xe000fffe, true);
      head.setUint32(4, bytes.length, true);
      return [new Uint8Array(head.buffer), bytes];
    }),
  );
}

function encodeNumbers(values: readonly number[], vr: NumberVr): Uint8Array {
  const width = numberBytes[vr];
  const view = new DataView(new ArrayBuffer(values.length * width));
  values.forEach((value, index) => {
    const at = index * width;
    if (vr === "AT") {
      view.setUint16(at, value >>> 16, true);
      view.setUint16(at + 2, value & 0xffff, true);
    } else if (vr === "FD") view.setFloat64(at, value, true);
    else if (vr === "FL") view.setFloat32(at, value, true);
    else if (vr === "SL") view.setInt32(at, value, true);
    else if (vr === "SS") view.setInt16(at, value, true);
    else if (vr === "UL") view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
  });
  return new Uint8Array(view.buffer);
}

function evenLength(bytes: Uint8Array, pad: number): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const even = new Uint8Array(bytes.length + 1);
  even.set(bytes);
  even[bytes.length] = pad;
  return even;
}

/** All parts after one another. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A decimal string of at most 16 characters (PS3.5 6.2, DS), as exact as that allows. */
export function decimalString(value: number): string {
  for (let digits = 16; digits > 0; digits--) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= 16) return text;
  }
  throw new RangeError(`no decimal string for ${value}`);
}

/** Of everything this program writes and sends (PS3.7 D.3.3.2). */
export const implementationClassUid = derivedUid("overread", "implementation");

const transferSyntaxUids = { "explicit-le": "1.2.840.10008.1.2.1", "implicit-le": "1.2.840.10008.1.2" } as const;

/** A DICOM Part-10 file (PS3.10 7.1): preamble, file meta information, data set. */
export function part10File(
  sopClassUid: string,
  sopInstanceUid: string,
  dataSet: Uint8Array,
  encoding: Encoding,
  transferSyntaxUid: string = transferSyntaxUids[encoding],
): Uint8Array<ArrayBuffer> {
  const ascii: EncodeText = (text) => new TextEncoder().encode(text);
  const rest = encodeElements(
    [
      [0x00020001, "OB", new Uint8Array([0, 1])],
      [0x00020002, "UI", sopClassUid],
      [0x00020003, "UI", sopInstanceUid],
      [0x00020010, "UI", transferSyntaxUid],
      [0x00020012, "UI", implementationClassUid],
      [0x00020013, "SH", "OVERREAD"],
    ],
    "explicit-le",
    ascii,
  );
  const groupLength = encodeElements([[0x00020000, "UL", rest.length]], "explicit-le", ascii);
  return joined([new Uint8Array(128), ascii("DICM"), groupLength, rest, dataSet]);
}
