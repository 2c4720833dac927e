import { Fault } from "../../base/fault.ts";
import { type Reason, reason } from "../../base/reason.ts";
import { type ByteOrigin, type ByteSource, openOrigin } from "../byte-source.ts";
import { findFiles } from "../find-files.ts";
import { type Header, readHeader } from "../read-header.ts";
import { tag } from "../tags.ts";
import { part10File } from "../write/elements.ts";

/** A DICOM file as it is sent: nothing of it is encoded anew. */
export interface StorableObject {
  readonly origin: ByteOrigin;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Where the data set begins, behind the file meta information. */
  readonly dataSetOffset: number;
  /** Bytes that the file lacks in front to be a PS3.10 file; empty where it is one. */
  readonly front: Uint8Array;
  /** Study and version of the read that made it, where Overread did: objects of one read share it. */
  readonly read: string | null;
  /** Name and ID of the patient, to keep them out of what is shown. */
  readonly identifiers: readonly string[];
}

export interface FoundObjects {
  readonly objects: readonly StorableObject[];
  /** Why files that are, or seem to be, DICOM cannot be sent. */
  readonly unreadable: readonly Reason[];
}

/**
 * All DICOM objects under folders, zip archives, DICOMDIR files or single files. What is not DICOM is passed by, as is a DICOMDIR itself.
 * @param progress 0 … 1
 * @throws Fault for an archive that is unsafe to read
 */
export async function findObjects(
  paths: readonly string[],
  signal: AbortSignal,
  progress: (fraction: number) => void,
): Promise<FoundObjects> {
  const found = await findFiles(paths, signal);
  const objects: StorableObject[] = [];
  const unreadable: Reason[] = found.refused.map(({ because }) => because);
  for (const [index, origin] of found.origins.entries()) {
    signal.throwIfAborted();
    progress(index / found.origins.length);
    const read = await readObject(origin);
    if (read === null) continue;
    if ("code" in read) unreadable.push(read);
    else objects.push(read);
  }
  return { objects, unreadable };
}

async function readObject(origin: ByteOrigin): Promise<StorableObject | Reason | null> {
  try {
    const source = await openOrigin(origin);
    try {
      const reading = await readHeader(source);
      if (reading.kind === "not-dicom") return null;
      return reading.kind === "broken" ? reading.because : await objectOf(origin, source, reading.header);
    } finally {
      await source.close();
    }
  } catch (error) {
    if (error instanceof Fault) return reason(`intake.${error.code}`);
    throw error;
  }
}

async function objectOf(
  origin: ByteOrigin,
  source: ByteSource,
  { attributes, transferSyntaxUid }: Header,
): Promise<StorableObject | Reason | null> {
  if (attributes.has(tag.directoryRecordSequence)) return null;
  const sopClassUid = attributes.text(tag.sopClassUid);
  const sopInstanceUid = attributes.text(tag.sopInstanceUid);
  if (!isUid(sopClassUid) || !isUid(sopInstanceUid) || !isUid(transferSyntaxUid)) return reason("intake.no-uids");
  const head = await source.read(0, 132);
  const metaOffset = isPrefix(head, 128) ? 132 : isPrefix(head, 0) ? 4 : 0;
  const dataSetOffset = await endOfMeta(source, metaOffset);
  // A bare data set is in one of the two syntaxes that part10File writes.
  const encoding = transferSyntaxUid === "1.2.840.10008.1.2" ? "implicit-le" : "explicit-le";
  const empty = new Uint8Array();
  const front = metaOffset === 132 ? empty : part10File(sopClassUid, sopInstanceUid, empty, encoding);
  const maker = attributes.text(tag.manufacturer) === "Overread" ? attributes.texts(softwareVersions) : [];
  return {
    origin,
    sopClassUid,
    sopInstanceUid,
    transferSyntaxUid,
    size: source.size,
    dataSetOffset,
    front: dataSetOffset > 0 ? front.subarray(0, 132 - metaOffset) : front,
    read: maker.length > 0 ? [attributes.text(tag.studyInstanceUid), ...maker].join(" ") : null,
    identifiers: [tag.patientName, tag.patientId]
      .flatMap((name) => attributes.texts(name))
      .flatMap((value) => value.split(/[\^=\s]+/))
      .filter((value) => value.length > 1),
  };
}

const softwareVersions = "x00181020";

const isUid = (text: string | null): text is string => text !== null && /^[\x21-\x7e]{1,64}$/.test(text);

const isPrefix = (bytes: Uint8Array, at: number): boolean => latin1(bytes.subarray(at, at + 4)) === "DICM";

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** Where the elements of group 0002, always Explicit VR Little Endian (PS3.10 7.1), end. Their group length is not trusted. */
async function endOfMeta(source: ByteSource, start: number): Promise<number> {
  for (let at = start; ; ) {
    const head = await source.read(at, 12);
    if (head.length < 12) return at;
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    if (view.getUint16(0, true) !== 2) return at;
    const isLong = /^(O[BDFLVW]|S[QV]|U[CNRTV])$/.test(latin1(head.subarray(4, 6)));
    at += isLong ? 12 + view.getUint32(8, true) : 8 + view.getUint16(6, true);
  }
}
