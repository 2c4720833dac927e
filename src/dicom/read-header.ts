import { type Reason, reason } from "../base/reason.ts";
import { type Attributes, attributesOf } from "./attributes.ts";
import type { ByteSource } from "./byte-source.ts";
import { encodingOf, fileStart, inflatedFile } from "./file-start.ts";
import { type Elements, pixelDataTag, readElements, type Unreadable } from "./read-elements.ts";
import { tag } from "./tags.ts";
import { type TransferSyntax, transferSyntax } from "./transfer-syntax.ts";

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
  /** Where the data set begins, behind the file meta information. */
  readonly dataSetAt: number;
  /** The file, inflated where its data set is deflated: offsets count in it. */
  readonly file: ByteSource;
  /** Size of the file as it lies there. */
  readonly fileBytes: number;
}

export type HeaderReading =
  | { readonly kind: "header"; readonly header: Header }
  | { readonly kind: "not-dicom" }
  | { readonly kind: "broken"; readonly because: Reason };

const firstWindowBytes = 16 * 1024;
const windowGrowth = 8;
/** No header is this long; a file that needs more is broken. */
const largestHeaderBytes = 64 * 1024 * 1024;

/**
 * Reads the header of a file through a window that grows until Pixel Data (7FE0,0010) begins or the file ends. Accepts DICOM PS3.10 files,
 * those that lack the 128-byte preamble, and bare data sets (implicit or explicit little endian, as old modalities wrote them).
 * @throws Fault when the bytes cannot be read at all
 */
export async function readHeader(source: ByteSource): Promise<HeaderReading> {
  const start = await throughWindow(source, (bytes) => fileStart(bytes));
  if (start === "not-dicom") return { kind: "not-dicom" };
  if ("because" in start) return { kind: "broken", because: start.because };
  const { dataSetAt, transferSyntaxUid, bare } = start;
  if (transferSyntaxUid === null) return { kind: "broken", because: reason("intake.no-transfer-syntax") };
  const syntax = transferSyntax(transferSyntaxUid);
  const file = syntax?.deflated ? await inflatedFile(source, dataSetAt) : source;
  const encoding = encodingOf(transferSyntaxUid);
  const found = await throughWindow(file, (bytes, whole) => {
    const read = readElements({ bytes, from: dataSetAt, to: bytes.length, encoding });
    if (typeof read === "string") return read;
    return whole || read.elements.has(pixelDataTag) ? { bytes, elements: read.elements } : "short";
  });
  // A bare data set is recognised by its first bytes alone; something else may happen to begin alike.
  if ("because" in found)
    return bare && found.because.code === "intake.broken-header" ? { kind: "not-dicom" } : { kind: "broken", because: found.because };
  const attributes = attributesOf({ bytes: found.bytes, from: dataSetAt, to: found.bytes.length, encoding });
  if (bare && attributes.text(tag.sopClassUid) === null) return { kind: "not-dicom" };
  return {
    kind: "header",
    header: { attributes, transferSyntaxUid, dataSetAt, pixelData: pixelDataOf(found.elements, syntax), file, fileBytes: source.size },
  };
}

/** Reads from the start of a file, more and more until it is enough. */
async function throughWindow<Read>(
  file: ByteSource,
  read: (bytes: Uint8Array<ArrayBufferLike>, whole: boolean) => Read | Unreadable,
): Promise<Read | { because: Reason }> {
  for (let length = firstWindowBytes; ; length *= windowGrowth) {
    const bytes = await file.read(0, length);
    const whole = bytes.length < length || length >= file.size;
    const found = read(bytes, whole);
    if (found === "broken") return { because: reason("intake.broken-header") };
    if (found !== "short") return found as Read;
    if (whole) return { because: reason("intake.truncated-header", { bytes: bytes.length }) };
    if (length >= largestHeaderBytes) return { because: reason("intake.header-too-long", { bytes: length }) };
  }
}

function pixelDataOf(elements: Elements, syntax: TransferSyntax | null): PixelDataPlace | null {
  const element = elements.get(pixelDataTag);
  if (element === undefined) return null;
  const encapsulated = syntax?.encapsulated ?? element.undefinedLength;
  return { offset: element.offset, length: encapsulated ? "encapsulated" : element.length };
}
