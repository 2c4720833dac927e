import { allocateFloat32 } from "./allocate.ts";
import { gaussian, gaussianReach } from "./gaussian.ts";
import type { Vector3 } from "./space.ts";
import type { Task } from "./threads.ts";
import type { Volume, VoxelData } from "./volume.ts";

/**
 * Eigenvalues of a symmetric 3 × 3 matrix in closed form (trigonometric: Smith, Communications of the ACM 1961; 4:168), smallest first.
 */
export function symmetricEigenvalues(xx: number, yy: number, zz: number, xy: number, xz: number, yz: number): [number, number, number] {
  const out: [number, number, number] = [0, 0, 0];
  eigenvaluesInto(out, xx, yy, zz, xy, xz, yz);
  return out;
}

function eigenvaluesInto(out: number[], xx: number, yy: number, zz: number, xy: number, xz: number, yz: number): void {
  const centre = (xx + yy + zz) / 3;
  const a = xx - centre;
  const b = yy - centre;
  const c = zz - centre;
  const off = xy * xy + xz * xz + yz * yz;
  const spread2 = (a * a + b * b + c * c + 2 * off) / 6;
  if (!(spread2 > 0)) {
    out[0] = out[1] = out[2] = centre;
    return;
  }
  const spread = Math.sqrt(spread2);
  const determinant = a * (b * c - yz * yz) - xy * (xy * c - yz * xz) + xz * (xy * yz - b * xz);
  const cosine = determinant / (2 * spread2 * spread);
  const turn = Math.cos(Math.acos(cosine < -1 ? -1 : Math.min(cosine, 1)) / 3);
  const largest = centre + 2 * spread * turn;
  const smallest = centre - spread * (turn + Math.sqrt(3 * Math.max(0, 1 - turn * turn)));
  out[0] = smallest;
  out[1] = 3 * centre - largest - smallest;
  out[2] = largest;
}

/** Eigenvalues of one slice, each `size[0] × size[1]`, smallest first; in value per mm². Overwritten by the next slice. */
export interface EigenvalueSlice {
  readonly k: number;
  readonly smallest: Float32Array;
  readonly middle: Float32Array;
  readonly largest: Float32Array;
}

/** Which slices at which scale. */
export interface HessianRange {
  readonly sigmaMm: number;
  /** First slice and one beyond the last; the whole volume when left out. */
  readonly fromSlice?: number;
  readonly toSlice?: number;
  readonly signal?: AbortSignal;
}

/** Slices smoothed at once. */
const slabSlices = 64;

/**
 * Eigenvalues of the Hessian of the volume smoothed by a Gaussian of `sigmaMm`, slice by slice from low k to high. Second derivatives are central
 * differences with the grid's spacing, in value/mm² (multiply by sigmaMm² for Lindeberg's scale normalisation). Only a slab
 * of some 64 slices and its margin is held as float32, never the volume.
 * @param visit is given each slice; its arrays are reused
 * @throws RangeError when sigmaMm is not positive or the slices are not of the volume; the signal's reason when aborted
 */
export function forHessianEigenvalues(given: Volume<VoxelData>, range: HessianRange, visit: (slice: EigenvalueSlice) => void): void {
  const { size, spacingMm } = given.grid;
  const { sigmaMm, fromSlice = 0, toSlice = size[2], signal } = range;
  if (!(sigmaMm > 0 && Number.isFinite(sigmaMm))) throw new RangeError(`sigmaMm must be positive, got ${sigmaMm}`);
  if (!(fromSlice >= 0 && fromSlice < toSlice && toSlice <= size[2]))
    throw new RangeError(`slices ${fromSlice} … ${toSlice} are not within ${size[2]}`);
  const sigmaVoxels: Vector3 = [sigmaMm / spacingMm[0], sigmaMm / spacingMm[1], sigmaMm / spacingMm[2]];
  const margin = gaussianReach(sigmaVoxels[2]) + 1;
  const plane = size[0] * size[1];
  const slice = { k: 0, smallest: new Float32Array(plane), middle: new Float32Array(plane), largest: new Float32Array(plane) };
  const buffer = new Float32Array(plane * Math.min(size[2], slabSlices + 2 * margin));
  for (let start = fromSlice; start < toSlice; start += slabSlices) {
    signal?.throwIfAborted();
    const end = Math.min(toSlice, start + slabSlices);
    const lo = Math.max(0, start - margin);
    const hi = Math.min(size[2], end + margin);
    const smooth = buffer.subarray(0, plane * (hi - lo));
    smooth.set(given.data.subarray(plane * lo, plane * hi));
    gaussian(smooth, [size[0], size[1], hi - lo], sigmaVoxels, smooth);
    for (let k = start; k < end; k++) {
      eigenvaluesOfSlice(smooth, [size[0], size[1], hi - lo], spacingMm, k - lo, slice);
      slice.k = k;
      visit(slice);
    }
  }
}

/** Differences reach past the edge to the edge voxel itself, as the smoothing's reflection does. */
function eigenvaluesOfSlice(data: Float32Array, size: Vector3, spacingMm: Vector3, k: number, out: Omit<EigenvalueSlice, "k">): void {
  const [ni, nj, nk] = size;
  const [hx, hy, hz] = spacingMm;
  const plane = ni * nj;
  const below = k > 0 ? -plane : 0;
  const above = k < nk - 1 ? plane : 0;
  const values = [0, 0, 0];
  for (let j = 0; j < nj; j++) {
    const front = j > 0 ? -ni : 0;
    const back = j < nj - 1 ? ni : 0;
    for (let i = 0; i < ni; i++) {
      const left = i > 0 ? -1 : 0;
      const right = i < ni - 1 ? 1 : 0;
      const at = k * plane + j * ni + i;
      const twice = 2 * data[at]!;
      eigenvaluesInto(
        values,
        (data[at + left]! + data[at + right]! - twice) / (hx * hx),
        (data[at + front]! + data[at + back]! - twice) / (hy * hy),
        (data[at + below]! + data[at + above]! - twice) / (hz * hz),
        (data[at + right + back]! + data[at + left + front]! - data[at + right + front]! - data[at + left + back]!) / (4 * hx * hy),
        (data[at + right + above]! + data[at + left + below]! - data[at + right + below]! - data[at + left + above]!) / (4 * hx * hz),
        (data[at + back + above]! + data[at + front + below]! - data[at + front + above]! - data[at + back + below]!) / (4 * hy * hz),
      );
      const to = j * ni + i;
      out.smallest[to] = values[0]!;
      out.middle[to] = values[1]!;
      out.largest[to] = values[2]!;
    }
  }
}

/** Eigenvalues of a slab of slices, each array `size[0] × size[1] × slices`. */
export interface HessianSlab {
  readonly smallest: Float32Array<ArrayBufferLike>;
  readonly middle: Float32Array<ArrayBufferLike>;
  readonly largest: Float32Array<ArrayBufferLike>;
}

/** The eigenvalues of some slices, kept, for another thread. What needs only a figure of them has a task of its own around forHessianEigenvalues. */
export const hessianTask: Task<{ given: Volume<VoxelData>; range: Omit<HessianRange, "signal"> }, HessianSlab> = {
  name: "volume/hessian",
  compute: ({ given, range }) => {
    const { fromSlice = 0, toSlice = given.grid.size[2] } = range;
    const plane = given.grid.size[0] * given.grid.size[1];
    const count = plane * (toSlice - fromSlice);
    const slab = { smallest: allocateFloat32(count), middle: allocateFloat32(count), largest: allocateFloat32(count) };
    forHessianEigenvalues(given, range, (slice) => {
      const to = plane * (slice.k - fromSlice);
      slab.smallest.set(slice.smallest, to);
      slab.middle.set(slice.middle, to);
      slab.largest.set(slice.largest, to);
    });
    return slab;
  },
};
