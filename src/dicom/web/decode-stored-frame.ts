import type { Task } from "../../volume/threads.ts";
import { Codecs } from "../codecs.ts";
import type { PixelFormat } from "../image-file.ts";
import { decodeRle } from "../rle.ts";
import { type TransferSyntax, transferSyntax } from "../transfer-syntax.ts";
import { swapped } from "./dicom-json.ts";

/** One frame as it is stored, and what its bytes mean. */
export interface EncodedFrame {
  readonly bytes: Uint8Array<ArrayBufferLike>;
  readonly transferSyntaxUid: string;
  readonly format: PixelFormat;
}

/** Of this thread; compiling them takes longer than decoding a frame. */
const codecs = new Codecs();

/** Stored values of one frame, little endian, as Explicit VR Little Endian would hold them; null where they cannot be had. */
export const decodeStoredFrameTask: Task<EncodedFrame, Uint8Array | null> = {
  name: "decode-stored-frame",
  timeLimitMs: () => 30_000,
  compute: decodeStoredFrame,
};

export function decodeStoredFrame({ bytes, transferSyntaxUid, format }: EncodedFrame): Uint8Array | null {
  const syntax = transferSyntax(transferSyntaxUid);
  if (syntax === null || !isDecodable(syntax, format)) return null;
  if (syntax.codec === "native") return syntax.bigEndian && format.bitsAllocated > 8 ? swapped(bytes, format.bitsAllocated / 8) : bytes;
  const values = format.rows * format.columns;
  try {
    if (syntax.codec === "rle") return decodeRle(bytes, values, format.bitsAllocated === 16 ? 2 : 1);
    const decoded = codecs.decode(bytes, syntax.codec, format);
    if (decoded.bytesPerValue * 8 === format.bitsAllocated) return decoded.bytes;
    // A codestream of at most 8 bits for values of 16.
    return decoded.bytesPerValue === 1 ? new Uint8Array(Uint16Array.from(decoded.bytes).buffer) : null;
  } catch {
    return null;
  }
}

/** Colour is not unpacked, as its photometric interpretation would change with it; nor what a codec would move to other bits. */
export function isDecodable({ codec }: TransferSyntax, { samplesPerPixel, bitsAllocated, bitsStored, highBit }: PixelFormat): boolean {
  if (codec === "native") return true;
  return samplesPerPixel === 1 && (bitsAllocated === 8 || bitsAllocated === 16) && (codec === "rle" || highBit === bitsStored - 1);
}
