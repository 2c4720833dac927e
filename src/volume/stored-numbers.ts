import { allocateFloat32, allocateInt16, allocateInt32, allocateUint8 } from "./allocate.ts";
import type { VoxelData } from "./volume.ts";

/** How a file stores one number. */
export type StoredKind = "uint8" | "int8" | "uint16" | "int16" | "uint32" | "int32" | "float32" | "float64";

export const bytesPerNumber: Readonly<Record<StoredKind, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 8,
};

/** Numbers in a file and what they stand for: value = slope × stored + intercept. */
export interface StoredNumbers {
  readonly kind: StoredKind;
  readonly count: number;
  readonly littleEndian: boolean;
  readonly slope: number;
  readonly intercept: number;
}

/**
 * The numbers of a file as voxels: in the smallest of uint8 (only where stored so), int16, int32 that holds each exactly, else float32.
 * @param bytes exactly the numbers' bytes or more
 */
export function decodeNumbers(bytes: Uint8Array, stored: StoredNumbers): VoxelData {
  const { kind, count, slope, intercept } = stored;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = readerOf(view, kind, stored.littleEndian);
  const width = bytesPerNumber[kind];
  const out = room(read, stored);
  if (slope === 1 && intercept === 0) for (let n = 0; n < count; n++) out[n] = read(n * width);
  else for (let n = 0; n < count; n++) out[n] = slope * read(n * width) + intercept;
  return out;
}

function room(read: (offset: number) => number, stored: StoredNumbers): VoxelData {
  const { kind, count, slope, intercept } = stored;
  if (kind === "float32" || kind === "float64" || !Number.isInteger(slope) || !Number.isInteger(intercept)) return allocateFloat32(count);
  if (kind === "uint8" && slope === 1 && intercept === 0) return allocateUint8(count);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < count; n++) {
    const value = read(n * bytesPerNumber[kind]) * slope + intercept;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low >= -0x8000 && high <= 0x7fff) return allocateInt16(count);
  return low >= -0x80000000 && high <= 0x7fffffff ? allocateInt32(count) : allocateFloat32(count);
}

function readerOf(view: DataView, kind: StoredKind, littleEndian: boolean): (offset: number) => number {
  switch (kind) {
    case "uint8":
      return (offset) => view.getUint8(offset);
    case "int8":
      return (offset) => view.getInt8(offset);
    case "uint16":
      return (offset) => view.getUint16(offset, littleEndian);
    case "int16":
      return (offset) => view.getInt16(offset, littleEndian);
    case "uint32":
      return (offset) => view.getUint32(offset, littleEndian);
    case "int32":
      return (offset) => view.getInt32(offset, littleEndian);
    case "float32":
      return (offset) => view.getFloat32(offset, littleEndian);
    case "float64":
      return (offset) => view.getFloat64(offset, littleEndian);
  }
}
