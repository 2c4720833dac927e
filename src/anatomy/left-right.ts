import { allocateFloat32, allocateUint8 } from "../volume/allocate.ts";
import { labelComponents } from "../volume/components.ts";
import { boxOf, crop, growBox, paste } from "../volume/crop.ts";
import { distanceInto } from "../volume/distance.ts";
import type { Vector3 } from "../volume/space.ts";
import { type Mask, type Volume, volume } from "../volume/volume.ts";

/** Labels of the two lungs. */
export const rightLung = 1;
export const leftLung = 2;

const deepestErosionMm = 15;
const erosionStepMm = 1.5;
/** A part this small beside the other is no second lung. */
const leastShare = 0.12;
/** The middles of two lungs lie about half of both lungs' width apart; parts of one lung less. */
const leastApart = 0.4;
/** The first takes nothing out: what is lung air is below. */
const emptierThanHu = [-400, -650, -750];
/** Parts of which the smaller holds at least this much of the larger are taken for two lungs that lie apart. */
const apartShare = 0.25;

/**
 * Parts lung air into right (1) and left (2). Air that hangs together across the junction lines is eroded until two large parts remain;
 * these grow back over the air in order of HU (a watershed: Vincent & Soille, IEEE PAMI 1991; 13:583–598), so that they meet at the
 * brightest ridge, the pleura of the junction.
 * @param air 1 in lung air, i to the left
 * @param hu CT of the same grid
 * @param midlineI index i of the body's midline
 */
export function partLeftRight(air: Mask, hu: Volume, midlineI: number): Mask {
  const whole = allocateUint8(air.data.length);
  const box = boxOf(air);
  if (box === null) return volume(air.grid, whole);
  const wide = growBox(box, [1, 1, 1], air.grid.size);
  const part = crop(air, wide);
  const labels = partBox(part, crop(hu, wide), midlineI - wide.lo[0]);
  paste(volume(air.grid, whole), volume(part.grid, labels), wide.lo);
  return volume(air.grid, whole);
}

function partBox(air: Mask, hu: Volume, midlineI: number): Uint8Array<ArrayBufferLike> {
  const parts = labelComponents(air, 6);
  const side = sidesOf(parts.labels, parts.voxels, air.grid.size[0], midlineI);
  const joined = joinedPart(parts.voxels);
  const seeds = allocateUint8(air.data.length);
  const split = joined === 0 ? null : seedsOfJoined(air, hu, parts.labels, joined, midlineI);
  for (let at = 0; at < seeds.length; at++) {
    const label = parts.labels[at]!;
    seeds[at] = label === joined && split !== null ? split[at]! : side[label]!;
  }
  if (split !== null) flood(seeds, air, hu);
  return seeds;
}

/** The side on which the middle of each part lies; 0 for the background. */
function sidesOf(labels: Int32Array, voxels: Int32Array, ni: number, midlineI: number): Uint8Array {
  const sumI = new Float64Array(voxels.length);
  for (let at = 0; at < labels.length; at++) sumI[labels[at]!]! += at % ni;
  return Uint8Array.from(voxels, (count, label) => (label === 0 ? 0 : sumI[label]! / count < midlineI ? rightLung : leftLung));
}

/** The largest part when it may hold both lungs; 0 when two lungs lie apart. */
function joinedPart(voxels: Int32Array): number {
  const bySize = Array.from(voxels.keys())
    .slice(1)
    .sort((a, b) => voxels[b]! - voxels[a]!);
  const [first, second] = bySize;
  if (first === undefined) return 0;
  return second !== undefined && voxels[second]! > apartShare * voxels[first]! ? 0 : first;
}

/**
 * Two large parts of one joined part after the least erosion that yields two on either side of the midline; null when it is one lung.
 * Where the lungs touch over a wide sheet erosion alone would not part them, so each depth is also tried with the denser voxels, the
 * pleura of the junction among them, taken out. Runs on every second voxel, which is enough for parts and eight times cheaper.
 */
function seedsOfJoined(air: Mask, hu: Volume, labels: Int32Array, joined: number, midlineI: number): Uint8Array | null {
  const [ni, nj, nk] = air.grid.size;
  const size: Vector3 = [Math.ceil(ni / 2), Math.ceil(nj / 2), Math.ceil(nk / 2)];
  const [si, sj, sk] = air.grid.spacingMm;
  const g = { ...air.grid, size, spacingMm: [2 * si, 2 * sj, 2 * sk] as const };
  const each = (visit: (at: number, from: number) => void): void => {
    for (let k = 0, at = 0; k < size[2]; k++) {
      for (let j = 0; j < size[1]; j++) for (let i = 0; i < size[0]; i++, at++) visit(at, 2 * i + ni * (2 * j + nj * 2 * k));
    }
  };
  const distances = emptierThanHu.map((thresholdHu) => {
    const only = allocateUint8(size[0] * size[1] * size[2]);
    each((at, from) => {
      only[at] = labels[from] === joined && hu.data[from]! < thresholdHu ? 1 : 0;
    });
    const distance = allocateFloat32(only.length);
    distanceInto(only, size, g.spacingMm, "outside", (deepestErosionMm + 1) ** 2, distance);
    return distance;
  });
  for (let depthMm = erosionStepMm; depthMm <= deepestErosionMm; depthMm += erosionStepMm) {
    for (const distance of distances) {
      const parted = partAtDepth(g, distance, depthMm, midlineI / 2);
      if (parted === null) continue;
      const seeds = allocateUint8(labels.length);
      each((at, from) => {
        seeds[from] = parted[at]!;
      });
      return seeds;
    }
  }
  return null;
}

/** Right and left parts of what lies deeper than a depth, when both are large and lie well apart; otherwise null. */
function partAtDepth(g: Mask["grid"], distance: Float32Array, depthMm: number, midlineI: number): Uint8Array | null {
  const ni = g.size[0];
  const eroded = allocateUint8(distance.length);
  let first = ni;
  let last = 0;
  let count = 0;
  for (let at = 0; at < eroded.length; at++) {
    if (!(distance[at]! > depthMm * depthMm)) continue;
    eroded[at] = 1;
    count++;
    first = Math.min(first, at % ni);
    last = Math.max(last, at % ni);
  }
  const parts = labelComponents(volume(g, eroded), 6);
  const side = sidesOf(parts.labels, parts.voxels, ni, midlineI);
  const share = [0, 0, 0];
  const sumI = [0, 0, 0];
  for (let label = 1; label <= parts.count; label++) {
    if (parts.voxels[label]! < 0.01 * count) side[label] = 0;
    share[side[label]!]! += parts.voxels[label]! / count;
  }
  if (Math.min(share[rightLung]!, share[leftLung]!) < leastShare) return null;
  for (let at = 0; at < eroded.length; at++) {
    eroded[at] = side[parts.labels[at]!]!;
    sumI[eroded[at]!]! += at % ni;
  }
  const apart = (sumI[leftLung]! / share[leftLung]! - sumI[rightLung]! / share[rightLung]!) / count;
  return apart > leastApart * (last - first) ? eroded : null;
}

/** Grows labels over the air in order of HU, by faces; levels of 10 HU, first come first served. */
function flood(labels: Uint8Array, air: Mask, hu: Volume): void {
  const [ni, nj] = air.grid.size;
  const steps = [1, -1, ni, -ni, ni * nj, -ni * nj];
  const levels = 80;
  const levelOf = (at: number): number => Math.min(levels - 1, Math.max(0, Math.floor((hu.data[at]! + 1050) / 10)));
  const buckets: number[][] = Array.from({ length: levels }, () => []);
  for (let at = 0; at < labels.length; at++) if (labels[at] !== 0) buckets[levelOf(at)]!.push(at);
  for (let level = 0; level < levels; level++) {
    const queue = buckets[level]!;
    for (let head = 0; head < queue.length; head++) {
      const at = queue[head]!;
      for (const step of steps) {
        const next = at + step;
        if (air.data[next] !== 1 || labels[next] !== 0) continue;
        labels[next] = labels[at]!;
        buckets[Math.max(level, levelOf(next))]!.push(next);
      }
    }
    buckets[level] = [];
  }
}
