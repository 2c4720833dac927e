import { Fault } from "../../base/fault.ts";
import type { ByteSource } from "../byte-source.ts";
import type { FramePieces, PixelFormat } from "../image-file.ts";
import { locateEncapsulatedFrames, locateNativeFrames } from "../locate-frames.ts";
import { type Header, type PixelDataPlace, readHeader } from "../read-header.ts";
import { tag } from "../tags.ts";
import type { EncodedFrame } from "./decode-stored-frame.ts";

/**
 * The header of a stored object.
 * @throws Fault dicom-web.broken-object where its bytes are no longer a DICOM file
 */
export async function storedHeader(source: ByteSource): Promise<Header> {
  const reading = await readHeader(source);
  if (reading.kind !== "header") throw new Fault("dicom-web.broken-object");
  return reading.header;
}

/** No header is longer (see read-header.ts). */
const longestHeaderBytes = 64 * 1024 * 1024;

/** The data set of a stored object up to its pixels, as bytes. */
export async function headerPlace({ file, dataSetAt, transferSyntaxUid, pixelData }: Header) {
  const bytes = await file.read(0, pixelData?.offset ?? Math.min(file.size, longestHeaderBytes));
  const encoding = { explicit: transferSyntaxUid !== implicitUid, littleEndian: transferSyntaxUid !== bigEndianUid };
  return { bytes, from: dataSetAt, to: bytes.length, encoding };
}

const implicitUid = "1.2.840.10008.1.2";
const bigEndianUid = "1.2.840.10008.1.2.2";

/** Pixels of a stored object, frame by frame. */
export interface StoredImage {
  readonly header: Header;
  readonly format: PixelFormat;
  readonly planar: boolean;
  readonly frames: readonly FramePieces[];
}

/**
 * Where the frames of an object lie.
 * @throws Fault dicom-web.no-pixels where it has none, dicom-web.broken-object where they are not what its header says
 */
export async function storedImage(header: Header): Promise<StoredImage> {
  const { attributes, pixelData } = header;
  const rows = attributes.unsigned16(tag.rows);
  const columns = attributes.unsigned16(tag.columns);
  const bitsAllocated = attributes.unsigned16(tag.bitsAllocated);
  if (pixelData === null || !rows || !columns || !bitsAllocated) throw new Fault("dicom-web.no-pixels");
  const bitsStored = attributes.unsigned16(tag.bitsStored) ?? bitsAllocated;
  const format: PixelFormat = {
    rows,
    columns,
    samplesPerPixel: attributes.unsigned16(tag.samplesPerPixel) ?? 1,
    photometricInterpretation: attributes.text(tag.photometricInterpretation) ?? "MONOCHROME2",
    bitsAllocated,
    bitsStored,
    highBit: attributes.unsigned16(tag.highBit) ?? bitsStored - 1,
    signed: attributes.unsigned16(tag.pixelRepresentation) === 1,
  };
  const frames = attributes.decimal(tag.numberOfFrames) ?? 1;
  if (!(Number.isInteger(frames) && frames >= 0 && frames <= mostFrames) || rows * columns > mostPixels)
    throw new Fault("dicom-web.broken-object");
  const located = await locate(header, pixelData, format, Math.max(1, frames));
  if (located.kind !== "located") throw new Fault("dicom-web.broken-object");
  return { header, format, planar: attributes.unsigned16(planarConfiguration) === 1, frames: located.frames };
}

function locate({ file }: Header, { offset, length }: PixelDataPlace, format: PixelFormat, frames: number) {
  if (length === "encapsulated") return locateEncapsulatedFrames(file, offset, frames);
  const bytes = frameBytes(format);
  // Frames that do not begin with a byte of their own, as those of segmentations may.
  if (!Number.isInteger(bytes) && frames > 1) throw new Fault("dicom-web.cannot-decode");
  return locateNativeFrames(offset, Math.min(length, file.size - offset), Math.ceil(bytes), frames);
}

/** Bytes of one frame that is not compressed; of YBR_FULL_422, chrominance of every other pixel (PS3.3 C.7.6.3.1.2). */
export function frameBytes({ rows, columns, samplesPerPixel, photometricInterpretation, bitsAllocated }: PixelFormat): number {
  return (rows * columns * (photometricInterpretation === "YBR_FULL_422" ? 2 : samplesPerPixel) * bitsAllocated) / 8;
}

/** As read-image.ts has it: no image has more pixels, no file more frames. */
const mostPixels = 2 ** 26;
const mostFrames = 2 ** 16;
const planarConfiguration = "x00280006";

/**
 * One frame as it is stored.
 * @param index from 0
 * @throws Fault dicom-web.no-such-frame, dicom-web.broken-object
 */
export async function encodedFrame({ header, format, frames }: StoredImage, index: number): Promise<EncodedFrame> {
  const pieces = frames[index];
  if (pieces === undefined) throw new Fault("dicom-web.no-such-frame", { frame: index + 1, frames: frames.length });
  const read: Uint8Array[] = [];
  for (const { offset, length } of pieces) {
    const bytes = await header.file.read(offset, length);
    if (bytes.length < length) throw new Fault("dicom-web.broken-object");
    read.push(bytes);
  }
  return { bytes: read.length === 1 ? (read[0] as Uint8Array) : Buffer.concat(read), transferSyntaxUid: header.transferSyntaxUid, format };
}
