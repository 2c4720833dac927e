import { type Reason, reason } from "../../base/reason.ts";
import { attributesOf } from "../attributes.ts";
import { encodingOf, fileStart } from "../file-start.ts";
import { type DataSetPlace, type Element, pixelDataTag, readElements, readItems } from "../read-elements.ts";
import { transferSyntax } from "../transfer-syntax.ts";
import { readingTag } from "../write/dictionary.ts";
import { encodeElements, joined, part10File, type Element as Written } from "../write/elements.ts";
import { inOrder, keptElements } from "./kept-elements.ts";
import { type Pseudonyms, patientKey } from "./pseudonyms.ts";

/** Image classes whose attributes are known well enough (PS3.4 B.5), and whether their pixels commonly show text. */
const classes: ReadonlyMap<string, "plain" | "may-show-text"> = new Map([
  ["1.2.840.10008.5.1.4.1.1.2", "plain"], // CT
  ["1.2.840.10008.5.1.4.1.1.4", "plain"], // MR
  ["1.2.840.10008.5.1.4.1.1.128", "plain"], // PET
  ["1.2.840.10008.5.1.4.1.1.1", "may-show-text"], // computed radiography
  ["1.2.840.10008.5.1.4.1.1.1.1", "plain"], // digital radiography, for presentation
  ["1.2.840.10008.5.1.4.1.1.1.1.1", "plain"], // and for processing
  ["1.2.840.10008.5.1.4.1.1.1.2", "plain"], // mammography, for presentation
  ["1.2.840.10008.5.1.4.1.1.1.2.1", "plain"], // and for processing
  ["1.2.840.10008.5.1.4.1.1.6.1", "may-show-text"], // ultrasound
  ["1.2.840.10008.5.1.4.1.1.3.1", "may-show-text"], // of several frames
  ["1.2.840.10008.5.1.4.1.1.7", "may-show-text"], // secondary capture
]);

/** PS3.16 CID 7050: what was done. */
export const methods: readonly (readonly [code: string, meaning: string])[] = [
  ["113100", "Basic Application Confidentiality Profile"],
  ["113107", "Retain Longitudinal Temporal Information Modified Dates Option"],
  ["113108", "Retain Patient Characteristics Option"],
];

/** Present in every image, if need be empty (type 2). */
const neverAbsent = [
  [0x00080020, "DA"],
  [0x00080030, "TM"],
  [0x00080070, "LO"],
  [0x00100040, "CS"],
  [0x00201040, "LO"],
] as const;

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

export type Deidentified =
  | { readonly kind: "done"; readonly bytes: Uint8Array<ArrayBuffer>; readonly warnings: readonly Reason[] }
  | { readonly kind: "declined"; readonly because: Reason };

/**
 * A file without what says whose it is, after PS3.15 Annex E (Basic Application Level Confidentiality Profile; modified dates and patient characteristics
 * retained). Stricter than its table: only what `keptAttributes` names stays, all else goes. Pixels are not touched: `warnings` says where text may stand in them.
 * @param file a whole PS3.10 file
 * @param knownAs what the patient of its study is known by (`patientKey`), where files of one study may say it differently
 */
export function deidentify(file: Uint8Array<ArrayBufferLike>, pseudonyms: Pseudonyms, knownAs?: string): Deidentified {
  const declined = (code: string): Deidentified => ({ kind: "declined", because: reason(code) });
  const start = fileStart(file);
  if (typeof start === "string" || start.transferSyntaxUid === null) return declined("deidentify.unreadable");
  const syntax = transferSyntax(start.transferSyntaxUid);
  if (syntax === null || syntax.deflated || syntax.bigEndian) return declined("deidentify.encoding");
  const place: DataSetPlace = { bytes: file, from: start.dataSetAt, to: file.length, encoding: encodingOf(syntax.uid) };
  const read = readElements(place);
  if (typeof read === "string") return declined("deidentify.unreadable");
  const attributes = attributesOf(place);
  const text = (keyword: Parameters<typeof readingTag>[0]): string => attributes.text(readingTag(keyword))?.trim() ?? "";
  const pixels = read.elements.get(pixelDataTag);
  const sopClassUid = text("SOPClassUID");
  const sopInstanceUid = text("SOPInstanceUID");
  const kind = classes.get(sopClassUid);
  if (kind === undefined || pixels === undefined) return declined("deidentify.class");
  const studyInstanceUid = text("StudyInstanceUID");
  if (sopInstanceUid === "" || studyInstanceUid === "") return declined("deidentify.unreadable");

  const patient = knownAs ?? patientKey(text("PatientID"), studyInstanceUid, text("IssuerOfPatientID"));
  const encoding = place.encoding.explicit ? "explicit-le" : "implicit-le";
  const kept = keptElements(place, pseudonyms, patient);
  const put = (...element: Written): void => void kept.set(element[0], encodeElements([element], encoding, ascii));
  for (const [tag, vr] of neverAbsent) if (!kept.has(tag)) put(tag, vr, "");
  put(0x00080050, "SH", "");
  put(0x00080090, "PN", "");
  put(0x00100010, "PN", pseudonyms.patient(patient));
  put(0x00100020, "LO", pseudonyms.patient(patient));
  put(0x00100030, "DA", "");
  put(0x00120062, "CS", "YES");
  put(0x00120064, "SQ", methods.map(codeItem));
  put(0x00200010, "SH", "");
  put(0x00280303, "CS", "MODIFIED");
  const end = pixels.undefinedLength ? endOfFragments(file, pixels) : pixels.offset + pixels.length;
  if (end === null || end > file.length) return declined("deidentify.unreadable");
  const head = pixels.offset - (place.encoding.explicit ? 12 : 8);

  const burnedIn = text("BurnedInAnnotation");
  const warnings = [
    ...(burnedIn === "YES" ? [reason("deidentify.burned-in")] : []),
    ...(burnedIn !== "YES" && burnedIn !== "NO" && kind === "may-show-text" ? [reason("deidentify.may-be-burned-in")] : []),
  ];
  const dataSet = joined([...inOrder(kept), file.subarray(head, end)]);
  return { kind: "done", bytes: part10File(sopClassUid, pseudonyms.uid(sopInstanceUid), dataSet, encoding, syntax.uid), warnings };
}

const codeItem = ([code, meaning]: readonly [string, string]): Written[] => [
  [0x00080100, "SH", code],
  [0x00080102, "SH", "DCM"],
  [0x00080104, "LO", meaning],
];

/** Behind the delimiter of encapsulated pixel data (PS3.5 A.4); null where there is none. */
function endOfFragments(bytes: Uint8Array<ArrayBufferLike>, pixels: Element): number | null {
  const end = readItems(bytes, { ...pixels, length: bytes.length - pixels.offset }, encodingOf("")).at(-1)?.to ?? pixels.offset;
  return [0xfe, 0xff, 0xdd, 0xe0].every((byte, n) => bytes[end + n] === byte) ? end + 8 : null;
}
