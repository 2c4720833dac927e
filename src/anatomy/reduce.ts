import { allocateInt16 } from "../volume/allocate.ts";
import { type Grid, toPatient } from "../volume/grid.ts";
import { type Vector3, voxelPoint } from "../volume/space.ts";
import { type Volume, volume } from "../volume/volume.ts";

/** Value of a reduced voxel most of which the scanner never saw (outside the circular field of view). */
export const unseenHu = -32768;

/** Below this no CT number of a material lies: scanners store padding there (−2000, −2048, −3024). */
const paddingBelowHu = -1500;

/** Whole-voxel block sizes that bring each spacing near to a target; never less than 1. */
export function blockFor(g: Grid, targetMm: number): Vector3 {
  const along = (axis: 0 | 1 | 2): number => Math.min(g.size[axis], Math.max(1, Math.round(targetMm / g.spacingMm[axis])));
  return [along(0), along(1), along(2)];
}

/** The grid whose voxels are blocks of `block` voxels of another; what is left over at the far ends is dropped. */
export function blockGrid(g: Grid, block: Vector3): Grid {
  const each = (value: (axis: 0 | 1 | 2) => number): Vector3 => [value(0), value(1), value(2)];
  return {
    size: each((axis) => Math.floor(g.size[axis] / block[axis])),
    spacingMm: each((axis) => g.spacingMm[axis] * block[axis]),
    origin: toPatient(g, voxelPoint((block[0] - 1) / 2, (block[1] - 1) / 2, (block[2] - 1) / 2)),
    directions: g.directions,
  };
}

/**
 * Mean of each block of voxels: reduction with a box as anti-aliasing filter. Padding takes no part in a mean; a block that is more than
 * half padding becomes `unseenHu`.
 * @param padding 1 where nothing was measured; besides it everything below −1500 counts as padding
 */
export function reduceByBlocks(given: Volume, block: Vector3, padding?: Uint8Array): Volume {
  const [ni, nj] = given.grid.size;
  const target = blockGrid(given.grid, block);
  const [mi, mj, mk] = target.size;
  const out = allocateInt16(mi * mj * mk);
  const sum = new Float64Array(mi);
  const seen = new Int32Array(mi);
  const half = (block[0] * block[1] * block[2]) / 2;
  for (let k = 0; k < mk; k++) {
    for (let j = 0; j < mj; j++) {
      sum.fill(0);
      seen.fill(0);
      for (let dk = 0; dk < block[2]; dk++) {
        for (let dj = 0; dj < block[1]; dj++) {
          let at = ni * (j * block[1] + dj + nj * (k * block[2] + dk));
          for (let i = 0; i < mi; i++) {
            for (let di = 0; di < block[0]; di++, at++) {
              const hu = given.data[at]!;
              if (hu <= paddingBelowHu || padding?.[at] === 1) continue;
              sum[i]! += hu;
              seen[i]! += 1;
            }
          }
        }
      }
      const row = mi * (j + mj * k);
      for (let i = 0; i < mi; i++) out[row + i] = seen[i]! < half ? unseenHu : Math.round(sum[i]! / seen[i]!);
    }
  }
  return volume(target, out);
}
