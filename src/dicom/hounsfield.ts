import type { PaddingRange, PixelFormat } from "./image-file.ts";

/** Marks a voxel of a volume under construction as padding; no HU, as HU of air is −1000. */
export const paddingMark = -32768;
/** Hounsfield value written where nothing was measured, and the lowest one kept: 12-bit CT begins at −1024. */
export const airHu = -1024;
/**
 * Values below this are no air, however noisy, but what a scanner writes outside its circular field of view (−2000, −2048, −3024), whether or not
 * the header declares it. Air noise of sharp kernels reaches about −1150.
 */
export const lowestAirHu = -1200;

/** Stored values of one frame as they come from a file or a codec. */
export interface StoredValues {
  readonly bytes: Uint8Array<ArrayBufferLike>;
  readonly bytesPerValue: 1 | 2;
  readonly bigEndian: boolean;
}

/** How stored values become HU: bits in use, sign, slope and intercept (DICOM PS3.3 C.11.1.1.2), padding. */
export interface HounsfieldRule {
  readonly format: PixelFormat;
  readonly slope: number;
  readonly intercept: number;
  readonly padding: PaddingRange | null;
}

/**
 * Writes HU = slope · stored + intercept, rounded, into `out`: padding becomes `paddingMark`, what lies below −1024 becomes −1024, what lies above
 * 32767 becomes 32767.
 * @returns how many values are padding
 * @throws RangeError when there are not as many stored values as places in `out`
 */
export function toHounsfield(stored: StoredValues, rule: HounsfieldRule, out: Int16Array<ArrayBufferLike>): number {
  const { bytes, bytesPerValue } = stored;
  if (bytes.length !== out.length * bytesPerValue) throw new RangeError(`${bytes.length} bytes for ${out.length} values`);
  const words = bytesPerValue === 2 ? asWords(bytes, stored.bigEndian) : Uint16Array.from(bytes);
  const { bitsStored, highBit, signed } = rule.format;
  const up = 31 - highBit;
  const down = 32 - bitsStored;
  const { slope, intercept } = rule;
  const low = rule.padding?.low ?? Number.POSITIVE_INFINITY;
  const high = rule.padding?.high ?? Number.NEGATIVE_INFINITY;
  let padded = 0;
  for (let n = 0; n < out.length; n++) {
    const shifted = (words[n] as number) << up;
    const value = signed ? shifted >> down : shifted >>> down;
    const hu = Math.round(slope * value + intercept);
    if ((value >= low && value <= high) || hu < lowestAirHu) {
      out[n] = paddingMark;
      padded++;
    } else {
      out[n] = Math.max(airHu, Math.min(hu, 32767));
    }
  }
  return padded;
}

function asWords(bytes: Uint8Array<ArrayBufferLike>, bigEndian: boolean): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const words = new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length >> 1);
  if (!bigEndian) return words;
  return Uint16Array.from(words, (word) => (word >> 8) | ((word & 0xff) << 8));
}
