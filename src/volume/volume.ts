import { type Grid, voxelCount } from "./grid.ts";

/** Voxel arrays; shared memory in Node, plain where a page is not cross-origin isolated. */
export type VoxelData =
  | Int16Array<ArrayBufferLike>
  | Uint8Array<ArrayBufferLike>
  | Float32Array<ArrayBufferLike>
  | Int32Array<ArrayBufferLike>;

/** Voxels and where they lie. CT volumes are Int16Array in HU; masks are Uint8Array of 0 and 1 (or small labels). */
export interface Volume<Data extends VoxelData = Int16Array<ArrayBufferLike>> {
  readonly grid: Grid;
  readonly data: Data;
}

/** A binary (or small-label) volume: 0 outside. */
export type Mask = Volume<Uint8Array<ArrayBufferLike>>;

/** @throws RangeError when the data does not hold one number a voxel */
export function volume<Data extends VoxelData>(grid: Grid, data: Data): Volume<Data> {
  if (data.length !== voxelCount(grid))
    throw new RangeError(`a grid of ${grid.size.join(" × ")} needs ${voxelCount(grid)} voxels, got ${data.length}`);
  return { grid, data };
}
