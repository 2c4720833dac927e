import { type Grid, voxelCount, voxelVolumeMm3 } from "../volume/grid.ts";
import { type PatientPoint, patientPoint } from "../volume/space.ts";
import type { Mask, Volume } from "../volume/volume.ts";

/** A real nodule as its readers outlined it: a crop of the scan it was seen in, and for each voxel how many readers' outlines hold it. */
export interface OutlinedNodule {
  /** HU. */
  readonly patch: Volume;
  /** 0 … readers, on the grid of the patch. */
  readonly agreement: Mask;
  readonly readers: number;
}

/** Points round the nodule's centre and the HU found there. */
export interface HuSamples {
  /** x, y, z of each point against the nodule's centre, mm in the patch's patient frame. */
  readonly offsetsMm: Float32Array;
  readonly hu: Int16Array;
}

/** A nodule made ready to be set into other scans. */
export interface NodulePatch {
  readonly grid: Grid;
  readonly hu: Int16Array<ArrayBufferLike>;
  /** 0 … 1: how much of the voxel is the nodule's rather than the host's. */
  readonly opacity: Float32Array;
  /** 1 in the consensus outline (agreement ≥ readers / 2). */
  readonly consensus: Uint8Array;
  /** Centroid of the consensus outline. */
  readonly centerMm: PatientPoint;
  readonly volumeMm3: number;
  /** Diameter of the ball of that volume. */
  readonly diameterMm: number;
  /** Voxels of the consensus outline (at most about 400 of them). */
  readonly core: HuSamples;
  /** Voxels 1–6 mm outside it, as far as the patch reaches. */
  readonly shell: HuSamples;
  /** Median of the aerated (below −500 HU) part of the shell; null when that is less than a tenth of it. */
  readonly backgroundHu: number | null;
  /** Ends along k at which the consensus outline reaches the last slice of the patch. */
  readonly cut: { readonly below: boolean; readonly above: boolean };
}

/** The nodule's own surroundings are kept whole to this distance from the outline (the blur of its edge) … */
const FULL_OPACITY_MM = 0.7;
/** … and the host's begin to show through until they stand alone here. */
const NO_OPACITY_MM = 2.7;
const SHELL_MM = { from: 1, to: 6 };
const MOST_CORE_SAMPLES = 400;
const MOST_SHELL_SAMPLES = 600;
const AERATED_HU = -500;

/** 0 at or below a, 1 at or above b, smooth between. */
export function smoothStep(a: number, b: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - a) / (b - a)));
  return t * t * (3 - 2 * t);
}

/**
 * Prepares a nodule for insertion: consensus outline, soft opacity and the look of its surroundings.
 * Opacity is 1 inside the consensus outline and .7 mm round it, falls smoothly to 0 at 2.7 mm, and is nowhere less than the share of readers who
 * drew the voxel.
 *
 * A patch whose outline reaches its last slice holds the whole outline (patches are cut to the readers' own slices) but no slice of background
 * beyond; `insertNodule` then fades that slice out over one slice spacing, which is what partial volume does. `cut` says where this was done.
 * @throws RangeError when the grids differ, no voxel reaches the consensus, or `readers` is not a positive integer
 */
export function nodulePatch(nodule: OutlinedNodule): NodulePatch {
  const { patch, agreement, readers } = nodule;
  if (!(Number.isInteger(readers) && readers > 0)) throw new RangeError(`readers must be a positive integer, got ${readers}`);
  if (agreement.data.length !== patch.data.length) throw new RangeError("agreement and patch must lie on one grid");
  const { grid } = patch;
  const consensus = Uint8Array.from(agreement.data, (count) => (count > 0 && count >= readers / 2 ? 1 : 0));
  const { center, count } = centroid(grid, consensus);
  if (count === 0) throw new RangeError("no voxel of the nodule reaches the consensus of its readers");
  const volumeMm3 = count * voxelVolumeMm3(grid);
  const distanceMm = distanceOutsideMm(grid, consensus, SHELL_MM.to);
  const opacity = Float32Array.from(distanceMm, (mm, at) =>
    consensus[at] === 1 ? 1 : Math.max(1 - smoothStep(FULL_OPACITY_MM, NO_OPACITY_MM, mm), Math.min(1, agreement.data[at]! / readers)),
  );
  const shell = samples(patch, center, MOST_SHELL_SAMPLES, (at) => distanceMm[at]! >= SHELL_MM.from && distanceMm[at]! <= SHELL_MM.to);
  const aerated = shell.hu.filter((hu) => hu < AERATED_HU).sort();
  const last = grid.size[2] - 1;
  return {
    grid,
    hu: patch.data,
    opacity,
    consensus,
    centerMm: fromIndex(grid, center),
    volumeMm3,
    diameterMm: Math.cbrt((6 * volumeMm3) / Math.PI),
    core: samples(patch, center, MOST_CORE_SAMPLES, (at) => consensus[at] === 1),
    shell,
    backgroundHu: aerated.length * 10 >= shell.hu.length && aerated.length > 0 ? aerated[aerated.length >> 1]! : null,
    cut: { below: sliceHolds(grid, consensus, 0), above: sliceHolds(grid, consensus, last) },
  };
}

type Index = readonly [number, number, number];

function centroid(grid: Grid, mask: Uint8Array): { center: Index; count: number } {
  const [nx, ny, nz] = grid.size;
  let [x, y, z, count] = [0, 0, 0, 0];
  for (let k = 0, at = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++)
        if (mask[at] === 1) {
          x += i;
          y += j;
          z += k;
          count++;
        }
  return { center: [x / count, y / count, z / count], count };
}

function fromIndex(grid: Grid, index: Index): PatientPoint {
  const offset = offsetMm(grid, index);
  return patientPoint(grid.origin[0] + offset[0], grid.origin[1] + offset[1], grid.origin[2] + offset[2]);
}

function offsetMm(grid: Grid, index: Index): Index {
  const [di, dj, dk] = grid.directions;
  const a = index[0] * grid.spacingMm[0];
  const b = index[1] * grid.spacingMm[1];
  const c = index[2] * grid.spacingMm[2];
  return [di[0] * a + dj[0] * b + dk[0] * c, di[1] * a + dj[1] * b + dk[1] * c, di[2] * a + dj[2] * b + dk[2] * c];
}

function sliceHolds(grid: Grid, mask: Uint8Array, k: number): boolean {
  const inSlice = grid.size[0] * grid.size[1];
  return mask.subarray(k * inSlice, (k + 1) * inSlice).includes(1);
}

/** Euclidean distance of each voxel centre to the nearest voxel centre of the mask, mm; Infinity beyond `limitMm`, 0 inside. */
function distanceOutsideMm(grid: Grid, mask: Uint8Array, limitMm: number): Float32Array {
  const [nx, ny, nz] = grid.size;
  const [sx, sy, sz] = grid.spacingMm;
  const [ri, rj, rk] = [Math.floor(limitMm / sx), Math.floor(limitMm / sy), Math.floor(limitMm / sz)];
  const out = new Float32Array(voxelCount(grid)).fill(Number.POSITIVE_INFINITY);
  const splat = (i0: number, j0: number, k0: number): void => {
    for (let k = Math.max(0, k0 - rk); k <= Math.min(nz - 1, k0 + rk); k++)
      for (let j = Math.max(0, j0 - rj); j <= Math.min(ny - 1, j0 + rj); j++)
        for (let i = Math.max(0, i0 - ri); i <= Math.min(nx - 1, i0 + ri); i++) {
          const mm = Math.hypot((i - i0) * sx, (j - j0) * sy, (k - k0) * sz);
          const at = i + nx * (j + ny * k);
          if (mm <= limitMm && mm < out[at]!) out[at] = mm;
        }
  };
  for (let k = 0; k < nz; k++) for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++) if (isRim(i, j, k)) splat(i, j, k);
  for (let at = 0; at < out.length; at++) if (mask[at] === 1) out[at] = 0;
  return out;

  function isRim(i: number, j: number, k: number): boolean {
    const at = i + nx * (j + ny * k);
    if (mask[at] !== 1) return false;
    if (i === 0 || j === 0 || k === 0 || i === nx - 1 || j === ny - 1 || k === nz - 1) return true;
    return !(mask[at - 1] && mask[at + 1] && mask[at - nx] && mask[at + nx] && mask[at - nx * ny] && mask[at + nx * ny]);
  }
}

function samples(patch: Volume, center: Index, most: number, wanted: (at: number) => boolean): HuSamples {
  const found: number[] = [];
  for (let at = 0; at < patch.data.length; at++) if (wanted(at)) found.push(at);
  const step = Math.max(1, found.length / most);
  const count = Math.floor(found.length / step);
  const [nx, ny] = patch.grid.size;
  const offsetsMm = new Float32Array(3 * count);
  const hu = new Int16Array(count);
  for (let n = 0; n < count; n++) {
    const at = found[Math.floor(n * step)]!;
    const index: Index = [(at % nx) - center[0], (Math.floor(at / nx) % ny) - center[1], Math.floor(at / (nx * ny)) - center[2]];
    offsetsMm.set(offsetMm(patch.grid, index), 3 * n);
    hu[n] = patch.data[at]!;
  }
  return { offsetsMm, hu };
}
