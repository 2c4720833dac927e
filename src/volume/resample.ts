import { allocateLike, isShared } from "./allocate.ts";
import type { Box } from "./crop.ts";
import { type Grid, toPatient, toVoxel, voxelCount } from "./grid.ts";
import { type AxisTaps, alignedTaps } from "./resample-taps.ts";
import { type Vector3, type VoxelPoint, voxelPoint } from "./space.ts";
import type { Task, Threads } from "./threads.ts";
import { type Volume, type VoxelData, volume } from "./volume.ts";

/** How a volume is put on another grid. */
export interface Resampling {
  /** The value of voxels whose centre lies outside the given volume's outer voxel faces. */
  readonly outsideValue: number;
  readonly interpolation: "linear" | "nearest";
  /** Average over what a coarser target voxel covers, so that fine detail does not alias. Default true; of no effect with "nearest". */
  readonly antiAlias?: boolean;
}

/**
 * A grid with the directions of `g` that covers a box of it, face to face, at another spacing. When the box is not a whole number of the
 * new voxels the last ones reach beyond it.
 * @throws RangeError when a spacing is not positive
 */
export function gridOver(g: Grid, box: Box, spacingMm: Vector3): Grid {
  if (!spacingMm.every((mm) => mm > 0 && Number.isFinite(mm))) throw new RangeError(`spacingMm must be positive, got ${spacingMm}`);
  const along = (axis: 0 | 1 | 2): { count: number; first: number } => ({
    count: Math.max(1, Math.ceil(((box.hi[axis] - box.lo[axis]) * g.spacingMm[axis]) / spacingMm[axis] - 1e-6)),
    first: box.lo[axis] - 0.5 + (0.5 * spacingMm[axis]) / g.spacingMm[axis],
  });
  const [i, j, k] = [along(0), along(1), along(2)];
  return {
    size: [i.count, j.count, k.count],
    spacingMm,
    origin: toPatient(g, voxelPoint(i.first, j.first, k.first)),
    directions: g.directions,
  };
}

/** Trilinear value at a voxel position; up to half a voxel beyond the outer centres the edge value holds, further out NaN. */
export function sampleLinear(given: Volume<VoxelData>, at: VoxelPoint): number {
  return linearAt(given.data, given.grid.size, at[0], at[1], at[2]);
}

function linearAt(data: VoxelData, size: Vector3, x: number, y: number, z: number): number {
  const [ni, nj, nk] = size;
  if (!(x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= ni - 0.5 && y <= nj - 0.5 && z <= nk - 0.5)) return Number.NaN;
  const cx = x < 0 ? 0 : Math.min(x, ni - 1);
  const cy = y < 0 ? 0 : Math.min(y, nj - 1);
  const cz = z < 0 ? 0 : Math.min(z, nk - 1);
  const i = cx === ni - 1 ? Math.max(0, ni - 2) : Math.floor(cx);
  const j = cy === nj - 1 ? Math.max(0, nj - 2) : Math.floor(cy);
  const k = cz === nk - 1 ? Math.max(0, nk - 2) : Math.floor(cz);
  const a = cx - i;
  const b = cy - j;
  const c = cz - k;
  const at = i + ni * (j + nj * k);
  const di = ni > 1 ? 1 : 0;
  const dj = nj > 1 ? ni : 0;
  const dk = nk > 1 ? ni * nj : 0;
  const low = (data[at]! * (1 - a) + data[at + di]! * a) * (1 - b) + (data[at + dj]! * (1 - a) + data[at + dj + di]! * a) * b;
  const up = at + dk;
  const high = (data[up]! * (1 - a) + data[up + di]! * a) * (1 - b) + (data[up + dj]! * (1 - a) + data[up + dj + di]! * a) * b;
  return low * (1 - c) + high * c;
}

/**
 * The volume on another grid: trilinear (or nearest), the same kind of numbers, integers rounded. Where the target is coarser, each value
 * is the average of the trilinear interpolant over a box of width √(2(r² − 1)) source voxels, r the ratio of spacings (the variance
 * of a tent of width r): nothing at r = 1, and a linear ramp comes out exact, away from the edges. On a grid turned against the source, the average is over
 * ⌈r⌉ points along each axis of the target voxel instead.
 */
export function resample<Data extends VoxelData>(given: Volume<Data>, target: Grid, how: Resampling): Volume<Data> {
  const data = allocateLike(given.data, voxelCount(target));
  resampleSlab({ given, target, how, fromSlice: 0, toSlice: target.size[2] }, data);
  return volume(target, data);
}

/** Slices `fromSlice` up to but not including `toSlice` of a resampled volume. */
export interface ResampleSlab<Data extends VoxelData = VoxelData> {
  readonly given: Volume<Data>;
  readonly target: Grid;
  readonly how: Resampling;
  readonly fromSlice: number;
  readonly toSlice: number;
}

/** Resamples some slices of the target, for another thread. */
export const resampleTask: Task<ResampleSlab, VoxelData> = {
  name: "volume/resample",
  compute: (slab) => {
    const data = allocateLike(slab.given.data, slab.target.size[0] * slab.target.size[1] * (slab.toSlice - slab.fromSlice));
    resampleSlab(slab, data);
    return data;
  },
};

/** As resample, on several threads. A volume that is not in shared memory is resampled on the caller's own. */
export async function resampleOn<Data extends VoxelData>(
  threads: Threads,
  given: Volume<Data>,
  target: Grid,
  how: Resampling,
): Promise<Volume<Data>> {
  const slices = target.size[2];
  const parts = Math.min(slices, isShared(given.data) ? threads.count : 1);
  if (parts === 1) return resample(given, target, how);
  const data = allocateLike(given.data, voxelCount(target));
  const plane = target.size[0] * target.size[1];
  await Promise.all(
    Array.from({ length: parts }, async (_, part) => {
      const fromSlice = Math.round((part * slices) / parts);
      const toSlice = Math.round(((part + 1) * slices) / parts);
      data.set(await threads.run(resampleTask, { given, target, how, fromSlice, toSlice }), fromSlice * plane);
    }),
  );
  return volume(target, data);
}

function resampleSlab(slab: ResampleSlab, out: VoxelData): void {
  const { given, target, how } = slab;
  const taps = alignedTaps(given.grid, target, how.interpolation, how.antiAlias ?? true);
  if (taps === null) turned(slab, out);
  else separable(slab, taps, out);
}

/** Grids with parallel axes: source slices are reduced to the target's rows and columns once, then weighted along k. */
function separable(slab: ResampleSlab, taps: readonly [AxisTaps, AxisTaps, AxisTaps], out: VoxelData): void {
  const { given, target, how, fromSlice, toSlice } = slab;
  const [ni, nj] = target.size;
  const plane = ni * nj;
  const [tapsI, tapsJ, tapsK] = taps;
  const round = !(out instanceof Float32Array);
  const reduced = new Map<number, Float32Array>();
  const sum = new Float32Array(plane);
  for (let k = fromSlice; k < toSlice; k++) {
    const to = (k - fromSlice) * plane;
    const first = tapsK.first[k]!;
    if (first < 0) {
      out.fill(how.outsideValue, to, to + plane);
      continue;
    }
    const last = first + tapsK.count - 1;
    const spare = [...reduced.keys()].filter((slice) => slice < first || slice > last);
    sum.fill(0);
    for (let tap = 0; tap < tapsK.count; tap++) {
      const weight = tapsK.weights[k * tapsK.count + tap]!;
      if (weight === 0) continue;
      let source = reduced.get(first + tap);
      if (source === undefined) {
        const old = spare.pop();
        source = (old === undefined ? undefined : reduced.get(old)) ?? new Float32Array(plane);
        if (old !== undefined) reduced.delete(old);
        reduceSlice(given, first + tap, tapsI, tapsJ, ni, nj, source);
        reduced.set(first + tap, source);
      }
      for (let at = 0; at < plane; at++) sum[at]! += weight * source[at]!;
    }
    if (round) for (let at = 0; at < plane; at++) out[to + at] = Math.round(sum[at]!);
    else out.set(sum, to);
    fillOutside(out, to, tapsI, tapsJ, ni, nj, how.outsideValue);
  }
}

function reduceSlice(
  given: Volume<VoxelData>,
  k: number,
  tapsI: AxisTaps,
  tapsJ: AxisTaps,
  ni: number,
  nj: number,
  out: Float32Array,
): void {
  const [sourceI, sourceJ] = given.grid.size;
  const { data } = given;
  const row = new Float32Array(sourceI);
  for (let j = 0; j < nj; j++) {
    if (tapsJ.first[j]! < 0) continue;
    row.fill(0);
    for (let tap = 0; tap < tapsJ.count; tap++) {
      const weight = tapsJ.weights[j * tapsJ.count + tap]!;
      if (weight === 0) continue;
      const from = sourceI * (tapsJ.first[j]! + tap + sourceJ * k);
      for (let i = 0; i < sourceI; i++) row[i]! += weight * data[from + i]!;
    }
    for (let i = 0; i < ni; i++) {
      const first = tapsI.first[i]!;
      if (first < 0) continue;
      let sum = 0;
      for (let tap = 0, w = i * tapsI.count; tap < tapsI.count; tap++, w++) sum += tapsI.weights[w]! * row[first + tap]!;
      out[j * ni + i] = sum;
    }
  }
}

function fillOutside(out: VoxelData, to: number, tapsI: AxisTaps, tapsJ: AxisTaps, ni: number, nj: number, value: number): void {
  for (let j = 0; j < nj; j++) {
    const row = to + j * ni;
    if (tapsJ.first[j]! < 0) out.fill(value, row, row + ni);
    else for (let i = 0; i < ni; i++) if (tapsI.first[i]! < 0) out[row + i] = value;
  }
}

/** Any other pair of grids: point by point, with several points a voxel where the target is coarser. */
function turned(slab: ResampleSlab, out: VoxelData): void {
  const { given, target, how, fromSlice, toSlice } = slab;
  const [ni, nj] = target.size;
  const { size } = given.grid;
  const zero = toVoxel(given.grid, toPatient(target, voxelPoint(0, 0, 0)));
  const step = ([0, 1, 2] as const).map((axis) => {
    const one = toVoxel(given.grid, toPatient(target, voxelPoint(axis === 0 ? 1 : 0, axis === 1 ? 1 : 0, axis === 2 ? 1 : 0)));
    return [one[0] - zero[0], one[1] - zero[1], one[2] - zero[2]] as const;
  }) as unknown as readonly [Vector3, Vector3, Vector3];
  const nearest = how.interpolation === "nearest";
  const round = !(out instanceof Float32Array);
  const offsets = nearest || how.antiAlias === false ? [[0, 0, 0] as const] : pointsOfVoxel(step);
  let to = 0;
  for (let k = fromSlice; k < toSlice; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, to++) {
        const x = zero[0] + i * step[0][0] + j * step[1][0] + k * step[2][0];
        const y = zero[1] + i * step[0][1] + j * step[1][1] + k * step[2][1];
        const z = zero[2] + i * step[0][2] + j * step[1][2] + k * step[2][2];
        const value = nearest ? nearestAt(given.data, size, x, y, z) : averageAt(given.data, size, x, y, z, offsets);
        out[to] = Number.isNaN(value) ? how.outsideValue : round ? Math.round(value) : value;
      }
    }
  }
}

function nearestAt(data: VoxelData, size: Vector3, x: number, y: number, z: number): number {
  const [ni, nj, nk] = size;
  if (!(x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= ni - 0.5 && y <= nj - 0.5 && z <= nk - 0.5)) return Number.NaN;
  const i = Math.min(ni - 1, Math.floor(x + 0.5));
  const j = Math.min(nj - 1, Math.floor(y + 0.5));
  const k = Math.min(nk - 1, Math.floor(z + 0.5));
  return data[i + ni * (j + nj * k)]!;
}

/** Mean of the points of a target voxel that lie within the source; NaN when its centre does not. */
function averageAt(data: VoxelData, size: Vector3, x: number, y: number, z: number, offsets: readonly Vector3[]): number {
  const centre = linearAt(data, size, x, y, z);
  if (offsets.length === 1 || Number.isNaN(centre)) return centre;
  let sum = 0;
  let count = 0;
  for (const [dx, dy, dz] of offsets) {
    const value = linearAt(data, size, x + dx, y + dy, z + dz);
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? centre : sum / count;
}

function pointsOfVoxel(step: readonly [Vector3, Vector3, Vector3]): readonly Vector3[] {
  const counts = step.map((along) => Math.max(1, Math.ceil(Math.hypot(...along) - 1e-6)));
  const [a, b, c] = counts.map((count) => Array.from({ length: count }, (_, n) => (n + 0.5) / count - 0.5)) as [
    number[],
    number[],
    number[],
  ];
  const at = (axis: 0 | 1 | 2, i: number, j: number, k: number): number => i * step[0][axis] + j * step[1][axis] + k * step[2][axis];
  return a.flatMap((i) => b.flatMap((j) => c.map((k): Vector3 => [at(0, i, j, k), at(1, i, j, k), at(2, i, j, k)])));
}
