import { allocateUint8 } from "./allocate.ts";
import type { Vector3 } from "./space.ts";
import { type Mask, type Volume, type VoxelData, volume } from "./volume.ts";

/** Which values a fill may enter, both ends included, and after how many voxels it stops. */
export interface FloodLimits {
  readonly min: number;
  readonly max: number;
  /** The fill stops once it holds more voxels than this: it has leaked, and `complete` is false. */
  readonly maxVoxels?: number;
}

/** What a fill reached. */
export interface Flood {
  readonly mask: Mask;
  readonly voxels: number;
  /** False when the fill was stopped at `maxVoxels`. */
  readonly complete: boolean;
}

/**
 * All voxels joined to a seed by faces (6-connected) through values in [min, max]. Seeds whose own value lies outside are left out.
 * @param seeds whole voxels (i, j, k)
 * @throws RangeError when a seed is not a voxel of the volume
 */
export function floodFill(given: Volume<VoxelData>, seeds: readonly Vector3[], limits: FloodLimits): Flood {
  const { data } = given;
  const [ni, nj, nk] = given.grid.size;
  const { min, max } = limits;
  const maxVoxels = limits.maxVoxels ?? Number.POSITIVE_INFINITY;
  const filled = allocateUint8(data.length);
  const plane = ni * nj;
  let stack = new Int32Array(1 << 12);
  let depth = 0;
  let voxels = 0;
  const visit = (at: number): void => {
    if (filled[at] !== 0 || !(data[at]! >= min && data[at]! <= max)) return;
    filled[at] = 1;
    voxels++;
    if (depth === stack.length) {
      const larger = new Int32Array(2 * depth);
      larger.set(stack);
      stack = larger;
    }
    stack[depth++] = at;
  };
  for (const [i, j, k] of seeds) {
    if (!(i >= 0 && j >= 0 && k >= 0 && i < ni && j < nj && k < nk && Number.isInteger(i + j + k))) {
      throw new RangeError(`a seed must be a voxel of ${ni} × ${nj} × ${nk}, got ${i}, ${j}, ${k}`);
    }
    visit(i + ni * (j + nj * k));
  }
  while (depth > 0 && voxels <= maxVoxels) {
    const at = stack[--depth]!;
    const inPlane = at % plane;
    const i = inPlane % ni;
    if (i > 0) visit(at - 1);
    if (i < ni - 1) visit(at + 1);
    if (inPlane >= ni) visit(at - ni);
    if (inPlane < plane - ni) visit(at + ni);
    if (at >= plane) visit(at - plane);
    if (at < data.length - plane) visit(at + plane);
  }
  return { mask: volume(given.grid, filled), voxels, complete: depth === 0 };
}
