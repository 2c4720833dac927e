import type { Task } from "../volume/threads.ts";
import { type ByteOrigin, type ByteSource, openOrigin } from "./byte-source.ts";
import { Codecs } from "./codecs.ts";
import { inflatedFile } from "./file-start.ts";
import { type HounsfieldRule, hounsfieldTable, type StoredValues, toHounsfield } from "./hounsfield.ts";
import type { FramePieces, PaddingRange, PixelFormat } from "./image-file.ts";
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

/** Of this thread; compiling them takes longer than decoding a frame. */
const codecs = new Codecs();

/** Ten times what the slowest decoder takes on a slow machine, and time for a slow disk. */
const leastLimitMs = 15_000;
const limitMsPerVoxel = 0.002;

/** Reads and decodes frames into HU (see hounsfield.ts), each into its slice of the target. A broken frame leaves its slice as it was. */
export const decodeFramesTask: Task<FramesToDecode, DecodedFrames> = {
  name: "decode-frames",
  timeLimitMs: ({ frames, sliceVoxels }) => leastLimitMs + frames.length * sliceVoxels * limitMsPerVoxel,
  compute: async ({ frames, target, sliceVoxels }) => {
    const padded: (number | null)[] = [];
    const reader = new FrameReader();
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
    const stored = storedValues(encoded, frame.format, syntax);
    return toHounsfield(stored, tables.of(syntax.codec === "native" || syntax.codec === "rle" ? frame : packedLow(frame)), out);
  } catch {
    return null;
  }
}

/** Codecs hand out values with their lowest bit at bit 0, wherever HighBit was. */
function packedLow(frame: FrameToDecode): FrameToDecode {
  return { ...frame, format: { ...frame.format, highBit: frame.format.bitsStored - 1 } };
}

function storedValues(encoded: Uint8Array<ArrayBufferLike>, format: PixelFormat, syntax: TransferSyntax): StoredValues {
  const bytesPerValue = format.bitsAllocated === 16 ? 2 : 1;
  if (format.bitsAllocated > 16) throw new RangeError("more than 16 bits a value");
  switch (syntax.codec) {
    case "native":
      return { bytes: encoded.subarray(0, format.rows * format.columns * bytesPerValue), bytesPerValue, bigEndian: syntax.bigEndian };
    case "rle":
      return { bytes: decodeRle(encoded, format.rows * format.columns, bytesPerValue), bytesPerValue, bigEndian: false };
    default:
      return { ...codecs.decode(encoded, syntax.codec, format), bigEndian: false };
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

  async bytesOf({ origin, pieces }: FrameToDecode, syntax: TransferSyntax): Promise<Uint8Array<ArrayBufferLike>> {
    const source = await this.#open(origin, syntax);
    const read: Uint8Array<ArrayBufferLike>[] = [];
    for (const { offset, length } of pieces) {
      if (length === 0) continue;
      const piece = await source.read(offset, length);
      if (piece.length < length) throw new RangeError("the file ended early");
      read.push(piece);
    }
    return read.length === 1 ? (read[0] as Uint8Array) : Buffer.concat(read);
  }

  async #open(origin: ByteOrigin, { deflated }: TransferSyntax): Promise<ByteSource> {
    if (this.#origin === origin && this.#source) return this.#source;
    await this.close();
    const file = await openOrigin(origin);
    this.#source = deflated ? await inflatedFile(file) : file;
    this.#origin = origin;
    return this.#source;
  }

  async close(): Promise<void> {
    await this.#source?.close();
    this.#source = null;
  }
}
