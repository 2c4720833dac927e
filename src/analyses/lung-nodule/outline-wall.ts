import { median } from "../../base/stats.ts";
import { toPatient } from "../../volume/grid.ts";
import { type PatientPoint, voxelPoint } from "../../volume/space.ts";
import type { Mask, Volume } from "../../volume/volume.ts";
import { distanceAndNearest, distanceTo } from "./outline-distance.ts";
import { maskOnPatch, type Patch, patchAround } from "./outline-patch.ts";

/** Half way between lung and soft tissue. */
export const tissueHu = -400;

/** Distance to the wall around a point, on a coarse cube: 0 and below is inside chest wall, mediastinum or diaphragm. */
export interface WallField {
  readonly patch: Patch;
  readonly freeMm: Float32Array;
  /** Median HU of the lung around; null where less than a millilitre of it is seen. */
  readonly lungHu: number | null;
}

/**
 * What of the soft tissue around a point is wall and not lung content: all that a ball of this radius can reach from inside the tissue
 * without touching air (a grey-free opening; seen from the lung, a rolling ball, Armato & Sensakovic, Acad Radiol 2004;11:1011).
 * Vessels, nodules and masses thinner than the ball are not reached and stay lung content, also where they sit on the wall.
 * @param lungs where given, air outside them (around the patient, in the bowel) does not count, and all soft tissue beyond 3 mm of them is wall
 */
export function wallAround(volume: Volume, lungs: Mask | null, center: PatientPoint, ballRadiusMm: number): WallField {
  const spacingMm = ballRadiusMm > 20 ? 2 : 1.5;
  const patch = patchAround(volume, center, 2 * ballRadiusMm, spacingMm);
  const n = patch.count;
  const inLungs = lungs === null ? null : maskOnPatch(lungs, patch);
  const air = new Uint8Array(patch.hu.length);
  for (let index = 0; index < air.length; index++) air[index] = patch.hu[index]! < tissueHu && inLungs?.[index] !== 0 ? 1 : 0;
  const nearest = new Int32Array(air.length);
  const depth = distanceAndNearest(air, n, nearest);
  const deep = new Uint8Array(air.length);
  const ball = ballRadiusMm / spacingMm;
  for (let index = 0; index < deep.length; index++) {
    if (air[index] || nearest[index] === -1) continue;
    depth[index] = depth[index]! - airRim(patch, nearest[index]!);
    deep[index] = depth[index]! > ball ? 1 : 0;
  }
  const freeMm = distanceAndNearest(deep, n, nearest);
  for (let index = 0; index < freeMm.length; index++) {
    // The ball's surface lies between voxels: a deep voxel is deeper than the radius by some part of a voxel.
    const spare = nearest[index] === -1 || deep[index] ? 0 : depth[nearest[index]!]! - ball;
    freeMm[index] = Math.min((freeMm[index]! - spare - ball) * spacingMm, 50);
  }
  if (inLungs !== null) limitToLungs(freeMm, inLungs, patch);
  return { patch, freeMm, lungHu: lungTone(patch, freeMm) };
}

function lungTone(patch: Patch, freeMm: Float32Array): number | null {
  const lung: number[] = [];
  // Every third voxel tells the tone.
  for (let index = 0; index < freeMm.length; index += 3) {
    if (freeMm[index]! > 2 && patch.valid[index] && patch.hu[index]! < -500) lung.push(patch.hu[index]!);
  }
  return lung.length * 3 * patch.spacingMm ** 3 >= 1000 ? median(lung) : null;
}

/** How far the edge of the tissue lies from the centre of an air voxel beside it, in voxels, from the slope of the HU there. */
function airRim(patch: Patch, index: number): number {
  const { hu, count: n } = patch;
  const slope = (step: number): number =>
    Math.max(Math.abs((hu[index + step] ?? hu[index]!) - hu[index]!), Math.abs(hu[index]! - (hu[index - step] ?? hu[index]!)));
  const steepest = Math.hypot(slope(1), slope(n), slope(n * n));
  return steepest === 0 ? 0.5 : Math.min(Math.max((tissueHu - hu[index]!) / steepest, 0), 1);
}

/** How far beyond a lung mask a finding may reach: the mask follows the pleura within about this much. */
const beyondLungsMm = 3;

function limitToLungs(freeMm: Float32Array, inLungs: Uint8Array, patch: Patch): void {
  const outsideMm = distanceTo(inLungs, patch.count);
  for (let index = 0; index < freeMm.length; index++) {
    freeMm[index] = Math.min(freeMm[index]!, inLungs[index] ? 50 : Math.max(beyondLungsMm - outsideMm[index]! * patch.spacingMm, -50));
  }
}

/** The distance to the wall at every voxel of a finer patch, mm, trilinear. */
export function wallOnPatch(wall: WallField, patch: Patch): Float32Array {
  const coarse = wall.patch;
  const n = coarse.count;
  const out = new Float32Array(patch.hu.length);
  const step = patch.spacingMm / coarse.spacingMm;
  // Both grids have the same axes, so positions along each axis are independent.
  const first = [0, 1, 2].map((axis) => {
    const direction = coarse.grid.directions[axis as 0 | 1 | 2];
    const from = toPatient(patch.grid, voxelPoint(0, 0, 0));
    const offset = [0, 1, 2].reduce((sum, p) => sum + (from[p]! - coarse.grid.origin[p]!) * direction[p]!, 0);
    return offset / coarse.spacingMm;
  });
  const along = (axis: number): { low: Int32Array; share: Float64Array } => {
    const low = new Int32Array(patch.count);
    const share = new Float64Array(patch.count);
    for (let tick = 0; tick < patch.count; tick++) {
      const position = Math.min(Math.max(first[axis]! + tick * step, 0), n - 1);
      low[tick] = Math.min(Math.floor(position), n - 2);
      share[tick] = position - low[tick]!;
    }
    return { low, share };
  };
  const [x, y, z] = [along(0), along(1), along(2)] as const;
  const f = wall.freeMm;
  let index = 0;
  for (let k = 0; k < patch.count; k++) {
    for (let j = 0; j < patch.count; j++) {
      const row = n * (y.low[j]! + n * z.low[k]!);
      const sy = y.share[j]!;
      const sz = z.share[k]!;
      for (let i = 0; i < patch.count; i++, index++) {
        const at = row + x.low[i]!;
        const sx = x.share[i]!;
        const a = f[at]! + (f[at + 1]! - f[at]!) * sx;
        const b = f[at + n]! + (f[at + n + 1]! - f[at + n]!) * sx;
        const c = f[at + n * n]! + (f[at + n * n + 1]! - f[at + n * n]!) * sx;
        const d = f[at + n * n + n]! + (f[at + n * n + n + 1]! - f[at + n * n + n]!) * sx;
        const front = a + (b - a) * sy;
        out[index] = front + (c + (d - c) * sy - front) * sz;
      }
    }
  }
  return out;
}
