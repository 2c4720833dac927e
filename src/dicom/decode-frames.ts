import type { Task } from "../volume/threads.ts";
import { type ByteOrigin, type ByteSource, openOrigin } from "./byte-source.ts";
import { decodeCompressed, prepareCodecs } from "./codecs.ts";
import { type HounsfieldRule, hounsfieldTable, type StoredValues, toHounsfield } from "./hounsfield.ts";
import type { FramePieces, PaddingRange, PixelFormat } from "./image-file.ts";
import { inflatedFile } from "./read-image.ts";
import { decodeRle } from "./rle.ts";
import { type TransferSyntax, transferSyntax } from "./transfer-syntax.ts";

/** One frame to decode: where its bytes are, what they mean, and which slice of the volume they fill. */
export interface FrameToDecode {
  readonly origin: ByteOrigin;
  readonly pieces: FramePieces;
  readonly transferSyntaxUid: string;
  readonly format: PixelFormat;
  readonly slope: number;
  readonly intercept: number;
  readonly padding: PaddingRange | null;
  readonly slot: number;
}

export interface FramesToDecode {
  readonly frames: readonly FrameToDecode[];
  /** Shared memory: slice `slot` of each frame is written in place. Without shared memory the caller must run the task on its own thread. */
  readonly target: Int16Array<ArrayBufferLike>;
  readonly sliceVoxels: number;
}

/** For each frame the number of its padding voxels, or null when it could not be decoded. */
export type DecodedFrames = ReadonlyArray<number | null>;

/** Reads and decodes frames into HU (see hounsfield.ts), each into its slice of the target. A broken frame leaves its slice as it was. */
export const decodeFramesTask: Task<FramesToDecode, DecodedFrames> = {
  name: "decode-frames",
  compute: async ({ frames, target, sliceVoxels }) => {
    const padded: (number | null)[] = [];
    const reader = new FrameReader(lastByte(frames));
    const tables = new HounsfieldTables();
    try {
      for (const frame of frames) {
        const out = target.subarray(frame.slot * sliceVoxels, (frame.slot + 1) * sliceVoxels);
        padded.push(await decodeFrame(reader, tables, frame, out));
      }
    } finally {
      await reader.close();
    }
    return padded;
  },
};

/** Where the last of the frames ends in its file: no deflated file need be inflated further. */
function lastByte(frames: readonly FrameToDecode[]): number {
  return frames.reduce((end, { pieces }) => pieces.reduce((last, { offset, length }) => Math.max(last, offset + length), end), 0);
}

async function decodeFrame(
  reader: FrameReader,
  tables: HounsfieldTables,
  frame: FrameToDecode,
  out: Int16Array<ArrayBufferLike>,
): Promise<number | null> {
  const syntax = transferSyntax(frame.transferSyntaxUid);
  if (syntax === null || frame.format.samplesPerPixel !== 1) return null;
  try {
    const encoded = await reader.bytesOf(frame, syntax);
    const stored = await storedValues(encoded, frame.format, syntax);
    return toHounsfield(stored, tables.of(syntax.codec === "native" || syntax.codec === "rle" ? frame : packedLow(frame)), out);
  } catch {
    return null;
  }
}

/** Codecs hand out values with their lowest bit at bit 0, wherever HighBit was. */
function packedLow(frame: FrameToDecode): FrameToDecode {
  return { ...frame, format: { ...frame.format, highBit: frame.format.bitsStored - 1 } };
}

async function storedValues(encoded: Uint8Array<ArrayBufferLike>, format: PixelFormat, syntax: TransferSyntax): Promise<StoredValues> {
  const bytesPerValue = format.bitsAllocated === 16 ? 2 : 1;
  if (format.bitsAllocated > 16) throw new RangeError("more than 16 bits a value");
  switch (syntax.codec) {
    case "native":
      return { bytes: encoded.subarray(0, format.rows * format.columns * bytesPerValue), bytesPerValue, bigEndian: syntax.bigEndian };
    case "rle":
      return { bytes: decodeRle(encoded, format.rows * format.columns, bytesPerValue), bytesPerValue, bigEndian: false };
    default:
      await prepareCodecs();
      return { ...decodeCompressed(encoded, syntax.codec, format), bigEndian: false };
  }
}

/** Keeps the table of the last rule, as neighbouring slices mostly share theirs. */
class HounsfieldTables {
  #key = "";
  #table: Int16Array<ArrayBufferLike> = new Int16Array();

  of({ format, slope, intercept, padding }: HounsfieldRule): Int16Array {
    const key = JSON.stringify([format, slope, intercept, padding]);
    if (key !== this.#key) {
      this.#table = hounsfieldTable({ format, slope, intercept, padding });
      this.#key = key;
    }
    return this.#table;
  }
}

/** Keeps the last file open, as the frames of a multi-frame file come one after another. */
class FrameReader {
  #origin: ByteOrigin | null = null;
  #source: ByteSource | null = null;
  #inflated: Uint8Array | null = null;
  readonly #inflateLimit: number;

  constructor(inflateLimit: number) {
    this.#inflateLimit = inflateLimit;
  }

  async bytesOf(frame: FrameToDecode, syntax: TransferSyntax): Promise<Uint8Array<ArrayBufferLike>> {
    const source = await this.#open(frame.origin);
    if (syntax.deflated) this.#inflated ??= await inflatedFile(await source.read(0, source.size), this.#inflateLimit);
    const pieces: Uint8Array<ArrayBufferLike>[] = [];
    for (const { offset, length } of frame.pieces) {
      const piece = this.#inflated?.subarray(offset, offset + length) ?? (await source.read(offset, length));
      if (piece.length < length) throw new RangeError("the file ended early");
      pieces.push(piece);
    }
    return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
  }

  async #open(origin: ByteOrigin): Promise<ByteSource> {
    if (this.#origin === origin && this.#source) return this.#source;
    await this.close();
    this.#source = await openOrigin(origin);
    this.#origin = origin;
    return this.#source;
  }

  async close(): Promise<void> {
    await this.#source?.close();
    this.#source = null;
    this.#inflated = null;
  }
}
