import { attributesOf } from "./attributes.ts";
import type { ByteSource } from "./byte-source.ts";
import { inflatedBytes } from "./inflated-bytes.ts";
import { type Encoding, readElements, type Unreadable } from "./read-elements.ts";
import { tag } from "./tags.ts";

/** What stands in front of a file's data set (DICOM PS3.10 7.1), or fails to. */
export interface FileStart {
  /** Where the data set begins. */
  readonly dataSetAt: number;
  /** Null when the file meta information does not say. */
  readonly transferSyntaxUid: string | null;
  /** A data set without anything in front, its syntax guessed from its first element. */
  readonly bare: boolean;
}

const implicitUid = "1.2.840.10008.1.2";
const explicitUid = "1.2.840.10008.1.2.1";
const bigEndianUid = "1.2.840.10008.1.2.2";

/**
 * Reads PS3.10 files, those that lack the 128-byte preamble, and bare data sets (implicit or explicit little endian, as old modalities wrote them).
 * The length that the file meta information gives for itself is not trusted.
 */
export function fileStart(bytes: Uint8Array<ArrayBufferLike>): FileStart | Unreadable | "not-dicom" {
  const isPrefix = (at: number): boolean => [0x44, 0x49, 0x43, 0x4d].every((letter, n) => bytes[at + n] === letter);
  if (bytes.length >= 136 && isPrefix(128)) return behindMeta(bytes, 132);
  if (bytes.length < 24) return "not-dicom";
  if (isPrefix(0)) return behindMeta(bytes, 4);
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const group = head.getUint16(0, true);
  const element = head.getUint16(2, true);
  const explicit = isUpper(bytes[4]) && isUpper(bytes[5]);
  if (group === 2 && element <= 0x0010 && explicit) return behindMeta(bytes, 0);
  if (group !== 8 || element > 0x0018) return "not-dicom";
  if (explicit) return { dataSetAt: 0, transferSyntaxUid: explicitUid, bare: true };
  return head.getUint32(4, true) <= 256 ? { dataSetAt: 0, transferSyntaxUid: implicitUid, bare: true } : "not-dicom";
}

const isUpper = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x41 && byte <= 0x5a;

/** Group 0002 is always explicit little endian. */
function behindMeta(bytes: Uint8Array<ArrayBufferLike>, from: number): FileStart | Unreadable {
  const place = { bytes, from, to: bytes.length, encoding: encodingOf(explicitUid) };
  const meta = readElements(place, 0x0002);
  if (typeof meta === "string") return meta;
  const transferSyntaxUid = attributesOf({ ...place, to: meta.end }).text(tag.transferSyntaxUid);
  return { dataSetAt: meta.end, transferSyntaxUid, bare: false };
}

/** A syntax that is not known is taken for explicit little endian, as all later ones are. */
export const encodingOf = (transferSyntaxUid: string): Encoding => ({
  explicit: transferSyntaxUid !== implicitUid,
  littleEndian: transferSyntaxUid !== bigEndianUid,
});

/** No file meta information is longer. */
const longestStart = 2 ** 20;

/**
 * A file of the deflated syntax (PS3.5 A.5) with its data set inflated behind what stands in front of it. Its size is known to nobody before.
 * @param dataSetAt looked for in the file when left out
 */
export async function inflatedFile(source: ByteSource, dataSetAt?: number): Promise<ByteSource> {
  const head = await source.read(0, dataSetAt ?? longestStart);
  const start = dataSetAt === undefined ? fileStart(head) : { dataSetAt };
  const at = typeof start === "string" ? head.length : start.dataSetAt;
  const inflated = inflatedBytes((offset, length) => source.read(at + offset, length), head.subarray(0, at));
  const close = async (): Promise<void> => {
    await inflated.close();
    await source.close();
  };
  return { name: source.name, size: Number.POSITIVE_INFINITY, read: inflated.read, close };
}
