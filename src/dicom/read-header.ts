import dicomParser, { type DataSet } from "dicom-parser";
import { type Reason, reason } from "../base/reason.ts";
import { type Attributes, attributesOf } from "./attributes.ts";
import { type ByteSource, inflatePrefix } from "./byte-source.ts";
import { tag } from "./tags.ts";
import { transferSyntax } from "./transfer-syntax.ts";

/** Where the value of Pixel Data begins in the (inflated) file. */
export interface PixelDataPlace {
  readonly offset: number;
  /** Bytes of the value; "encapsulated" when it is a sequence of fragments. */
  readonly length: number | "encapsulated";
}

/** The header of one DICOM file: all attributes in front of Pixel Data. */
export interface Header {
  readonly attributes: Attributes;
  readonly transferSyntaxUid: string;
  readonly pixelData: PixelDataPlace | null;
}

export type HeaderReading =
  | { readonly kind: "header"; readonly header: Header }
  | { readonly kind: "not-dicom" }
  | { readonly kind: "broken"; readonly because: Reason };

const firstWindowBytes = 16 * 1024;
const windowGrowth = 8;
/** No header is this long; a file that needs more is broken. */
const largestHeaderBytes = 512 * 1024 * 1024;

/**
 * Reads the header of a file through a window that grows until Pixel Data (7FE0,0010) begins or the file ends. Accepts DICOM PS3.10 files,
 * those that lack the 128-byte preamble, and bare data sets (implicit or explicit little endian, as old modalities wrote them).
 * @throws Fault when the bytes cannot be read at all
 */
export async function readHeader(source: ByteSource): Promise<HeaderReading> {
  let length = Math.min(firstWindowBytes, source.size);
  for (;;) {
    const bytes = await source.read(0, length);
    const form = formOf(bytes);
    if (form === null) return { kind: "not-dicom" };
    const whole = length >= source.size;
    const parsed = parse(bytes, form);
    if (parsed !== null && (whole || parsed.elements[tag.pixelData])) return headerOf(parsed, form);
    if (whole) return { kind: "broken", because: reason("intake.truncated-header", { bytes: source.size }) };
    if (length >= largestHeaderBytes) return { kind: "broken", because: reason("intake.header-too-long", { bytes: length }) };
    length = Math.min(source.size, length * windowGrowth);
  }
}

/** How the file starts: bytes that a PS3.10 file has in front and this one lacks, and the syntax of a bare data set. */
interface Form {
  readonly missingBytes: number;
  readonly bareSyntaxUid: string | null;
}

const implicitUid = "1.2.840.10008.1.2";
const explicitUid = "1.2.840.10008.1.2.1";

/** Null when the bytes do not look like DICOM. */
function formOf(bytes: Uint8Array<ArrayBufferLike>): Form | null {
  const isPrefix = (at: number): boolean =>
    bytes[at] === 0x44 && bytes[at + 1] === 0x49 && bytes[at + 2] === 0x43 && bytes[at + 3] === 0x4d;
  if (bytes.length >= 136 && isPrefix(128)) return { missingBytes: 0, bareSyntaxUid: null };
  if (bytes.length < 24) return null;
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const group = head.getUint16(0, true);
  const element = head.getUint16(2, true);
  const explicit = isUpper(bytes[4]) && isUpper(bytes[5]);
  if (isPrefix(0)) return { missingBytes: 128, bareSyntaxUid: null };
  if (group === 2 && element <= 0x0010 && explicit) return { missingBytes: 132, bareSyntaxUid: null };
  if (group !== 8 || element > 0x0018) return null;
  if (explicit) return { missingBytes: 0, bareSyntaxUid: explicitUid };
  return head.getUint32(4, true) <= 256 ? { missingBytes: 0, bareSyntaxUid: implicitUid } : null;
}

const isUpper = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x41 && byte <= 0x5a;

/** Null when the bytes end too early (or are garbage). */
function parse(bytes: Uint8Array<ArrayBufferLike>, form: Form): DataSet | null {
  const given = form.missingBytes > 0 ? withFront(bytes, form.missingBytes) : bytes;
  const inflater = (deflated: Uint8Array, position: number): Uint8Array => {
    const body = inflatePrefix(deflated.subarray(position), largestHeaderBytes);
    const joined = new Uint8Array(position + body.length);
    joined.set(deflated.subarray(0, position));
    joined.set(body, position);
    return joined;
  };
  const options = { inflater, ...(form.bareSyntaxUid ? { TransferSyntaxUID: form.bareSyntaxUid } : {}) };
  for (const untilTag of [tag.pixelData, tag.extendedOffsetTable]) {
    try {
      const parsed = dicomParser.parseDicom(given, { ...options, untilTag });
      if (parsed.elements[tag.pixelData] && parsed.elements[tag.extendedOffsetTable]?.vr !== "OV") return parsed;
      if (untilTag === tag.extendedOffsetTable && parsed.elements[untilTag]) return pastOffsetTable(parsed);
      if (!parsed.elements[tag.extendedOffsetTable]) return parsed;
    } catch {
      // Bytes that end too early, or the 8-byte integers of an extended offset table, of which dicom-parser does not know the length field.
    }
  }
  return null;
}

/** (7FE0,0001 … 0003) have VR OV or UV, which dicom-parser does not know; what follows them is Pixel Data, always encapsulated. */
function pastOffsetTable(parsed: DataSet): DataSet | null {
  const bytes = parsed.byteArray;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The reader took the two reserved bytes for the length: the value field of OV starts 4 bytes further on.
  let at = (parsed.elements[tag.extendedOffsetTable]?.dataOffset ?? 0) - 8;
  while (at + 12 <= bytes.length && view.getUint16(at, true) === 0x7fe0) {
    const number = view.getUint16(at + 2, true);
    const length = view.getUint32(at + 8, true);
    if (number === 0x0010) {
      const hadUndefinedLength = length === 0xffffffff;
      parsed.elements[tag.pixelData] = { tag: tag.pixelData, vr: "OB", length, dataOffset: at + 12, hadUndefinedLength };
      return parsed;
    }
    at += 12 + length;
  }
  return null;
}

function withFront(bytes: Uint8Array<ArrayBufferLike>, missingBytes: number): Uint8Array {
  const joined = new Uint8Array(bytes.length + missingBytes);
  joined.set(bytes, missingBytes);
  joined.set([0x44, 0x49, 0x43, 0x4d], 128);
  return joined;
}

function headerOf(parsed: DataSet, form: Form): HeaderReading {
  const attributes = attributesOf(parsed);
  const transferSyntaxUid = form.bareSyntaxUid ?? attributes.text(tag.transferSyntaxUid);
  if (transferSyntaxUid === null) return { kind: "broken", because: reason("intake.no-transfer-syntax") };
  // A bare data set is recognised by its first bytes alone; text may happen to begin alike.
  if (form.bareSyntaxUid !== null && attributes.text(tag.sopClassUid) === null) return { kind: "not-dicom" };
  const element = parsed.elements[tag.pixelData];
  const encapsulated = transferSyntax(transferSyntaxUid)?.encapsulated ?? element?.hadUndefinedLength ?? false;
  const pixelData = element
    ? { offset: element.dataOffset - form.missingBytes, length: encapsulated ? ("encapsulated" as const) : element.length }
    : null;
  return { kind: "header", header: { attributes, transferSyntaxUid, pixelData } };
}
