import type { SeededRandom } from "../base/seeded-random.ts";
import { toPatient, toVoxel } from "../volume/grid.ts";
import { distanceBetween, type PatientPoint, voxelPoint } from "../volume/space.ts";
import type { Mask, Volume } from "../volume/volume.ts";
import { type Place, type Turn, turns } from "./insert-nodule.ts";
import type { HuSamples, NodulePatch } from "./nodule-patch.ts";

/** Something to keep away from: a reader's mark, a tumour, another insertion. */
export interface Occupied {
  readonly centerMm: PatientPoint;
  /** Least distance of the new nodule's centre. */
  readonly distanceMm: number;
}

export interface PlaceOptions {
  readonly occupied: readonly Occupied[];
  /** Lung places tried; the most alike wins. */
  readonly tries?: number;
}

/** Share of the nodule's outline that must lie in the lungs. */
const LEAST_IN_LUNG = 0.9;
/** Most of the outline that may cover the host's own vessels or wall. */
const MOST_ON_TISSUE = 0.15;
const TISSUE_HU = -400;
const DRAWS_PER_TRY = 40;
const CLIP_HU = { low: -1000, high: 100 };

/** A place, and how unlike the nodule's own surroundings it is (HU; 0 is the same). */
export interface ChosenPlace extends Place {
  readonly unlikenessHu: number;
}

/**
 * A place in the lungs that resembles where the nodule grew. Of `tries` random places that hold the nodule, each in up to four random turns, the
 * one is taken whose shell 1–6 mm round the nodule is most like the nodule's own: the mean of the first Wasserstein distance of the two HU
 * histograms (how much vessel and wall there is) and of the mean absolute difference point by point (on which side), HU clipped to −1000 … 100.
 * Half of the places are drawn beside the lung's border when a fifth of the nodule's own shell is soft tissue, so that juxtapleural nodules
 * come to lie at a pleura.
 * @param lungs any label above 0 is lung, on the scan's grid
 * @returns null when no place fits
 * @throws RangeError when the lungs are not on the scan's grid
 */
export function choosePlace(
  scan: Volume,
  lungs: Mask,
  nodule: NodulePatch,
  random: SeededRandom,
  options: PlaceOptions,
): ChosenPlace | null {
  if (lungs.data.length !== scan.data.length) throw new RangeError("lungs must lie on the grid of the scan");
  const tries = options.tries ?? 60;
  const atBorder = nodule.shell.hu.filter((hu) => hu > TISSUE_HU).length > 0.2 * nodule.shell.hu.length;
  let best: ChosenPlace | null = null;
  for (let n = 0; n < tries; n++) {
    const centerMm = drawPlace(lungs, nodule, random, options.occupied, atBorder && n % 2 === 0);
    if (centerMm === null) continue;
    for (let m = 0; m < 4; m++) {
      const turn = turns[random.integer(turns.length)]!;
      if (!holds(scan, lungs, nodule, centerMm, turn)) continue;
      const unlikenessHu = unlikeness(nodule.shell, sampleHost(scan, nodule.shell, centerMm, turn));
      if (best === null || unlikenessHu < best.unlikenessHu) best = { centerMm, turn, unlikenessHu };
    }
  }
  return best;
}

/** A random lung voxel's centre, moved by less than a voxel, far from what is occupied; beside the border when asked. */
function drawPlace(
  lungs: Mask,
  nodule: NodulePatch,
  random: SeededRandom,
  occupied: readonly Occupied[],
  atBorder: boolean,
): PatientPoint | null {
  const { grid, data } = lungs;
  for (let draw = 0; draw < DRAWS_PER_TRY * (atBorder ? 5 : 1); draw++) {
    const [i, j, k] = [random.integer(grid.size[0]), random.integer(grid.size[1]), random.integer(grid.size[2])];
    if (data[i + grid.size[0] * (j + grid.size[1] * k)] === 0) continue;
    const jitter = (): number => random.uniform() - 0.5;
    const at = toPatient(grid, voxelPoint(i + jitter(), j + jitter(), k + jitter()));
    if (occupied.some((taken) => distanceBetween(taken.centerMm, at) < taken.distanceMm)) continue;
    if (!atBorder || leavesLung(lungs, i, j, k, nodule.diameterMm / 2 + 3)) return at;
  }
  return null;
}

/** Whether one of eight in-plane points at a distance lies outside the lungs. */
function leavesLung(lungs: Mask, i: number, j: number, k: number, distanceMm: number): boolean {
  const { size, spacingMm } = lungs.grid;
  for (let eighth = 0; eighth < 8; eighth++) {
    const x = Math.round(i + (distanceMm * Math.cos((eighth * Math.PI) / 4)) / spacingMm[0]);
    const y = Math.round(j + (distanceMm * Math.sin((eighth * Math.PI) / 4)) / spacingMm[1]);
    if (x < 0 || y < 0 || x >= size[0] || y >= size[1] || lungs.data[x + size[0] * (y + size[1] * k)] === 0) return true;
  }
  return false;
}

/** Whether the outline lies in the lungs and mostly on air there, and the shell in the scan. */
function holds(scan: Volume, lungs: Mask, nodule: NodulePatch, centerMm: PatientPoint, turn: Turn): boolean {
  const indices = hostIndices(scan, nodule.core, centerMm, turn);
  if (hostIndices(scan, nodule.shell, centerMm, turn).includes(-1)) return false;
  let [inside, tissue] = [0, 0];
  for (const at of indices) {
    if (at < 0) return false;
    if (lungs.data[at] !== 0) inside++;
    if (scan.data[at]! > TISSUE_HU) tissue++;
  }
  return inside >= LEAST_IN_LUNG * indices.length && tissue <= MOST_ON_TISSUE * indices.length;
}

/** Index of the host voxel nearest to each turned point; −1 outside the scan. */
function hostIndices(scan: Volume, points: HuSamples, centerMm: PatientPoint, turn: Turn): Int32Array {
  const { grid } = scan;
  const center = toVoxel(grid, centerMm);
  const { offsetsMm } = points;
  return Int32Array.from({ length: points.hu.length }, (_, n) => {
    const [x, y, z] = [offsetsMm[3 * n]!, offsetsMm[3 * n + 1]!, offsetsMm[3 * n + 2]!];
    const mm = [0, 1, 2].map((axis) => turn[0][axis]! * x + turn[1][axis]! * y + turn[2][axis]! * z);
    const voxel = grid.directions.map((d, axis) =>
      Math.round(center[axis]! + (d[0] * mm[0]! + d[1] * mm[1]! + d[2] * mm[2]!) / grid.spacingMm[axis]!),
    );
    const outside = voxel.some((index, axis) => index < 0 || index >= grid.size[axis]!);
    return outside ? -1 : voxel[0]! + grid.size[0] * (voxel[1]! + grid.size[1] * voxel[2]!);
  });
}

const sampleHost = (scan: Volume, points: HuSamples, centerMm: PatientPoint, turn: Turn): Int16Array =>
  Int16Array.from(hostIndices(scan, points, centerMm, turn), (at) => scan.data[at]!);

const clip = (hu: number): number => Math.min(CLIP_HU.high, Math.max(CLIP_HU.low, hu));

function unlikeness(own: HuSamples, host: Int16Array): number {
  if (host.length === 0) return 0;
  const a = Int16Array.from(own.hu, clip);
  const b = Int16Array.from(host, clip);
  const pointwise = meanAbsoluteDifference(a, b);
  return (pointwise + meanAbsoluteDifference(a.sort(), b.sort())) / 2;
}

/** Of two sorted lists of one length this is the first Wasserstein distance. */
function meanAbsoluteDifference(a: Int16Array, b: Int16Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += Math.abs(a[n]! - b[n]!);
  return sum / a.length;
}
