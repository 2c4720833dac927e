import { allocateUint8 } from "../volume/allocate.ts";
import { labelComponents } from "../volume/components.ts";
import { type Box, boxOf, crop, growBox, paste } from "../volume/crop.ts";
import { dilate, open } from "../volume/morphology.ts";
import { type Mask, type Volume, volume } from "../volume/volume.ts";
import { unseenHu } from "./reduce.ts";

/** Trachea and bronchi. */
export interface Airways {
  /** Lumen that was reached. */
  readonly lumen: Mask;
  /** Lumen of trachea and main bronchi with their wall: what does not belong to the lungs. */
  readonly central: Mask;
  /** Median HU of the trachea's lumen. */
  readonly tracheaHu: number;
  readonly volumeMl: number;
}

/** One round air spot of an axial slice. */
interface Spot {
  readonly k: number;
  readonly i: number;
  readonly j: number;
  readonly areaMm2: number;
  readonly voxels: readonly number[];
}

const lumenBelowHu = -750;
/** Tracheal cross-section: 60 mm² in a small child, up to 600 mm² in tracheomegaly. */
const areaMm2 = { least: 40, most: 700 };
const leastTracheaMm = 20;
const mostFromMidlineMm = 45;
/** Lumen beyond this is a leak into lung: adult trachea and main bronchi hold 30–70 mL, with mouth and pharynx more. */
const mostVolumeMl = 150;
/** Lobar bronchi are narrower and stay in the lungs. */
const mainBronchusRadiusMm = 3.6;
const firstThresholdHu = -960;
const lastThresholdHu = -700;
const stepHu = 20;

/**
 * Trachea and bronchi by region growing with a leak guard: the trachea is the longest chain of round air spots near the midline through
 * neighbouring slices; from it lumen grows at rising thresholds until a step adds more than 60 % and 12 mL, which is how a leak into
 * lung shows (Mori et al., IEEE Trans Med Imaging 2000; 19:1116–1129).
 * @param fine HU at 1–2 mm
 * @param inside 1 within the body, same grid
 * @returns null when no trachea is in the picture
 */
export function findAirways(fine: Volume, inside: Uint8Array, midlineI: number): Airways | null {
  const chain = tracheaChain(fine, inside, midlineI);
  if (chain === null) return null;
  const seeds = chain.flatMap((spot) => spot.voxels);
  const hus = seeds.map((at) => fine.data[at]!).sort((a, b) => a - b);
  const lumen = growWithGuard(fine, inside, seeds);
  const central = withWall(lumen, seeds);
  let count = 0;
  for (let at = 0; at < lumen.data.length; at++) count += lumen.data[at]!;
  const [si, sj, sk] = fine.grid.spacingMm;
  return { lumen, central, tracheaHu: hus[hus.length >> 1]!, volumeMl: (count * si * sj * sk) / 1000 };
}

/** Where lumen is wide, and the seeds, with a wall of one voxel. */
function withWall(lumen: Mask, seeds: readonly number[]): Mask {
  const { grid } = lumen;
  const central = volume(grid, allocateUint8(lumen.data.length));
  const box = boxOf(lumen);
  if (box === null) return central;
  const margin = grid.spacingMm.map((mm) => Math.ceil(mainBronchusRadiusMm / mm) + 1);
  const around = growBox(box, [margin[0]!, margin[1]!, margin[2]!], grid.size);
  const wide = volume(grid, allocateUint8(lumen.data.length));
  paste(wide, open(crop(lumen, around), mainBronchusRadiusMm), around.lo);
  for (const at of seeds) wide.data[at] = 1;
  paste(central, dilate(crop(wide, around), 1.01 * Math.max(grid.spacingMm[0], grid.spacingMm[1])), around.lo);
  return central;
}

function tracheaChain(fine: Volume, inside: Uint8Array, midlineI: number): readonly Spot[] | null {
  const [, , nk] = fine.grid.size;
  const [si, sj, sk] = fine.grid.spacingMm;
  let best: Spot[] | null = null;
  let bestScore = 0;
  let open: Spot[][] = [];
  const close = (chain: Spot[]): void => {
    const lengthMm = chain.length * sk;
    const meanOffMm = Math.abs(chain.reduce((sum, spot) => sum + spot.i, 0) / chain.length - midlineI) * si;
    const score = Math.min(lengthMm, 120) - meanOffMm;
    if (lengthMm >= leastTracheaMm && score > bestScore) {
      best = chain;
      bestScore = score;
    }
  };
  for (let k = nk - 1; k >= 0; k--) {
    const spots = roundSpots(fine, inside, k).filter((spot) => Math.abs(spot.i - midlineI) * si < mostFromMidlineMm);
    const next: Spot[][] = [];
    const used = new Set<Spot>();
    for (const chain of open) {
      const last = chain.at(-1)!;
      const follower = spots.find(
        (spot) =>
          !used.has(spot) &&
          Math.hypot((spot.i - last.i) * si, (spot.j - last.j) * sj) < 4 + sk &&
          spot.areaMm2 < 2 * last.areaMm2 &&
          last.areaMm2 < 2 * spot.areaMm2,
      );
      if (follower === undefined) close(chain);
      else {
        used.add(follower);
        chain.push(follower);
        next.push(chain);
      }
    }
    for (const spot of spots) if (!used.has(spot)) next.push([spot]);
    open = next;
  }
  for (const chain of open) close(chain);
  return best;
}

/** Compact air spots of one slice with the area of a trachea. */
function roundSpots(fine: Volume, inside: Uint8Array, k: number): Spot[] {
  const [ni, nj] = fine.grid.size;
  const [si, sj] = fine.grid.spacingMm;
  const slice = ni * nj * k;
  const air = allocateUint8(ni * nj);
  for (let at = 0; at < air.length; at++) {
    const hu = fine.data[slice + at]!;
    air[at] = hu < lumenBelowHu && hu !== unseenHu && inside[slice + at] === 1 ? 1 : 0;
  }
  const parts = labelComponents(volume({ ...fine.grid, size: [ni, nj, 1] }, air), 6);
  const spots: Spot[] = [];
  for (let label = 1; label <= parts.count; label++) {
    const area = parts.voxels[label]! * si * sj;
    const box = parts.boxes[label];
    if (area < areaMm2.least || area > areaMm2.most || box === null || box === undefined) continue;
    const wide = (box.hi[0] - box.lo[0]) * si;
    const deep = (box.hi[1] - box.lo[1]) * sj;
    if (Math.max(wide, deep) > 2.4 * Math.min(wide, deep) || area < 0.5 * wide * deep) continue;
    spots.push(spotOf(parts.labels, label, box, ni, slice, k, area));
  }
  return spots;
}

function spotOf(labels: Int32Array, label: number, box: Box, ni: number, slice: number, k: number, area: number): Spot {
  const voxels: number[] = [];
  let sumI = 0;
  let sumJ = 0;
  for (let j = box.lo[1]; j < box.hi[1]; j++) {
    for (let i = box.lo[0]; i < box.hi[0]; i++) {
      if (labels[i + ni * j] !== label) continue;
      voxels.push(slice + i + ni * j);
      sumI += i;
      sumJ += j;
    }
  }
  return { k, i: sumI / voxels.length, j: sumJ / voxels.length, areaMm2: area, voxels };
}

function growWithGuard(fine: Volume, inside: Uint8Array, seeds: readonly number[]): Mask {
  const [si, sj, sk] = fine.grid.spacingMm;
  const voxelMl = (si * sj * sk) / 1000;
  const most = mostVolumeMl / voxelMl;
  let kept: number[] = [...seeds];
  for (let thresholdHu = firstThresholdHu; thresholdHu <= lastThresholdHu; thresholdHu += stepHu) {
    const reached = grow(fine, inside, kept, thresholdHu, most);
    const added = reached.length - kept.length;
    const leaks = added * voxelMl > 12 && reached.length > 1.6 * Math.max(kept.length, 15 / voxelMl);
    if (leaks || reached.length >= most) break;
    kept = reached;
  }
  const lumen = allocateUint8(fine.data.length);
  for (const at of kept) lumen[at] = 1;
  return volume(fine.grid, lumen);
}

/** Seeds and the air below the threshold that hangs together with them by faces; stops when it holds `most` voxels. */
function grow(fine: Volume, inside: Uint8Array, seeds: readonly number[], thresholdHu: number, most: number): number[] {
  const [ni, nj] = fine.grid.size;
  const steps = [1, -1, ni, -ni, ni * nj, -ni * nj];
  const reached = new Set<number>(seeds);
  const queue = [...seeds];
  for (let head = 0; head < queue.length && reached.size < most; head++) {
    const at = queue[head]!;
    for (const step of steps) {
      const next = at + step;
      if (Math.abs(step) === 1 && Math.floor(next / ni) !== Math.floor(at / ni)) continue;
      const hu = fine.data[next];
      if (hu === undefined || hu >= thresholdHu || hu === unseenHu || inside[next] === 0 || reached.has(next)) continue;
      reached.add(next);
      queue.push(next);
    }
  }
  return queue;
}
