import type { Grid } from "../volume/grid.ts";
import { toVoxel } from "../volume/grid.ts";
import type { PatientPoint, Vector3 } from "../volume/space.ts";
import type { Volume } from "../volume/volume.ts";
import { type NodulePatch, smoothStep } from "./nodule-patch.ts";

/** Rows of an orthogonal matrix: offset in the nodule's patch = turn · offset in the host, both from the nodule's centre in mm. */
export type Turn = readonly [Vector3, Vector3, Vector3];

/** Where a nodule goes and how it is turned. */
export interface Place {
  readonly centerMm: PatientPoint;
  readonly turn: Turn;
}

/** What was set in: the voxels that may have changed, and the truth a reader is scored against. */
export interface Insertion {
  /** Voxel box, hi exclusive. */
  readonly box: { readonly lo: Vector3; readonly hi: Vector3 };
  readonly centerMm: PatientPoint;
  readonly diameterMm: number;
}

/** Structures of the host this much brighter than its lung are left standing next to the nodule. */
const STRUCTURE_HU = { from: 150, to: 400 };
const AERATED_HU = -500;
const SOFT_TISSUE_HU = 0;
const REACH_MM = 2.7;

export const unturned: Turn = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** The sixteen turns that keep slices slices: quarter turns in plane, mirrored or not, upright or upside down. */
export const turns: readonly Turn[] = [1, -1].flatMap((z) =>
  [0, 1, 2, 3].flatMap((quarter) =>
    [1, -1].map((mirror): Turn => {
      const cos = [1, 0, -1, 0][quarter]!;
      const sin = [0, 1, 0, -1][quarter]!;
      return [
        [cos * mirror, -sin, 0],
        [sin * mirror, cos, 0],
        [0, 0, z],
      ];
    }),
  ),
);

/**
 * Sets a real nodule into another scan; the host is written to. Each voxel becomes (1 − α) · host + α · nodule with the opacity α of the patch,
 * where
 * - the patch is sampled trilinearly, averaged over the host's voxel where that is the coarser (premultiplied by α, so that nothing outside the
 *   patch leaks in);
 * - the nodule's lung background b is moved to the host's b′ in proportion to the air in the voxel: h + (b′ − b) · h/b for b ≤ h ≤ 0: soft
 *   tissue keeps its HU, lung becomes the host's lung, partial volume and ground glass follow in between;
 * - outside the consensus outline the host's vessels and wall stay in front of the nodule's lung.
 *
 * The truth is the consensus centroid at `place` and the equivalent diameter of the consensus volume; no turn changes them.
 * @returns null when the nodule with its fading rim would not lie wholly in the host
 */
export function insertNodule(host: Volume, nodule: NodulePatch, place: Place): Insertion | null {
  const box = boxRound(host.grid, nodule, place);
  if (box === null) return null;
  const sampler = patchSampler(host.grid, nodule, place);
  const backgroundHu = nodule.backgroundHu === null ? null : lungBackgroundHu(host, box);
  const before = nodule.backgroundHu ?? -1000;
  const shiftHu = backgroundHu === null ? 0 : backgroundHu - before;
  const [nx, ny] = host.grid.size;
  for (let k = box.lo[2]; k < box.hi[2]; k++)
    for (let j = box.lo[1]; j < box.hi[1]; j++)
      for (let i = box.lo[0]; i < box.hi[0]; i++) {
        const sampled = sampler(i, j, k);
        if (sampled.opacity <= 0) continue;
        const at = i + nx * (j + ny * k);
        const own = host.data[at]!;
        const hu = sampled.hu + shiftHu * airShare(sampled.hu, before);
        const kept = own > hu ? (1 - sampled.inside) * smoothStep(STRUCTURE_HU.from, STRUCTURE_HU.to, own - (backgroundHu ?? -850)) : 0;
        host.data[at] = Math.round(own + sampled.opacity * (1 - kept) * (hu - own));
      }
  return { box, centerMm: place.centerMm, diameterMm: nodule.diameterMm };
}

/** 1 in the background's HU and below, 0 in soft tissue. */
const airShare = (hu: number, backgroundHu: number): number =>
  Math.min(1, Math.max(0, (SOFT_TISSUE_HU - hu) / (SOFT_TISSUE_HU - backgroundHu)));

/** Voxels the nodule and its rim can reach; null when they leave the host. */
function boxRound(grid: Grid, nodule: NodulePatch, place: Place): Insertion["box"] | null {
  const center = toVoxel(grid, place.centerMm);
  const lo = [0, 0, 0];
  const hi = [0, 0, 0];
  const reach = reachMm(nodule, place.turn);
  for (let axis = 0; axis < 3; axis++) {
    const direction = grid.directions[axis]!;
    const mm = Math.abs(direction[0]) * reach[0] + Math.abs(direction[1]) * reach[1] + Math.abs(direction[2]) * reach[2];
    lo[axis] = Math.floor(center[axis]! - mm / grid.spacingMm[axis]!) - 1;
    hi[axis] = Math.ceil(center[axis]! + mm / grid.spacingMm[axis]!) + 2;
    if (lo[axis]! < 0 || hi[axis]! > grid.size[axis]!) return null;
  }
  return { lo: lo as unknown as Vector3, hi: hi as unknown as Vector3 };
}

/** Half extent of the nodule and its rim along the host's patient axes, mm. */
function reachMm(nodule: NodulePatch, turn: Turn): Vector3 {
  const most = [0, 0, 0];
  const { offsetsMm } = nodule.core;
  for (let n = 0; n < offsetsMm.length; n += 3)
    for (let axis = 0; axis < 3; axis++) {
      // the inverse of an orthogonal matrix is its transpose
      const mm = turn[0][axis]! * offsetsMm[n]! + turn[1][axis]! * offsetsMm[n + 1]! + turn[2][axis]! * offsetsMm[n + 2]!;
      most[axis] = Math.max(most[axis]!, Math.abs(mm));
    }
  const rim = REACH_MM + Math.max(...nodule.grid.spacingMm);
  return [most[0]! + rim, most[1]! + rim, most[2]! + rim];
}

/** Median HU of the aerated voxels of a box; null when less than a tenth of it is aerated. */
function lungBackgroundHu(host: Volume, box: Insertion["box"]): number | null {
  const aerated: number[] = [];
  const [nx, ny] = host.grid.size;
  let all = 0;
  for (let k = box.lo[2]; k < box.hi[2]; k++)
    for (let j = box.lo[1]; j < box.hi[1]; j++)
      for (let i = box.lo[0]; i < box.hi[0]; i++, all++) {
        const hu = host.data[i + nx * (j + ny * k)]!;
        if (hu < AERATED_HU) aerated.push(hu);
      }
  if (aerated.length * 10 < all) return null;
  aerated.sort((a, b) => a - b);
  return aerated[aerated.length >> 1]!;
}

interface Sampled {
  /** Mean opacity over the host voxel. */
  opacity: number;
  /** Opacity-weighted HU. */
  hu: number;
  /** Share of the host voxel in the consensus outline. */
  inside: number;
}

/** Samples the turned patch at a host voxel, averaging over sub-positions along axes on which the host is coarser. The result object is reused. */
function patchSampler(grid: Grid, nodule: NodulePatch, place: Place): (i: number, j: number, k: number) => Sampled {
  const { matrix, offset } = hostToPatch(grid, nodule, place);
  const parts = [0, 1, 2].map((axis) => Math.ceil(Math.max(...matrix.map((row) => Math.abs(row[axis]!))) - 0.05));
  const steps = parts.map((count) => Array.from({ length: Math.max(1, count) }, (_, n) => (n + 0.5) / Math.max(1, count) - 0.5));
  const result: Sampled = { opacity: 0, hu: 0, inside: 0 };
  const positions = steps[2]!.length * steps[1]!.length * steps[0]!.length;
  return (i, j, k) => {
    const sums = { opacity: 0, weighted: 0, inside: 0 };
    for (const dk of steps[2]!)
      for (const dj of steps[1]!)
        for (const di of steps[0]!) {
          const [x, y, z] = [i + di, j + dj, k + dk];
          addSample(
            nodule,
            matrix[0]![0] * x + matrix[0]![1] * y + matrix[0]![2] * z + offset[0],
            matrix[1]![0] * x + matrix[1]![1] * y + matrix[1]![2] * z + offset[1],
            matrix[2]![0] * x + matrix[2]![1] * y + matrix[2]![2] * z + offset[2],
            sums,
          );
        }
    result.opacity = sums.opacity / positions;
    result.hu = sums.opacity > 0 ? sums.weighted / sums.opacity : 0;
    result.inside = sums.inside / positions;
    return result;
  };
}

/** Adds one trilinear sample of opacity, opacity × HU and outline; what lies outside the patch is transparent, so a cut end fades over one slice. */
function addSample(
  nodule: NodulePatch,
  x: number,
  y: number,
  z: number,
  sums: { opacity: number; weighted: number; inside: number },
): void {
  const [nx, ny, nz] = nodule.grid.size;
  const [i0, j0, k0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  for (let corner = 0; corner < 8; corner++) {
    const i = i0 + (corner & 1);
    const j = j0 + ((corner >> 1) & 1);
    const k = k0 + (corner >> 2);
    if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) continue;
    const weight = (1 - Math.abs(x - i)) * (1 - Math.abs(y - j)) * (1 - Math.abs(z - k));
    const at = i + nx * (j + ny * k);
    const opacity = weight * nodule.opacity[at]!;
    sums.opacity += opacity;
    sums.weighted += opacity * nodule.hu[at]!;
    sums.inside += weight * nodule.consensus[at]!;
  }
}

/** Affine map from host voxel to patch voxel. */
function hostToPatch(grid: Grid, nodule: NodulePatch, place: Place): { matrix: readonly Vector3[]; offset: Vector3 } {
  const center = toVoxel(nodule.grid, nodule.centerMm);
  const at = toVoxel(grid, place.centerMm);
  const rows = [0, 1, 2].map((axis): Vector3 => {
    const direction = nodule.grid.directions[axis]!;
    const column = (hostAxis: number): number => {
      const along = grid.directions[hostAxis]!;
      const turned = place.turn.map((row) => row[0] * along[0] + row[1] * along[1] + row[2] * along[2]);
      const mm = direction[0] * turned[0]! + direction[1] * turned[1]! + direction[2] * turned[2]!;
      return (mm * grid.spacingMm[hostAxis]!) / nodule.grid.spacingMm[axis]!;
    };
    return [column(0), column(1), column(2)];
  });
  const offset = rows.map((row, axis) => center[axis]! - (row[0] * at[0] + row[1] * at[1] + row[2] * at[2]));
  return { matrix: rows, offset: offset as unknown as Vector3 };
}
