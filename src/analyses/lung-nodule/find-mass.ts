import { squaredDistanceMm2 } from "../../volume/distance.ts";
import type { Grid } from "../../volume/grid.ts";
import type { Vector3 } from "../../volume/space.ts";
import type { Task } from "../../volume/threads.ts";
import { volume } from "../../volume/volume.ts";

/** Edge of the blocks that are averaged, voxels of 1 mm. */
const block = 3;
/** A block this dense is tissue. */
const tissueHu = -200;
/** Balls of tissue smaller than this are left to the blob channels; vessels within the lungs hold none of this size. */
const leastRadiusMm = 9;

export interface FindBulkInput {
  readonly hu: Int16Array<ArrayBufferLike>;
  readonly labels: Uint8Array<ArrayBufferLike>;
  /** Of the 1 mm box. */
  readonly grid: Grid;
}

/** The largest ball that fits into one lump of tissue. */
export interface Bulk {
  /** Voxel of the 1 mm box. */
  readonly position: Vector3;
  readonly radiusMm: number;
}

/**
 * Solid bulk within the lungs, for masses that are larger than any blob scale: local maxima of the distance to what is not tissue (or not
 * lung) of at least 9 mm, largest first, none within the ball of a larger one.
 */
export function findBulk({ hu, labels, grid }: FindBulkInput): Bulk[] {
  const size = grid.size.map((count) => Math.floor(count / block)) as unknown as Vector3;
  const tissue = new Uint8Array(size[0] * size[1] * size[2]);
  let to = 0;
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++, to++) tissue[to] = isTissue(hu, labels, grid.size, [i, j, k]) ? 1 : 0;
    }
  }
  const coarse: Grid = { ...grid, size, spacingMm: [block, block, block] };
  const depth = squaredDistanceMm2(volume(coarse, tissue), "outside");
  const deep: Array<{ at: number; radiusMm: number }> = [];
  for (let at = 0; at < depth.length; at++) {
    const radiusMm = Math.sqrt(depth[at]!) - block / 2;
    if (radiusMm >= leastRadiusMm && Number.isFinite(radiusMm)) deep.push({ at, radiusMm });
  }
  deep.sort((a, b) => b.radiusMm - a.radiusMm || a.at - b.at);
  const kept: Bulk[] = [];
  for (const { at, radiusMm } of deep) {
    const voxel = [at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / (size[0] * size[1]))];
    const position = voxel.map((index) => index * block + (block - 1) / 2) as unknown as Vector3;
    const known = kept.some((other) => Math.hypot(...other.position.map((mm, axis) => mm - position[axis]!)) < 1.5 * other.radiusMm);
    if (!known) kept.push({ position, radiusMm });
  }
  return kept;
}

export const findBulkTask: Task<FindBulkInput, Bulk[]> = { name: "lung-nodule.find-bulk", compute: findBulk };

/** All of the block in the lungs, and dense on average. */
function isTissue(hu: Int16Array<ArrayBufferLike>, labels: Uint8Array<ArrayBufferLike>, size: Vector3, [bi, bj, bk]: Vector3): boolean {
  let sum = 0;
  let inside = 0;
  for (let c = 0; c < block; c++) {
    for (let b = 0; b < block; b++) {
      let at = bi * block + size[0] * (bj * block + b + size[1] * (bk * block + c));
      for (let a = 0; a < block; a++, at++) {
        if (labels[at] !== 0) inside++;
        sum += Math.min(100, hu[at]!);
      }
    }
  }
  return inside > (block * block * block) / 2 && sum > tissueHu * block * block * block;
}
