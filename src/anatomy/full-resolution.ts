import { allocateUint8 } from "../volume/allocate.ts";
import { boxOf } from "../volume/crop.ts";
import type { Vector3 } from "../volume/space.ts";
import { type Mask, type Volume, volume } from "../volume/volume.ts";

/** In the rim of the reduced mask a full-resolution voxel below this is lung. */
const lungBelowHu = -500;
/** Interpolated membership (0 … 1) from which a voxel is in whatever its HU, and from which its HU decides. */
const inFrom = 0.5;
const rimFrom = 0.15;

/**
 * Labels of a reduced grid at full resolution: trilinear interpolation of each label's mask, and within the rim the full-resolution HU.
 * @param reduced 1 right, 2 left
 * @param block voxels of the full grid per voxel of the reduced one
 */
export function labelsAtFullResolution(reduced: Mask, block: Vector3, full: Volume): Mask {
  const labels = allocateUint8(full.data.length);
  for (const label of [1, 2]) writeLabel(reduced, block, full, labels, label);
  return volume(full.grid, labels);
}

/** Writes one label; voxels that have one already keep it. */
function writeLabel(reduced: Mask, block: Vector3, full: Volume, labels: Uint8Array, label: number): void {
  const box = boxOf(reduced, label);
  if (box === null) return;
  const [ni, nj, nk] = full.grid.size;
  const [mi, mj, mk] = reduced.grid.size;
  const lo = (axis: 0 | 1 | 2): number => Math.max(0, (box.lo[axis] - 1) * block[axis]);
  const hi = (axis: 0 | 1 | 2): number => {
    const atEnd = box.hi[axis] === reduced.grid.size[axis];
    return atEnd ? full.grid.size[axis] : Math.min(full.grid.size[axis], (box.hi[axis] + 1) * block[axis]);
  };
  const at = (index: number): boolean => reduced.data[index] === label;
  const row = new Float32Array(mi);
  const alongI = weights(ni, mi, block[0]);
  const alongJ = weights(nj, mj, block[1]);
  const alongK = weights(nk, mk, block[2]);
  for (let k = lo(2); k < hi(2); k++) {
    const k0 = alongK.low[k]!;
    const wk = alongK.share[k]!;
    for (let j = lo(1); j < hi(1); j++) {
      const j0 = alongJ.low[j]!;
      const wj = alongJ.share[j]!;
      const k1 = Math.min(mk - 1, k0 + 1);
      const j1 = Math.min(mj - 1, j0 + 1);
      const corners = [mi * (j0 + mj * k0), mi * (j1 + mj * k0), mi * (j0 + mj * k1), mi * (j1 + mj * k1)] as const;
      let any = false;
      for (let i = box.lo[0]; i < box.hi[0]; i++) {
        const near = (at(corners[0] + i) ? 1 - wj : 0) + (at(corners[1] + i) ? wj : 0);
        const far = (at(corners[2] + i) ? 1 - wj : 0) + (at(corners[3] + i) ? wj : 0);
        row[i] = near * (1 - wk) + far * wk;
        any ||= row[i]! > 0;
      }
      if (!any) continue;
      const start = ni * (j + nj * k);
      for (let i = lo(0); i < hi(0); i++) {
        const i0 = alongI.low[i]!;
        const wi = alongI.share[i]!;
        const share = row[i0]! * (1 - wi) + row[Math.min(mi - 1, i0 + 1)]! * wi;
        if (share < rimFrom || labels[start + i] !== 0) continue;
        if (share >= inFrom || full.data[start + i]! < lungBelowHu) labels[start + i] = label;
      }
    }
  }
}

/** For each full-resolution index the reduced index below it and the share of the next one; held at the ends. */
function weights(count: number, reducedCount: number, block: number): { low: Int32Array; share: Float32Array } {
  const low = new Int32Array(count);
  const share = new Float32Array(count);
  for (let at = 0; at < count; at++) {
    const place = Math.min(reducedCount - 1, Math.max(0, (at - (block - 1) / 2) / block));
    low[at] = Math.floor(place);
    share[at] = place - Math.floor(place);
  }
  return { low, share };
}
