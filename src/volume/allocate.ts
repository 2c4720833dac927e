import type { VoxelData } from "./volume.ts";

/** Shared between threads where the platform has shared memory (Node, a cross-origin isolated page), plain elsewhere. */
function allocateBytes(byteCount: number): ArrayBufferLike {
  return typeof globalThis.SharedArrayBuffer === "function" ? new SharedArrayBuffer(byteCount) : new ArrayBuffer(byteCount);
}

/** `count` zeros; other threads see the same memory where the platform can share it. */
export const allocateInt16 = (count: number): Int16Array<ArrayBufferLike> => new Int16Array(allocateBytes(2 * count));
/** `count` zeros; other threads see the same memory where the platform can share it. */
export const allocateUint8 = (count: number): Uint8Array<ArrayBufferLike> => new Uint8Array(allocateBytes(count));
/** `count` zeros; other threads see the same memory where the platform can share it. */
export const allocateFloat32 = (count: number): Float32Array<ArrayBufferLike> => new Float32Array(allocateBytes(4 * count));
/** `count` zeros; other threads see the same memory where the platform can share it. */
export const allocateInt32 = (count: number): Int32Array<ArrayBufferLike> => new Int32Array(allocateBytes(4 * count));

/** `count` zeros in an array of the same kind as `like`. */
export function allocateLike<Data extends VoxelData>(like: Data, count: number): Data {
  return ofKind(like, count) as Data;
}

function ofKind(like: VoxelData, count: number): VoxelData {
  if (like instanceof Int16Array) return allocateInt16(count);
  if (like instanceof Uint8Array) return allocateUint8(count);
  if (like instanceof Float32Array) return allocateFloat32(count);
  return allocateInt32(count);
}

/** Whether other threads would see this very memory; otherwise handing it to a task copies it. */
export function isShared(data: VoxelData): boolean {
  return typeof globalThis.SharedArrayBuffer === "function" && data.buffer instanceof SharedArrayBuffer;
}
