import { allocateLike } from "./allocate.ts";
import { type Grid, toPatient, voxelCount } from "./grid.ts";
import { type Vector3, voxelPoint } from "./space.ts";
import { type Mask, type Volume, type VoxelData, volume } from "./volume.ts";

/** A box of voxels: from `lo` up to but not including `hi`. */
export interface Box {
  readonly lo: Vector3;
  readonly hi: Vector3;
}

function requireInside(box: Box, size: Vector3): void {
  const fits = [0, 1, 2].every((axis) => {
    const lo = box.lo[axis]!;
    const hi = box.hi[axis]!;
    return Number.isInteger(lo) && Number.isInteger(hi) && lo >= 0 && lo < hi && hi <= size[axis]!;
  });
  if (!fits) throw new RangeError(`box must be whole voxels within ${size.join(" × ")} and not empty, got ${box.lo} … ${box.hi}`);
}

/** The grid of a box of a grid: same spacing and directions, voxel `box.lo` first. @throws RangeError when the box is empty or reaches out */
export function cropGrid(g: Grid, box: Box): Grid {
  requireInside(box, g.size);
  const { lo, hi } = box;
  return { ...g, size: [hi[0] - lo[0], hi[1] - lo[1], hi[2] - lo[2]], origin: toPatient(g, voxelPoint(...lo)) };
}

/**
 * A copy of the voxels of a box; every voxel keeps its place in the patient.
 * @throws RangeError when the box is empty or reaches out of the volume
 */
export function crop<Data extends VoxelData>(given: Volume<Data>, box: Box): Volume<Data> {
  const target = cropGrid(given.grid, box);
  const data = allocateLike(given.data, voxelCount(target));
  const [ni, nj, nk] = target.size;
  const [sourceI, sourceJ] = given.grid.size;
  let to = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++, to += ni) {
      const from = box.lo[0] + sourceI * (box.lo[1] + j + sourceJ * (box.lo[2] + k));
      data.set(given.data.subarray(from, from + ni), to);
    }
  }
  return volume(target, data);
}

/**
 * Writes all voxels of `source` into `target`, in place, its first voxel at voxel `lo` of the target.
 * @throws RangeError when the source does not fit there
 */
export function paste<Data extends VoxelData>(target: Volume<Data>, source: Volume<Data>, lo: Vector3): void {
  const [ni, nj, nk] = source.grid.size;
  const { size } = target.grid;
  requireInside({ lo, hi: [lo[0] + ni, lo[1] + nj, lo[2] + nk] }, size);
  let from = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++, from += ni) {
      target.data.set(source.data.subarray(from, from + ni), lo[0] + size[0] * (lo[1] + j + size[1] * (lo[2] + k)));
    }
  }
}

/**
 * The smallest box that holds every voxel of the mask, or of one label in it.
 * @returns null when there is none
 */
export function boxOf(mask: Mask, label?: number): Box | null {
  const [ni, nj, nk] = mask.grid.size;
  const { data } = mask;
  let [i0, j0, k0, i1, j1, k1] = [ni, nj, nk, -1, -1, -1];
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      const row = ni * (j + nj * k);
      let first = 0;
      if (label === undefined) while (first < ni && data[row + first] === 0) first++;
      else while (first < ni && data[row + first] !== label) first++;
      if (first === ni) continue;
      let last = ni - 1;
      if (label === undefined) while (data[row + last] === 0) last--;
      else while (data[row + last] !== label) last--;
      if (first < i0) i0 = first;
      if (last > i1) i1 = last;
      if (j < j0) j0 = j;
      if (j > j1) j1 = j;
      if (k < k0) k0 = k;
      k1 = k;
    }
  }
  return k1 < 0 ? null : { lo: [i0, j0, k0], hi: [i1 + 1, j1 + 1, k1 + 1] };
}

/** The box with a margin on every side, cut to the volume's size. */
export function growBox(box: Box, marginVoxels: Vector3, size: Vector3): Box {
  const grown = (axis: 0 | 1 | 2): [number, number] => [
    Math.max(0, box.lo[axis] - marginVoxels[axis]),
    Math.min(size[axis], box.hi[axis] + marginVoxels[axis]),
  ];
  const [i, j, k] = [grown(0), grown(1), grown(2)];
  return { lo: [i[0], j[0], k[0]], hi: [i[1], j[1], k[1]] };
}
