import { allocateUint8 } from "./allocate.ts";
import { distanceInto } from "./distance.ts";
import { type Mask, volume } from "./volume.ts";

/**
 * Binary morphology by a ball of a radius in mm, exact on the grid: a voxel belongs to the ball when its centre lies within the radius
 * (to 1e-6), with the grid's own spacing. Beyond the grid there is nothing to grow from and nothing to shrink from, so that closing only
 * adds voxels, opening only takes them, and doing either twice changes nothing more, at the edges too (Heijmans & Ronse 1990:
 * dilation and erosion on the bounded grid are adjoint). Work runs in slabs: no full-size float copy is held.
 */

const slabVoxels = 1 << 23;

function requireRadius(radiusMm: number): void {
  if (!(radiusMm >= 0 && Number.isFinite(radiusMm))) throw new RangeError(`radiusMm must be 0 or more, got ${radiusMm}`);
}

/** 1 where the distance to `to` is at most the radius. */
function within(mask: Mask, radiusMm: number, to: "inside" | "outside"): Mask {
  requireRadius(radiusMm);
  const { size, spacingMm } = mask.grid;
  const plane = size[0] * size[1];
  const halo = Math.floor((radiusMm / spacingMm[2]) * (1 + 1e-6));
  const depth = Math.max(1, 2 * halo, Math.floor(slabVoxels / plane));
  const limitMm2 = radiusMm ** 2 * (1 + 1e-6) + 1e-12;
  const out = allocateUint8(mask.data.length);
  const distance = new Float32Array(plane * Math.min(size[2], depth + 2 * halo));
  for (let from = 0; from < size[2]; from += depth) {
    const to2 = Math.min(size[2], from + depth);
    const lo = Math.max(0, from - halo);
    const hi = Math.min(size[2], to2 + halo);
    const slab = distance.subarray(0, plane * (hi - lo));
    distanceInto(mask.data.subarray(plane * lo, plane * hi), [size[0], size[1], hi - lo], spacingMm, to, limitMm2, slab);
    const shift = plane * lo;
    for (let at = plane * from; at < plane * to2; at++) if (slab[at - shift]! <= limitMm2) out[at] = 1;
  }
  return volume(mask.grid, out);
}

/** Voxels within the radius of the mask. @throws RangeError when radiusMm is negative or not finite */
export function dilate(mask: Mask, radiusMm: number): Mask {
  return within(mask, radiusMm, "inside");
}

/** Voxels of the mask further than the radius from every voxel not in it. @throws RangeError when radiusMm is negative or not finite */
export function erode(mask: Mask, radiusMm: number): Mask {
  const lost = within(mask, radiusMm, "outside");
  for (let at = 0; at < lost.data.length; at++) lost.data[at] = 1 - lost.data[at]!;
  return lost;
}

/** What a ball that stays within the mask can reach. @throws RangeError when radiusMm is negative or not finite */
export function open(mask: Mask, radiusMm: number): Mask {
  return dilate(erode(mask, radiusMm), radiusMm);
}

/** The mask and what a ball that stays out of it cannot reach. @throws RangeError when radiusMm is negative or not finite */
export function close(mask: Mask, radiusMm: number): Mask {
  return erode(dilate(mask, radiusMm), radiusMm);
}
