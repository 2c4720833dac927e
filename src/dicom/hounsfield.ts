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
 * The HU of every 16-bit word a frame can hold, bits not in use included: HU = slope · stored + intercept, rounded; `paddingMark` for padding; −1024 for
 * what lies below it, 32767 for what lies above. One table serves all frames of one rule.
 */
export function hounsfieldTable(rule: HounsfieldRule): Int16Array {
  const { slope, intercept, padding } = rule;
  const { bitsStored, highBit, signed } = rule.format;
  const up = 31 - highBit;
  const down = 32 - bitsStored;
  return Int16Array.from({ length: 65536 }, (_, word) => {
    const value = signed ? (word << up) >> down : (word << up) >>> down;
    const hu = Math.round(slope * value + intercept);
    const isPadding = (padding !== null && value >= padding.low && value <= padding.high) || hu < lowestAirHu;
    return isPadding ? paddingMark : Math.max(airHu, Math.min(hu, 32767));
  });
}

/**
 * Writes the HU of stored values into `out`.
 * @param table of the frame's rule
 * @returns how many values are padding
 * @throws RangeError when there are not as many stored values as places in `out`
 */
export function toHounsfield(stored: StoredValues, table: Int16Array, out: Int16Array<ArrayBufferLike>): number {
  const { bytes, bytesPerValue } = stored;
  if (bytes.length !== out.length * bytesPerValue) throw new RangeError(`${bytes.length} bytes for ${out.length} values`);
  const words = bytesPerValue === 2 ? asWords(bytes, stored.bigEndian) : bytes;
  let padded = 0;
  for (let n = 0; n < out.length; n++) {
    const hu = table[words[n] as number] as number;
    out[n] = hu;
    if (hu === paddingMark) padded++;
  }
  return padded;
}

function asWords(bytes: Uint8Array<ArrayBufferLike>, bigEndian: boolean): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const words = new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length >> 1);
  if (!bigEndian) return words;
  return Uint16Array.from(words, (word) => (word >> 8) | ((word & 0xff) << 8));
}
