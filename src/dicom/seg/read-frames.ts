import { type Reason, reason } from "../../base/reason.ts";
import type { Attributes } from "../attributes.ts";
import { locateEncapsulatedFrames } from "../locate-frames.ts";
import type { Header } from "../read-header.ts";
import { decodeRle } from "../rle.ts";
import { tag } from "../tags.ts";
import { transferSyntax } from "../transfer-syntax.ts";

/** The frames of a segmentation, to be read one by one. */
export interface SegmentFrames {
  readonly rows: number;
  readonly columns: number;
  readonly count: number;
  /** Largest stored value of a FRACTIONAL segmentation; null for a BINARY one. */
  readonly maximum: number | null;
  /**
   * One frame, a byte a pixel, row by row: 1 inside, 0 outside. Of a FRACTIONAL segmentation, at least half of the maximum is inside.
   * @throws RangeError when the frame's bytes are not what the header says
   */
  readonly read: (index: number) => Promise<Uint8Array>;
}

const mostPixels = 2 ** 26;
const mostInflatedBytes = 2 ** 29;
const mostPixelsPerRleByte = 64;

/** Checks what the header says of the frames against the bytes that are there (PS3.3 C.8.20.2). No frame is read yet. */
export async function openFrames({ attributes, transferSyntaxUid, pixelData, file }: Header): Promise<SegmentFrames | Reason> {
  const shape = shapeOf(attributes);
  if (shape === null) return reason("intake.incomplete-image-header");
  if (pixelData === null) return reason("intake.no-pixel-data");
  const { pixels, count, bits, maximum } = shape;
  if (pixels > mostPixels) return reason("seg.too-large", { megavoxels: Math.round(pixels / 1e6) });
  const described = attributes.items(tag.perFrameFunctionalGroupsSequence).length;
  if (described !== count) return reason("seg.frames-contradict", { frames: count, described });
  const syntax = transferSyntax(transferSyntaxUid);
  const readable = syntax !== null && !syntax.bigEndian && (syntax.codec === "native" || (syntax.codec === "rle" && bits === 8));
  if (!readable) return reason("intake.unknown-transfer-syntax", { uid: transferSyntaxUid });
  const inside = maximum === null ? (value: number) => value !== 0 : (value: number) => 2 * value >= maximum;

  if (pixelData.length === "encapsulated") {
    const location = await locateEncapsulatedFrames(file, pixelData.offset, count);
    if (location.kind === "short") return shortOf(location.expectedBytes, location.foundBytes);
    if (location.kind === "ambiguous") return reason("intake.ambiguous-fragments", { fragments: location.fragments, frames: count });
    const read = async (index: number): Promise<Uint8Array> => {
      const pieces = await Promise.all((location.frames[index] ?? []).map(({ offset, length }) => file.read(offset, length)));
      const bytes = Buffer.concat(pieces);
      if (syntax.codec === "native") return unpack(bytes, 0, pixels, bits, inside);
      if (bytes.length * mostPixelsPerRleByte < pixels) throw new RangeError("an RLE frame too short for its pixels");
      return unpack(decodeRle(bytes, pixels, 1), 0, pixels, bits, inside);
    };
    return { ...shape, read };
  }
  const from = pixelData.offset;
  const needed = Math.ceil((count * pixels * bits) / 8);
  const found = Math.min(file.size - from, pixelData.length);
  if (found < needed) return shortOf(needed, Math.max(0, found));
  // Reading back in a deflated file starts from its beginning each time, so it is read once.
  if (syntax.deflated && needed > mostInflatedBytes) return reason("seg.too-large", { megavoxels: Math.round((count * pixels) / 1e6) });
  const inflated = syntax.deflated ? await file.read(from, needed) : null;
  // Frames of single bits follow one another without padding, so one may begin inside a byte (PS3.5 8.1.1).
  const read = async (index: number): Promise<Uint8Array> => {
    const firstBit = index * pixels * bits;
    const offset = from + Math.floor(firstBit / 8);
    const length = Math.ceil((firstBit + pixels * bits) / 8) - Math.floor(firstBit / 8);
    const bytes = inflated?.subarray(offset - from, offset - from + length) ?? (await file.read(offset, length));
    return unpack(bytes, firstBit % 8, pixels, bits, inside);
  };
  return { ...shape, read };
}

const shortOf = (expectedBytes: number, foundBytes: number): Reason => reason("intake.pixel-data-short", { expectedBytes, foundBytes });

function shapeOf(attributes: Attributes) {
  const rows = attributes.unsigned16(tag.rows);
  const columns = attributes.unsigned16(tag.columns);
  const count = attributes.decimal(tag.numberOfFrames);
  const bits = attributes.unsigned16(tag.bitsAllocated);
  const type = attributes.text(tag.segmentationType);
  const maximum = type === "FRACTIONAL" ? attributes.unsigned16(tag.maximumFractionalValue) : null;
  if (!rows || !columns || !count || !Number.isSafeInteger(count) || count < 1 || (bits !== 1 && bits !== 8)) return null;
  if (type === "FRACTIONAL" ? !maximum || bits !== 8 : type !== "BINARY") return null;
  return { rows, columns, count, bits, maximum, pixels: rows * columns } as const;
}

/** Bits fill each byte from its lowest one on (PS3.5 8.1.1). */
function unpack(
  bytes: Uint8Array<ArrayBufferLike>,
  firstBit: number,
  pixels: number,
  bits: number,
  inside: (value: number) => boolean,
): Uint8Array {
  if (bytes.length * 8 < firstBit + pixels * bits) throw new RangeError("a frame shorter than its pixels");
  const values = new Uint8Array(pixels);
  if (bits === 8) for (let n = 0; n < pixels; n++) values[n] = inside(bytes[n]!) ? 1 : 0;
  else for (let n = 0, bit = firstBit; n < pixels; n++, bit++) values[n] = (bytes[bit >> 3]! >> (bit & 7)) & 1;
  return values;
}
