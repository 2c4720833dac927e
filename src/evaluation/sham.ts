import type { SeededRandom } from "../base/seeded-random.ts";
import { median } from "../base/stats.ts";
import { type Box, crop } from "../volume/crop.ts";
import { squaredDistanceMm2 } from "../volume/distance.ts";
import { gaussian } from "../volume/gaussian.ts";
import { toPatient, toVoxel } from "../volume/grid.ts";
import { distanceBetween, type PatientPoint, patientPoint, type Vector3, voxelPoint } from "../volume/space.ts";
import type { Mask, Volume } from "../volume/volume.ts";
import type { Occupied } from "./choose-place.ts";
import { type NodulePatch, nodulePatch } from "./nodule-patch.ts";

const AERATED_HU = -500;
/** Surroundings cut out with a piece: what the look of a place is judged by. */
const MARGIN_MM = 8;
/** The edge of a nodule that its partial volume brightens is emptied too … */
const EDGE_MM = 1.5;
/** … and filled with what lies up to here. */
const ROUND_MM = 4;
const DRAWS = 3000;
const TRIES = 60;
/** Share of soft tissue in a vessel piece's outline: less is lung, more a hilum or a wall. */
const VESSEL_SHARE = { least: 0.05, most: 0.25 };

/**
 * A piece of a scan with a nodule's outline, ready to be set in as a nodule is: what a finder marks on it, it marks for the blend, not for a
 * nodule.
 * @param scale the outline's size against the nodule's
 * @returns null when the piece with its margin does not lie in the scan
 */
export function pieceOf(scan: Volume, nodule: NodulePatch, centerMm: PatientPoint, scale = 1): NodulePatch | null {
  const box = pieceBox(scan, nodule, centerMm, scale);
  if (box === null) return null;
  const patch = crop(scan, box);
  const [nx, ny] = patch.grid.size;
  const agreement = Uint8Array.from(patch.data, (_, at) => {
    const point = toPatient(patch.grid, voxelPoint(at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))));
    const along = (axis: 0 | 1 | 2): number => nodule.centerMm[axis] + (point[axis] - centerMm[axis]) / scale;
    return holds(nodule, patientPoint(along(0), along(1), along(2))) ? 1 : 0;
  });
  // an outline thinner than the scan's slices may pass between them
  if (!agreement.includes(1)) return null;
  return nodulePatch({ patch, agreement: { grid: patch.grid, data: agreement }, readers: 1 });
}

/** The voxels of a piece with its margin; null when they leave the scan. */
function pieceBox({ grid }: Volume, nodule: NodulePatch, centerMm: PatientPoint, scale: number): Box | null {
  const center = toVoxel(grid, centerMm);
  const reach = scale * farthestMm(nodule) + MARGIN_MM;
  const lo = center.map((n, axis) => Math.floor(n - reach / grid.spacingMm[axis]!)) as unknown as Vector3;
  const hi = center.map((n, axis) => Math.ceil(n + reach / grid.spacingMm[axis]!) + 1) as unknown as Vector3;
  return lo.some((n) => n < 0) || hi.some((n, axis) => n > grid.size[axis]!) ? null : { lo, hi };
}

/** Whether the nodule's outline holds a place. */
function holds({ grid, consensus }: NodulePatch, at: PatientPoint): boolean {
  const [i, j, k] = toVoxel(grid, at).map(Math.round) as [number, number, number];
  const inside = i >= 0 && j >= 0 && k >= 0 && i < grid.size[0] && j < grid.size[1] && k < grid.size[2];
  return inside && consensus[i + grid.size[0] * (j + grid.size[1] * k)] === 1;
}

function farthestMm({ core: { offsetsMm }, grid }: NodulePatch): number {
  let most = 0;
  for (let n = 0; n < offsetsMm.length; n += 3) most = Math.max(most, Math.hypot(offsetsMm[n]!, offsetsMm[n + 1]!, offsetsMm[n + 2]!));
  return most + Math.max(...grid.spacingMm);
}

/**
 * The nodule's patch without the nodule: the outline and 1.5 mm round it are filled from the lung up to 4 mm away, nearer voxels counting more,
 * with noise as strong as that lung's. Wall and vessels round it stay.
 */
export function emptied(nodule: NodulePatch, random: SeededRandom): NodulePatch {
  const { grid, consensus } = nodule;
  const hu = Int16Array.from(nodule.hu);
  const distance = squaredDistanceMm2({ grid, data: consensus }, "inside");
  const inside = (at: number): boolean => distance[at]! <= EDGE_MM ** 2;
  const lung = [...hu.keys()].filter((at) => !inside(at) && distance[at]! <= ROUND_MM ** 2 && hu[at]! < AERATED_HU);
  const fallback = nodule.backgroundHu ?? -850;
  const noise = gaussian(
    Float32Array.from(hu, () => random.normal()),
    grid.size,
    [0.7, 0.7, 0],
  );
  const strength = lung.length === 0 ? 0 : roughness(hu, lung) / roughness(noise, lung);
  const [nx, ny] = grid.size;
  const mm = (at: number): Vector3 => [
    (at % nx) * grid.spacingMm[0],
    (Math.floor(at / nx) % ny) * grid.spacingMm[1],
    Math.floor(at / (nx * ny)) * grid.spacingMm[2],
  ];
  const known = lung.map((at) => ({ at: mm(at), hu: hu[at]! }));
  for (let at = 0; at < hu.length; at++) {
    if (!inside(at)) continue;
    const here = mm(at);
    let [sum, weight] = [0, 0];
    for (const one of known) {
      const w = ((here[0] - one.at[0]) ** 2 + (here[1] - one.at[1]) ** 2 + (here[2] - one.at[2]) ** 2) ** -2;
      sum += w * one.hu;
      weight += w;
    }
    hu[at] = Math.round((weight > 0 ? sum / weight : fallback) + strength * noise[at]!);
  }
  return nodulePatch({ patch: { grid, data: hu }, agreement: { grid, data: consensus }, readers: 1 });
}

/** Median difference of neighbours along a row: noise without the structures it lies on. */
const roughness = (values: Int16Array | Float32Array, at: readonly number[]): number =>
  median(at.filter((n) => n + 1 < values.length).map((n) => Math.abs(values[n + 1]! - values[n]!)));

/**
 * Where a piece is cut out: of 60 random places whose outline lies in the lungs the one with the least soft tissue in it ("lung"), or the most
 * up to a quarter ("vessel").
 * @returns null when no place fits
 */
export function pieceFrom(
  scan: Volume,
  lungs: Mask,
  nodule: NodulePatch,
  what: "lung" | "vessel",
  random: SeededRandom,
  occupied: readonly Occupied[],
  scale = 1,
): PatientPoint | null {
  let best: { at: PatientPoint; share: number } | null = null;
  const { grid } = scan;
  for (let draw = 0, tried = 0; draw < DRAWS && tried < TRIES; draw++) {
    const voxel = voxelPoint(random.integer(grid.size[0]), random.integer(grid.size[1]), random.integer(grid.size[2]));
    if (lungs.data[voxel[0] + grid.size[0] * (voxel[1] + grid.size[1] * voxel[2])] === 0) continue;
    const at = toPatient(grid, voxel);
    if (occupied.some((taken) => distanceBetween(taken.centerMm, at) < taken.distanceMm)) continue;
    if (pieceBox(scan, nodule, at, scale) === null) continue;
    const share = tissueShare(scan, lungs, nodule, at, scale);
    if (share === null) continue;
    tried++;
    if (what === "vessel" && !(share >= VESSEL_SHARE.least && share <= VESSEL_SHARE.most)) continue;
    if (best === null || (what === "vessel" ? share > best.share : share < best.share)) best = { at, share };
  }
  return best?.at ?? null;
}

/** Share of soft tissue in the outline at a place; null when some of it is not lung. */
function tissueShare({ grid, data }: Volume, lungs: Mask, nodule: NodulePatch, at: PatientPoint, scale: number): number | null {
  const { offsetsMm } = nodule.core;
  let tissue = 0;
  for (let n = 0; n < offsetsMm.length; n += 3) {
    const point = patientPoint(at[0] + scale * offsetsMm[n]!, at[1] + scale * offsetsMm[n + 1]!, at[2] + scale * offsetsMm[n + 2]!);
    const [i, j, k] = toVoxel(grid, point).map(Math.round) as [number, number, number];
    const outside = i < 0 || j < 0 || k < 0 || i >= grid.size[0] || j >= grid.size[1] || k >= grid.size[2];
    const index = i + grid.size[0] * (j + grid.size[1] * k);
    if (outside || lungs.data[index] === 0) return null;
    if (data[index]! > AERATED_HU) tissue++;
  }
  return tissue / (offsetsMm.length / 3);
}
