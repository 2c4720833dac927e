import { allocateUint8 } from "../volume/allocate.ts";
import { boxOf, crop, growBox, paste } from "../volume/crop.ts";
import { close } from "../volume/morphology.ts";
import { type Mask, type Volume, volume } from "../volume/volume.ts";
import { fillCostalPockets } from "./costal-hull.ts";

/** The ball that rolls over the lung from outside: juxtapleural nodules up to about its diameter end up inside. */
const ballRadiusMm = 11;
/** What lung encloses in an axial slice belongs to it up to this area; the dome of the liver is larger within a slice or two. */
const mostHoleMm2 = 1200;

/** Hard tissue; enhanced vessels in the lung are below, or enclosed by lung and filled. */
const boneAboveHu = 220;

/**
 * One lung as a reader would draw it around lung air: closed with a ball, enclosed solid structures (vessels, nodules) filled.
 * Masses that push the costal surface in are taken in too; bone is not.
 * @param lung 1 in the air of one lung
 * @param forbidden 1 where this lung cannot be: the other lung, central airways
 * @param lateral −1 for the right lung, +1 for the left
 */
export function envelope(lung: Mask, forbidden: Uint8Array, hu: Volume, lateral: -1 | 1): Mask {
  const out = allocateUint8(lung.data.length);
  const box = boxOf(lung);
  if (box === null) return volume(lung.grid, out);
  const margin = lung.grid.spacingMm.map((mm) => Math.ceil((ballRadiusMm + 3) / mm));
  const wide = growBox(box, [margin[0]!, margin[1]!, margin[2]!], lung.grid.size);
  const part = crop(lung, wide);
  const walls = crop(volume(lung.grid, forbidden), wide).data;
  const ct = crop(hu, wide).data;
  for (let at = 0; at < walls.length; at++) if (walls[at] === 0 && ct[at]! > boneAboveHu) walls[at] = 2;
  const closed = close(part, ballRadiusMm);
  for (let at = 0; at < walls.length; at++) closed.data[at] = part.data[at] === 1 || (closed.data[at] === 1 && walls[at] === 0) ? 1 : 0;
  fillSliceHoles(closed, walls);
  fillCostalPockets(closed, walls, lateral);
  paste(volume(lung.grid, out), closed, wide.lo);
  return volume(lung.grid, out);
}

/** Fills what a mask encloses in each axial slice, up to an area. */
function fillSliceHoles(mask: Mask, walls: Uint8Array): void {
  const [ni, nj, nk] = mask.grid.size;
  const mostVoxels = mostHoleMm2 / (mask.grid.spacingMm[0] * mask.grid.spacingMm[1]);
  const seen = new Uint8Array(ni * nj);
  const stack: number[] = [];
  const members: number[] = [];
  for (let k = 0; k < nk; k++) {
    const slice = mask.data.subarray(k * ni * nj, (k + 1) * ni * nj);
    seen.fill(0);
    for (let start = 0; start < slice.length; start++) {
      if (slice[start] !== 0 || seen[start] !== 0) continue;
      members.length = 0;
      let open = false;
      seen[start] = 1;
      stack.push(start);
      while (stack.length > 0) {
        const at = stack.pop()!;
        members.push(at);
        const i = at % ni;
        if (i === 0 || i === ni - 1 || at < ni || at >= ni * (nj - 1)) {
          open = true;
        }
        for (const next of [i > 0 ? at - 1 : -1, i < ni - 1 ? at + 1 : -1, at - ni, at + ni]) {
          if (next < 0 || next >= slice.length || slice[next] !== 0 || seen[next] !== 0) continue;
          seen[next] = 1;
          stack.push(next);
        }
      }
      if (open || members.length > mostVoxels) continue;
      for (const at of members) if (walls[k * ni * nj + at] !== 1) slice[at] = 1;
    }
  }
}
