import { allocateUint8 } from "../volume/allocate.ts";
import { labelComponents } from "../volume/components.ts";
import { squaredDistanceMm2 } from "../volume/distance.ts";
import { type Mask, type Volume, volume } from "../volume/volume.ts";

/** Labels of the two lungs. */
export const rightLung = 1;
export const leftLung = 2;

const deepestErosionMm = 14;
const erosionStepMm = 1.5;
/** A part this small beside the larger one is no second lung. */
const leastShare = 0.1;

/**
 * Parts lung air into right (1) and left (2). Air that hangs together across the junction lines is eroded until two large parts remain;
 * these grow back over the air in order of HU (a watershed: Vincent & Soille, IEEE PAMI 1991; 13:583–598), so that they meet at the
 * brightest ridge, the pleura of the junction.
 * @param air 1 in lung air, i to the left
 * @param hu CT of the same grid
 * @param midlineI index i of the body's midline
 */
export function partLeftRight(air: Mask, hu: Volume, midlineI: number): Mask {
  const seeds = allocateUint8(air.data.length);
  const parts = labelComponents(air, 6);
  const [ni] = air.grid.size;
  const sumI = new Float64Array(parts.count + 1);
  for (let at = 0; at < air.data.length; at++) sumI[parts.labels[at]!]! += at % ni;
  const side = new Uint8Array(parts.count + 1);
  const joined = widestPart(parts.voxels);
  for (let label = 1; label <= parts.count; label++) side[label] = sumI[label]! / parts.voxels[label]! < midlineI ? rightLung : leftLung;
  const split = joined === 0 ? null : seedsOfJoined(air, parts.labels, joined, midlineI);
  if (split === null) {
    for (let at = 0; at < seeds.length; at++) seeds[at] = side[parts.labels[at]!]!;
    return volume(air.grid, seeds);
  }
  for (let at = 0; at < seeds.length; at++) {
    const label = parts.labels[at]!;
    seeds[at] = label === 0 ? 0 : label === joined ? split[at]! : side[label]!;
  }
  flood(seeds, air, hu);
  return volume(air.grid, seeds);
}

/** The part with most voxels when no other is a second lung beside it; 0 when two lungs lie apart. */
function widestPart(voxels: Int32Array): number {
  let largest = 0;
  let second = 0;
  for (let label = 1; label < voxels.length; label++) {
    if (largest === 0 || voxels[label]! > voxels[largest]!) {
      second = largest;
      largest = label;
    } else if (second === 0 || voxels[label]! > voxels[second]!) second = label;
  }
  return second !== 0 && voxels[second]! > 0.25 * voxels[largest]! ? 0 : largest;
}

/** Two large parts of one joined part after the smallest erosion that yields two on either side; null when it is one lung. */
function seedsOfJoined(air: Mask, labels: Int32Array, joined: number, midlineI: number): Uint8Array | null {
  const ni = air.grid.size[0];
  const only = allocateUint8(labels.length);
  for (let at = 0; at < labels.length; at++) only[at] = labels[at] === joined ? 1 : 0;
  const distance = squaredDistanceMm2(volume(air.grid, only), "outside");
  const eroded = allocateUint8(labels.length);
  for (let depthMm = erosionStepMm; depthMm <= deepestErosionMm; depthMm += erosionStepMm) {
    let count = 0;
    for (let at = 0; at < labels.length; at++) {
      eroded[at] = distance[at]! > depthMm * depthMm ? 1 : 0;
      count += eroded[at]!;
    }
    const parts = labelComponents(volume(air.grid, eroded), 6);
    const sumI = new Float64Array(parts.count + 1);
    for (let at = 0; at < labels.length; at++) sumI[parts.labels[at]!]! += at % ni;
    const share = [0, 0, 0];
    const side = new Uint8Array(parts.count + 1);
    for (let label = 1; label <= parts.count; label++) {
      if (parts.voxels[label]! < 0.01 * count) continue;
      side[label] = sumI[label]! / parts.voxels[label]! < midlineI ? rightLung : leftLung;
      share[side[label]!]! += parts.voxels[label]! / count;
    }
    if (Math.min(share[rightLung]!, share[leftLung]!) < leastShare) continue;
    for (let at = 0; at < labels.length; at++) eroded[at] = side[parts.labels[at]!]!;
    return eroded;
  }
  return null;
}

/** Grows labels over the air in order of HU, by faces; levels of 10 HU, first come first served. */
function flood(labels: Uint8Array, air: Mask, hu: Volume): void {
  const [ni, nj] = air.grid.size;
  const steps = [1, -1, ni, -ni, ni * nj, -ni * nj];
  const levels = 140;
  const levelOf = (at: number): number => Math.min(levels - 1, Math.max(0, Math.floor((hu.data[at]! + 1050) / 10)));
  const buckets: number[][] = Array.from({ length: levels }, () => []);
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === 0) continue;
    if (steps.some((step) => air.data[at + step] === 1 && labels[at + step] === 0)) buckets[levelOf(at)]!.push(at);
  }
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
  }
}
