import { decodeStoredFrame, type EncodedFrame } from "../dicom/web/decode-stored-frame.ts";
import { fromGrey, type RgbImage } from "../render/canvas.ts";
import { png } from "../render/png.ts";
import { type Window, windowed } from "../render/window.ts";
import type { Task } from "../volume/threads.ts";

export interface FrameToRender {
  readonly frame: EncodedFrame;
  /** Samples of a colour lie plane by plane. */
  readonly planar: boolean;
  readonly rescale: { readonly slope: number; readonly intercept: number };
  /** Null: from the least value to the greatest. */
  readonly window: Window | null;
}

/**
 * One stored frame as a picture for people, PNG: grey through rescale and window, or RGB as it is.
 * Null for what is neither, or cannot be unpacked.
 */
export const renderStoredFrameTask: Task<FrameToRender, Uint8Array | null> = {
  name: "render-stored-frame",
  timeLimitMs: () => 30_000,
  compute: (input) => {
    const picture = pictureOf(input);
    return picture === null ? null : png(picture);
  },
};

function pictureOf({ frame, planar, rescale, window }: FrameToRender): RgbImage | null {
  const { rows, columns, samplesPerPixel, photometricInterpretation, bitsAllocated } = frame.format;
  const bytes = decodeStoredFrame(frame);
  if (bytes === null || bytes.length < (rows * columns * samplesPerPixel * bitsAllocated) / 8) return null;
  if (photometricInterpretation === "RGB" && samplesPerPixel === 3 && bitsAllocated === 8)
    return { width: columns, height: rows, rgb: planar ? interleaved(bytes, rows * columns) : bytes.subarray(0, 3 * rows * columns) };
  if (!/^MONOCHROME[12]$/.test(photometricInterpretation) || (bitsAllocated !== 8 && bitsAllocated !== 16)) return null;
  const values = storedNumbers(frame, bytes).map((value) => value * rescale.slope + rescale.intercept);
  const grey = windowed(values, window ?? wholeRange(values));
  if (photometricInterpretation === "MONOCHROME1") for (let n = 0; n < grey.length; n++) grey[n] = 255 - (grey[n] ?? 0);
  return fromGrey(grey, columns, rows);
}

function interleaved(planes: Uint8Array, pixels: number): Uint8Array {
  return Uint8Array.from({ length: 3 * pixels }, (_, n) => planes[(n % 3) * pixels + Math.floor(n / 3)] ?? 0);
}

function storedNumbers({ format }: EncodedFrame, bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { bitsAllocated, bitsStored, highBit, signed } = format;
  return Float32Array.from({ length: format.rows * format.columns }, (_, n) => {
    const word = bitsAllocated === 16 ? view.getUint16(2 * n, true) : view.getUint8(n);
    return signed ? (word << (31 - highBit)) >> (32 - bitsStored) : (word << (31 - highBit)) >>> (32 - bitsStored);
  });
}

function wholeRange(values: Float32Array): Window {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const widthHu = Math.max(1, high - low + 1);
  return { centerHu: low + widthHu / 2, widthHu };
}
