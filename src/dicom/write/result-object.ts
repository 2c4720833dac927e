import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { derivedUid } from "../../base/uid.ts";
import { type DataSet, elementsOf } from "./data-set.ts";
import { encodeElements, part10File } from "./elements.ts";

/** What all results of one read share. */
export interface ResultContext {
  /** Patient and study, from `sourceIdentity`. */
  readonly identity: DataSet;
  /** Program that read. */
  readonly overread: { readonly version: string; readonly commit: string };
  readonly language: "en" | "zh";
}

/** The series an object stands in: one for each kind of object, study and version of the program. */
export interface ResultSeries {
  /** Stable name, part of the derived series UID, e.g. "sr-comprehensive-3d". */
  readonly kind: string;
  readonly modality: string;
  readonly number: number;
  /** In the language of the read. */
  readonly description: string;
}

/** A finished DICOM file. */
export interface ResultObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Completes an object with patient, study, series, equipment and SOP common modules (PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.1, C.7.5.2, C.12.1) and
 * encodes it as Explicit VR Little Endian in ISO_IR 192.
 *
 * Nothing depends on the clock, and the instance UID is derived from the content: the same read gives the same bytes under the same UID, and different
 * bytes never share one. Content date and time are therefore those of the examination.
 * @param body the attributes of the object's own modules
 */
export function resultObject(sopClassUid: string, series: ResultSeries, body: DataSet, context: ResultContext): ResultObject {
  const { identity, overread } = context;
  const study = textOf(identity.StudyInstanceUID);
  const seriesInstanceUid = derivedUid("result series", study, series.kind, overread.version, overread.commit, context.language);
  const { date, time } = contentMoment(identity);
  const dataSet: DataSet = {
    ...identity,
    SpecificCharacterSet: "ISO_IR 192",
    SOPClassUID: sopClassUid,
    SeriesInstanceUID: seriesInstanceUid,
    Modality: series.modality,
    SeriesNumber: String(series.number),
    SeriesDescription: series.description,
    SeriesDate: date,
    SeriesTime: time,
    ContentDate: date,
    ContentTime: time,
    Manufacturer: "Overread",
    ManufacturerModelName: "Overread",
    DeviceSerialNumber: overread.commit,
    SoftwareVersions: [overread.version, overread.commit],
    ...body,
  };
  const digest = bytesToHex(sha256(encoded(dataSet)));
  const sopInstanceUid = derivedUid("result object", study, digest);
  const bytes = encoded({ ...dataSet, SOPInstanceUID: sopInstanceUid });
  return {
    sopClassUid,
    sopInstanceUid,
    seriesInstanceUid,
    bytes: part10File(sopClassUid, sopInstanceUid, bytes, "explicit-le"),
  };
}

const encoded = (dataSet: DataSet): Uint8Array =>
  encodeElements(elementsOf(dataSet), "explicit-le", (text) => new TextEncoder().encode(text));

/** Study date and time; where the images give none, the first day DICOM readers accept, so that nothing claims a date nobody knows. */
function contentMoment(identity: DataSet): { date: string; time: string } {
  return { date: textOf(identity.StudyDate) || "19000101", time: textOf(identity.StudyTime) || "000000" };
}

const textOf = (value: string | readonly string[] | undefined): string => (typeof value === "string" ? value : (value?.[0] ?? ""));
