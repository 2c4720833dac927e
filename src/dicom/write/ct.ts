import { derivedUid } from "../../base/uid.ts";
import { toPatient } from "../../volume/grid.ts";
import { cross, voxelPoint } from "../../volume/space.ts";
import type { Volume } from "../../volume/volume.ts";
import { decimalString, type Element, type EncodeText, type Encoding, encodeElements, joined, part10File } from "./elements.ts";

const ctImageStorage = "1.2.840.10008.5.1.4.1.1.2";

/** What stands in the files beside geometry and pixels. Nothing physical is invented: what is left out is left out (or empty where type 2). */
export interface CtHeaders {
  /** Study, series, frame of reference and instance UIDs are derived from these parts unless given: same parts, same UIDs. */
  readonly uidParts: readonly string[];
  readonly studyInstanceUid?: string;
  readonly seriesInstanceUid?: string;
  readonly frameOfReferenceUid?: string;
  readonly patientName: string;
  readonly patientId: string;
  readonly patientBirthDate?: string;
  readonly patientSex?: "M" | "F" | "O";
  readonly patientAge?: string;
  /** YYYYMMDD and HHMMSS. */
  readonly studyDate: string;
  readonly studyTime: string;
  readonly accessionNumber?: string;
  readonly studyId?: string;
  readonly studyDescription?: string;
  readonly seriesDescription?: string;
  readonly seriesNumber?: number;
  readonly bodyPart?: string;
  readonly patientPosition?: string;
  /** ORIGINAL\PRIMARY\AXIAL when left out. */
  readonly imageType?: readonly string[];
  readonly manufacturer?: string;
  readonly modelName?: string;
  readonly sliceThicknessMm?: number;
  readonly kvp?: number;
  readonly tubeCurrentMa?: number;
  readonly exposureMas?: number;
  readonly convolutionKernel?: string;
  readonly contrastAgent?: string;
  /** More elements; one with a tag that is written anyway replaces it. */
  readonly extra?: readonly Element[];
  /** Tags not to write (to make a file that lacks them). */
  readonly without?: readonly number[];
}

export interface WriteCtOptions {
  readonly encoding?: Encoding;
  /** 12 bits and 16 bits unsigned with intercept −1024 (the default is 12), 16 bits signed with intercept 0; an own intercept is taken as given. */
  readonly stored?: "unsigned-12" | "unsigned-16" | "signed-16";
  readonly rescaleIntercept?: number;
  /** Voxels of this HU are padding outside the field of view: written as such, with Pixel Padding Value. */
  readonly paddingHu?: number;
  /** Which slice is instance 1: the first of the volume (default) or the last. */
  readonly order?: "forward" | "reverse";
  /** The character set of (0008,0005) and how its texts are encoded; ISO_IR 192 (UTF-8) when left out. */
  readonly characterSet?: { readonly term: string; readonly encode: EncodeText };
}

export interface DicomFile {
  readonly fileName: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * A volume as a series of single-frame CT images (PS3.3 A.3), one file a slice, whatever the grid's orientation.
 * HU that the stored form cannot hold are clipped to its range.
 * @throws RangeError when paddingHu has no stored value
 */
export function writeCtSeries(volume: Volume, headers: CtHeaders, options: WriteCtOptions = {}): DicomFile[] {
  return [...ctSeriesFiles(volume, headers, options)];
}

/** As writeCtSeries, one file at a time, so that a long series never stands in memory twice. */
export function* ctSeriesFiles(volume: Volume, headers: CtHeaders, options: WriteCtOptions = {}): Generator<DicomFile> {
  const { encoding = "explicit-le", order = "forward" } = options;
  const encodeText = options.characterSet?.encode ?? utf8;
  const slices = volume.grid.size[2];
  const uids = seriesUids(headers);
  const storage = storageOf(options);
  const shared = [...commonElements(headers, uids, options), ...imageElements(volume, headers, storage), ...acquisitionElements(headers)];
  const normal = cross(volume.grid.directions[0], volume.grid.directions[1]);
  for (let instance = 1; instance <= slices; instance++) {
    const k = order === "forward" ? instance - 1 : slices - instance;
    const position = toPatient(volume.grid, voxelPoint(0, 0, k));
    const sopInstanceUid = derivedUid(uids.series, "instance", String(instance));
    const elements: Element[] = [
      ...shared,
      [0x00080016, "UI", ctImageStorage],
      [0x00080018, "UI", sopInstanceUid],
      [0x00200013, "IS", String(instance)],
      [0x00200032, "DS", position.map(decimalString)],
      [0x00201041, "DS", decimalString(position[0] * normal[0] + position[1] * normal[1] + position[2] * normal[2])],
    ];
    const head = encodeElements(finished(elements, headers), encoding, encodeText);
    const pixels = encodeElements([[0x7fe00010, "OW", storedSlice(volume, k, storage)]], encoding, encodeText);
    const bytes = part10File(ctImageStorage, sopInstanceUid, joined([head, pixels]), encoding);
    yield { fileName: `IM${String(instance).padStart(4, "0")}.dcm`, bytes };
  }
}

const utf8: EncodeText = (text) => new TextEncoder().encode(text);

export interface SeriesUids {
  readonly study: string;
  readonly series: string;
  readonly frame: string;
}

/** UIDs of study, series and frame of reference: those given, or derived. */
export function seriesUids(headers: CtHeaders): SeriesUids {
  return {
    study: headers.studyInstanceUid ?? derivedUid(...headers.uidParts, "study"),
    series: headers.seriesInstanceUid ?? derivedUid(...headers.uidParts, "series", String(headers.seriesNumber ?? 1)),
    frame: headers.frameOfReferenceUid ?? derivedUid(...headers.uidParts, "frame of reference"),
  };
}

/** Extra elements in, unwanted ones out. */
export function finished(elements: readonly Element[], headers: CtHeaders): Element[] {
  const byTag = new Map([...elements, ...(headers.extra ?? [])].map((element) => [element[0], element]));
  for (const tag of headers.without ?? []) byTag.delete(tag);
  return [...byTag.values()];
}

/** Patient, study, series, frame of reference and equipment (PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.4.1, C.7.5.1). */
export function commonElements(headers: CtHeaders, uids: SeriesUids, options: WriteCtOptions): Element[] {
  const elements: Element[] = [
    [0x00080005, "CS", options.characterSet?.term ?? "ISO_IR 192"],
    [0x00080020, "DA", headers.studyDate],
    [0x00080021, "DA", headers.studyDate],
    [0x00080022, "DA", headers.studyDate],
    [0x00080023, "DA", headers.studyDate],
    [0x00080030, "TM", headers.studyTime],
    [0x00080031, "TM", headers.studyTime],
    [0x00080032, "TM", headers.studyTime],
    [0x00080033, "TM", headers.studyTime],
    [0x00080050, "SH", headers.accessionNumber ?? ""],
    [0x00080060, "CS", "CT"],
    [0x00080070, "LO", headers.manufacturer ?? ""],
    [0x00080090, "PN", ""],
    [0x00100010, "PN", headers.patientName],
    [0x00100020, "LO", headers.patientId],
    [0x00100030, "DA", headers.patientBirthDate ?? ""],
    [0x00100040, "CS", headers.patientSex ?? ""],
    [0x00185100, "CS", headers.patientPosition ?? "HFS"],
    [0x0020000d, "UI", uids.study],
    [0x0020000e, "UI", uids.series],
    [0x00200010, "SH", headers.studyId ?? "1"],
    [0x00200011, "IS", String(headers.seriesNumber ?? 1)],
    [0x00200012, "IS", "1"],
    [0x00200052, "UI", uids.frame],
    [0x00201040, "LO", ""],
  ];
  if (headers.studyDescription !== undefined) elements.push([0x00081030, "LO", headers.studyDescription]);
  if (headers.seriesDescription !== undefined) elements.push([0x0008103e, "LO", headers.seriesDescription]);
  if (headers.modelName !== undefined) elements.push([0x00081090, "LO", headers.modelName]);
  if (headers.patientAge !== undefined) elements.push([0x00101010, "AS", headers.patientAge]);
  if (headers.bodyPart !== undefined) elements.push([0x00180015, "CS", headers.bodyPart]);
  return elements;
}

/** Image pixel, image plane and rescale (PS3.3 C.7.6.2, C.7.6.3, C.8.2.1). */
function imageElements(volume: Volume, headers: CtHeaders, storage: Storage): Element[] {
  const { spacingMm, directions } = volume.grid;
  return [
    [0x00080008, "CS", headers.imageType ?? ["ORIGINAL", "PRIMARY", "AXIAL"]],
    [0x00180050, "DS", headers.sliceThicknessMm === undefined ? "" : decimalString(headers.sliceThicknessMm)],
    [0x00200037, "DS", [...directions[0], ...directions[1]].map(decimalString)],
    [0x00280030, "DS", [spacingMm[1], spacingMm[0]].map(decimalString)],
    [0x00281050, "DS", ["-600", "40"]],
    [0x00281051, "DS", ["1500", "400"]],
    ...pixelElements(volume, storage),
    [0x00281052, "DS", decimalString(storage.intercept)],
    [0x00281053, "DS", "1"],
    [0x00281054, "LO", "HU"],
  ];
}

/** Attributes of the image pixel module, the same in every kind of CT object. */
export function pixelElements(volume: Volume, storage: Storage): Element[] {
  const elements: Element[] = [
    [0x00280002, "US", 1],
    [0x00280004, "CS", "MONOCHROME2"],
    [0x00280010, "US", volume.grid.size[1]],
    [0x00280011, "US", volume.grid.size[0]],
    [0x00280100, "US", 16],
    [0x00280101, "US", storage.bits],
    [0x00280102, "US", storage.bits - 1],
    [0x00280103, "US", storage.signed ? 1 : 0],
  ];
  if (storage.padding !== undefined) elements.push([0x00280120, storage.signed ? "SS" : "US", storage.padding]);
  return elements;
}

/** What is known of the acquisition, for single-frame CT (PS3.3 C.8.2.1). */
function acquisitionElements(headers: CtHeaders): Element[] {
  const elements: Element[] = [[0x00180060, "DS", headers.kvp === undefined ? "" : decimalString(headers.kvp)]];
  if (headers.tubeCurrentMa !== undefined) elements.push([0x00181151, "IS", String(Math.round(headers.tubeCurrentMa))]);
  if (headers.exposureMas !== undefined) elements.push([0x00181152, "IS", String(Math.round(headers.exposureMas))]);
  if (headers.convolutionKernel !== undefined) elements.push([0x00181210, "SH", headers.convolutionKernel]);
  if (headers.contrastAgent !== undefined) elements.push([0x00180010, "LO", headers.contrastAgent]);
  return elements;
}

export interface Storage {
  readonly bits: number;
  readonly signed: boolean;
  readonly intercept: number;
  readonly least: number;
  readonly most: number;
  readonly padding: number | undefined;
}

/** The stored form and its range. */
export function storageOf(options: WriteCtOptions): Storage {
  const stored = options.stored ?? "unsigned-12";
  const signed = stored === "signed-16";
  const bits = stored === "unsigned-12" ? 12 : 16;
  const intercept = options.rescaleIntercept ?? (signed ? 0 : -1024);
  const least = signed ? -32768 : 0;
  const most = signed ? 32767 : 2 ** bits - 1;
  const padding = options.paddingHu === undefined ? undefined : options.paddingHu - intercept;
  if (padding !== undefined && !(Number.isInteger(padding) && padding >= least && padding <= most)) {
    throw new RangeError(`paddingHu ${options.paddingHu} has no stored value in ${stored} with intercept ${intercept}`);
  }
  return { bits, signed, intercept, least, most, padding };
}

/** One slice's stored values, little endian. */
export function storedSlice(volume: Volume, k: number, storage: Storage): Uint8Array<ArrayBuffer> {
  const count = volume.grid.size[0] * volume.grid.size[1];
  const { intercept, least, most } = storage;
  const values = new Uint16Array(count);
  const from = k * count;
  for (let at = 0; at < count; at++) values[at] = Math.min(most, Math.max(least, volume.data[from + at]! - intercept));
  // Typed arrays are in the machine's order; DICOM's is little endian.
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1)
    for (let at = 0; at < count; at++) values[at] = (values[at]! << 8) | (values[at]! >>> 8);
  return new Uint8Array(values.buffer);
}
