import { Fault } from "../../base/fault.ts";
import { type DataSetPlace, type Element, readElements, readItems } from "../read-elements.ts";
import type { Header } from "../read-header.ts";
import { tag } from "../tags.ts";
import { transferSyntax } from "../transfer-syntax.ts";
import { joined, part10File } from "../write/elements.ts";
import { type EncodedFrame, isDecodable } from "./decode-stored-frame.ts";
import { isPixelData, swapped, valueBytes } from "./dicom-json.ts";
import { standardVr } from "./standard-vrs.ts";
import { encodedFrame, frameBytes, headerPlace, type StoredImage } from "./stored-image.ts";

/** Whether an object can be given in Explicit VR Little Endian: it has no pixels, or they can be unpacked. */
export function canBeExplicit({ transferSyntaxUid }: Header, image: StoredImage | null): boolean {
  const syntax = transferSyntax(transferSyntaxUid);
  return syntax !== null && (image === null || (isDecodable(syntax, image.format) && pixelBytes(image) < 0xffffffff));
}

/**
 * A stored object as a file in Explicit VR Little Endian, frame by frame: VRs of implicit ones by the dictionary, pixels unpacked. What stands behind
 * the pixels, and group lengths, are left out.
 * @param decode unpacks a frame
 * @throws Fault dicom-web.broken-object, dicom-web.cannot-decode
 */
export async function* explicitFile(
  header: Header,
  image: StoredImage | null,
  decode: (frame: EncodedFrame) => Promise<Uint8Array | null>,
): AsyncGenerator<Uint8Array> {
  const { attributes } = header;
  const classUid = attributes.text(tag.sopClassUid) ?? "";
  yield part10File(classUid, attributes.text(tag.sopInstanceUid) ?? "", explicitElements(await headerPlace(header), false), "explicit-le");
  if (image === null) return;
  const bytes = pixelBytes(image);
  const even = bytes + (bytes % 2);
  yield head(0x7fe00010, image.format.bitsAllocated > 8 ? "OW" : "OB", even);
  for (let index = 0; index < image.frames.length; index++) {
    const frame = await decode(await encodedFrame(image, index));
    if (frame === null) throw new Fault("dicom-web.cannot-decode");
    yield frame;
  }
  if (even > bytes) yield new Uint8Array(1);
}

const pixelBytes = ({ format, frames }: StoredImage): number => Math.ceil(frameBytes(format)) * frames.length;

function explicitElements(place: DataSetPlace, outerSigned: boolean): Uint8Array {
  const read = readElements(place);
  if (typeof read === "string") throw new Fault("dicom-web.broken-object");
  const { littleEndian } = place.encoding;
  const bytesOf = ({ offset, length }: Element): Uint8Array => place.bytes.subarray(offset, offset + length);
  const representation = read.elements.get(0x00280103);
  const signed = representation === undefined ? outerSigned : bytesOf(representation)[littleEndian ? 0 : 1] === 1;
  const parts: Uint8Array[] = [];
  for (const [name, element] of [...read.elements].sort(([a], [b]) => a - b)) {
    if ((name & 0xffff) === 0 || isPixelData(name)) continue;
    const said = element.vr ?? standardVr(name, signed);
    const isSequence = said === "SQ" || element.undefinedLength;
    const value = isSequence ? explicitItems(place, element, signed) : bytesOf(element);
    const vr = isSequence ? "SQ" : said;
    const ordered = littleEndian || isSequence ? value : swapped(value, valueBytes[vr] ?? 1);
    // A value too long for the length field of its VR (PS3.5 6.2.2).
    const fitting = shortVrs.has(vr) && ordered.length > 0xfffe ? "UN" : vr;
    parts.push(head(name, fitting, ordered.length), ordered);
  }
  return joined(parts);
}

function explicitItems(place: DataSetPlace, element: Element, signed: boolean): Uint8Array {
  return joined(
    readItems(place.bytes, element, place.encoding).flatMap((item) => {
      const bytes = explicitElements(item, signed);
      const start = Buffer.alloc(8);
      start.writeUInt32LE(0xe000fffe);
      start.writeUInt32LE(bytes.length, 4);
      return [start, bytes];
    }),
  );
}

const shortVrs: ReadonlySet<string> = new Set("AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split(" "));

/** Tag, VR and length of an element (PS3.5 7.1.2). */
function head(name: number, vr: string, length: number): Uint8Array {
  const bytes = Buffer.alloc(shortVrs.has(vr) ? 8 : 12);
  bytes.writeUInt16LE(name >>> 16);
  bytes.writeUInt16LE(name & 0xffff, 2);
  bytes.write(vr, 4, "latin1");
  if (shortVrs.has(vr)) bytes.writeUInt16LE(length, 6);
  else bytes.writeUInt32LE(length, 8);
  return bytes;
}
