import { type Reason, reason } from "../base/reason.ts";
import type { Attributes } from "./attributes.ts";
import type { ByteOrigin, ByteSource } from "./byte-source.ts";
import { describeFrames } from "./describe-frames.ts";
import type { ImageContext, ImageFile, PaddingRange, PixelFormat } from "./image-file.ts";
import { type FrameLocation, locateEncapsulatedFrames, locateNativeFrames } from "./locate-frames.ts";
import type { Header, PixelDataPlace } from "./read-header.ts";
import { tag } from "./tags.ts";
import { type TransferSyntax, transferSyntax } from "./transfer-syntax.ts";

export type ImageReading =
  | { readonly kind: "image"; readonly image: ImageFile }
  /** A structured report, a segmentation, a presentation state …: belongs to the study, but is no stack of images. */
  | { readonly kind: "not-image"; readonly context: ImageContext }
  | { readonly kind: "refused"; readonly because: Reason; readonly context: ImageContext | null };

/** Storage classes whose pixel data are no picture of the patient by themselves: Segmentation, Parametric Map, Real World Value … */
const notPictures: ReadonlySet<string> = new Set([
  "1.2.840.10008.5.1.4.1.1.66.4",
  "1.2.840.10008.5.1.4.1.1.66.7",
  "1.2.840.10008.5.1.4.1.1.30",
  "1.2.840.10008.5.1.4.1.1.481.2",
]);

/** No image has more pixels, no file more frames. */
const mostPixels = 2 ** 26;
const mostFrames = 2 ** 16;

/** Turns a header into what the rest of the room works with; nothing of the pixels is read but the fragment headers. */
export async function readImage(origin: ByteOrigin, header: Header): Promise<ImageReading> {
  const { attributes, pixelData } = header;
  const context = contextOf(attributes);
  if (context === null) return { kind: "refused", because: reason("intake.no-uids"), context: null };
  if (notPictures.has(context.series.sopClassUid)) return { kind: "not-image", context };
  const rows = attributes.unsigned16(tag.rows);
  const columns = attributes.unsigned16(tag.columns);
  if (pixelData === null && (rows === null || columns === null)) return { kind: "not-image", context };
  const refuse = (because: Reason): ImageReading => ({ kind: "refused", because, context });
  if (pixelData === null) return refuse(reason("intake.no-pixel-data"));
  const sopInstanceUid = attributes.text(tag.sopInstanceUid);
  const format = formatOf(attributes);
  if (sopInstanceUid === null || format === null) return refuse(reason("intake.incomplete-image-header"));
  const syntax = transferSyntax(header.transferSyntaxUid);
  if (syntax === null) return refuse(reason("intake.unknown-transfer-syntax", { uid: header.transferSyntaxUid }));
  const frames = attributes.decimal(tag.numberOfFrames) ?? 1;
  if (!(Number.isInteger(frames) && frames >= 0 && frames <= mostFrames)) return refuse(reason("intake.incomplete-image-header"));
  const megapixels = Math.round((format.rows * format.columns) / 1e6);
  if (format.rows * format.columns > mostPixels) return refuse(reason("intake.image-too-large", { megapixels }));
  const location = await locate(header.file, pixelData, format, Math.max(1, frames));
  if (location.kind === "short")
    return refuse(reason("intake.pixel-data-short", { expectedBytes: location.expectedBytes, foundBytes: location.foundBytes }));
  if (location.kind === "ambiguous") return refuse(reason("intake.ambiguous-fragments", { fragments: location.fragments, frames }));
  const image: ImageFile = {
    origin,
    fileBytes: header.fileBytes,
    context,
    sopInstanceUid,
    instanceNumber: attributes.decimal(tag.instanceNumber),
    transferSyntaxUid: header.transferSyntaxUid,
    lossyCompressed: isLossy(attributes, syntax),
    format,
    padding: paddingOf(attributes, format),
    frames: describeFrames(attributes, location.frames),
  };
  return { kind: "image", image };
}

/** A syntax that can be either (JPEG 2000 .91, HTJ2K .203) counts as lossless when the file says that no lossy compression took place. */
function isLossy(attributes: Attributes, syntax: TransferSyntax): boolean {
  const said = attributes.text(tag.lossyImageCompression);
  if (said === "01") return true;
  const either = syntax.codec === "jpeg-2000" || syntax.codec === "htj2k";
  return syntax.lossy && !(either && said === "00");
}

/** What a header says of the person, the study and the series; null where it lacks what every object must have. */
export function contextOf(attributes: Attributes): ImageContext | null {
  const { text, decimal } = attributes;
  const studyInstanceUid = text(tag.studyInstanceUid);
  const seriesInstanceUid = text(tag.seriesInstanceUid);
  const sopClassUid = text(tag.sopClassUid);
  const modality = text(tag.modality);
  if (studyInstanceUid === null || seriesInstanceUid === null || sopClassUid === null || modality === null) return null;
  return {
    patient: {
      id: text(tag.patientId),
      name: text(tag.patientName),
      birthDate: text(tag.patientBirthDate),
      sex: text(tag.patientSex),
      ageYears: ageYears(text(tag.patientAge)),
    },
    study: {
      studyInstanceUid,
      studyDate: text(tag.studyDate),
      studyTime: text(tag.studyTime),
      accessionNumber: text(tag.accessionNumber),
      studyDescription: text(tag.studyDescription),
      institutionName: text(tag.institutionName),
    },
    series: {
      seriesInstanceUid,
      frameOfReferenceUid: text(tag.frameOfReferenceUid),
      seriesNumber: decimal(tag.seriesNumber),
      seriesDescription: text(tag.seriesDescription),
      protocolName: text(tag.protocolName),
      bodyPartExamined: text(tag.bodyPartExamined),
      modality,
      sopClassUid,
      manufacturer: text(tag.manufacturer),
      manufacturerModelName: text(tag.manufacturerModelName),
      contrastAgent: text(tag.contrastBolusAgent),
      patientPosition: text(tag.patientPosition),
    },
  };
}

/** An AS value (PS3.5 6.2), `068Y`, `018M`, `003W`, `020D`, in years. */
function ageYears(age: string | null): number | null {
  const match = /^(\d{1,3})([YMWD])$/.exec(age ?? "");
  if (!match) return null;
  const perYear: Readonly<Record<string, number>> = { Y: 1, M: 12, W: 365.25 / 7, D: 365.25 };
  return Number(match[1]) / (perYear[match[2] ?? "Y"] ?? 1);
}

function formatOf(attributes: Attributes): PixelFormat | null {
  const rows = attributes.unsigned16(tag.rows);
  const columns = attributes.unsigned16(tag.columns);
  const bitsAllocated = attributes.unsigned16(tag.bitsAllocated);
  if (!rows || !columns || !bitsAllocated || ![8, 16, 32].includes(bitsAllocated)) return null;
  const bitsStored = attributes.unsigned16(tag.bitsStored) ?? bitsAllocated;
  const highBit = attributes.unsigned16(tag.highBit) ?? bitsStored - 1;
  const representation = attributes.unsigned16(tag.pixelRepresentation);
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit >= bitsAllocated || highBit < bitsStored - 1 || representation === null)
    return null;
  return {
    rows,
    columns,
    samplesPerPixel: attributes.unsigned16(tag.samplesPerPixel) ?? 1,
    photometricInterpretation: attributes.text(tag.photometricInterpretation) ?? "MONOCHROME2",
    bitsAllocated,
    bitsStored,
    highBit,
    signed: representation === 1,
  };
}

/** The two attributes have the representation of the pixels, whichever VR (US or SS) they were stored with. */
function paddingOf(attributes: Attributes, format: PixelFormat): PaddingRange | null {
  const bits = attributes.unsigned16(tag.pixelPaddingValue);
  if (bits === null) return null;
  const value = format.signed ? (bits << 16) >> 16 : bits;
  const limitBits = attributes.unsigned16(tag.pixelPaddingRangeLimit) ?? bits;
  const limit = format.signed ? (limitBits << 16) >> 16 : limitBits;
  return { low: Math.min(value, limit), high: Math.max(value, limit) };
}

async function locate(file: ByteSource, place: PixelDataPlace, format: PixelFormat, frames: number): Promise<FrameLocation> {
  if (place.length === "encapsulated") return locateEncapsulatedFrames(file, place.offset, frames);
  const frameBytes = format.rows * format.columns * format.samplesPerPixel * (format.bitsAllocated / 8);
  // Where a deflated data set ends shows when its frames are read.
  return locateNativeFrames(place.offset, Math.min(file.size - place.offset, place.length), frameBytes, frames);
}
