import { allocateUint8 } from "../volume/allocate.ts";
import { largestComponent } from "../volume/components.ts";
import { open } from "../volume/morphology.ts";
import { type Mask, type Volume, volume } from "../volume/volume.ts";
import { unseenHu } from "./reduce.ts";

/** The body as a scan shows it. */
export interface Body {
  /** 1 in the body, everything it encloses in an axial slice (lungs, airways, bowel gas) included. */
  readonly inside: Mask;
  /** 1 in solid body tissue. */
  readonly tissue: Mask;
  /** Mean index i of the tissue: about the midline. */
  readonly midlineI: number;
  /** Median HU of the tissue. */
  readonly tissueHu: number;
  /** Share of the body's outline that lies at the edge of the field of view. */
  readonly cutShare: number;
}

/** Between air and fat: what is denser is tissue. */
const tissueAboveHu = -400;
/** Clothes, blankets and table shells are thinner than twice this. */
const openingMm = 3.5;
/** What follows the edge of the field of view for more of its outline than this is outside. */
const outsideContact = 0.3;
/**
 * A lung that a small field of view cuts off may follow the edge for longer; it is large, holds hardly any plain air and
 * lies between the front and the back of the body (a table does not). */
const cutLung = { contact: 0.6, leastMm2: 6000, mostAirShare: 0.05, airBelowHu: -950 };

/**
 * The body: largest solid part after opening (frees it from table and clothes), with everything that it encloses in each axial slice.
 * Parts at the edge of the field of view are outside when they hold a corner of the image or follow the edge for much of their outline; a lung
 * which a small field of view cuts off stays inside.
 * @param coarse HU at about 3 mm, padding as `unseenHu`, i to the left, j to the back, k to the head
 * @returns null when there is no solid part
 */
export function findBody(coarse: Volume): Body | null {
  const solid = allocateUint8(coarse.data.length);
  for (let at = 0; at < solid.length; at++) solid[at] = coarse.data[at]! > tissueAboveHu ? 1 : 0;
  const tissue = largestComponent(open(volume(coarse.grid, solid), openingMm), 6);
  if (tissue === null) return null;
  const nk = coarse.grid.size[2];
  const inside = allocateUint8(solid.length);
  for (let k = 0; k < nk; k++) fillSlice(coarse, tissue.data, inside, k);
  return { inside: volume(coarse.grid, inside), tissue, ...tissueFacts(coarse, tissue.data), cutShare: cutShare(coarse, inside) };
}

function tissueFacts(coarse: Volume, tissue: Uint8Array): { midlineI: number; tissueHu: number } {
  const ni = coarse.grid.size[0];
  const histogram = new Uint32Array(65536);
  let sumI = 0;
  let count = 0;
  for (let at = 0; at < tissue.length; at++) {
    if (tissue[at] === 0) continue;
    sumI += at % ni;
    count++;
    histogram[coarse.data[at]! + 32768]! += 1;
  }
  let below = 0;
  let level = 0;
  while (below + histogram[level]! < count / 2) below += histogram[level++]!;
  return { midlineI: sumI / count, tissueHu: level - 32768 };
}

/** Of the voxels that make the outline of the body in its slices, the share at the edge of the field of view. */
function cutShare(coarse: Volume, inside: Uint8Array): number {
  const [ni, nj] = coarse.grid.size;
  let outline = 0;
  let cut = 0;
  for (let at = 0; at < inside.length; at++) {
    if (inside[at] === 0) continue;
    const i = at % ni;
    const j = Math.floor(at / ni) % nj;
    const neighbours = [i > 0 ? at - 1 : -1, i < ni - 1 ? at + 1 : -1, j > 0 ? at - ni : -1, j < nj - 1 ? at + ni : -1];
    const atEdge = neighbours.some((next) => next < 0 || coarse.data[next] === unseenHu);
    if (atEdge) cut++;
    if (atEdge || neighbours.some((next) => inside[next] === 0)) outline++;
  }
  return outline === 0 ? 0 : cut / outline;
}

/** Marks a slice of `inside`: all but the parts that are open to the outside. */
function fillSlice(coarse: Volume, tissue: Uint8Array, inside: Uint8Array, k: number): void {
  const hu = coarse.data;
  const [ni, nj] = coarse.grid.size;
  const slice = ni * nj * k;
  const cutLungVoxels = cutLung.leastMm2 / (coarse.grid.spacingMm[0] * coarse.grid.spacingMm[1]);
  const part = new Uint8Array(ni * nj);
  const stack: number[] = [];
  const members: number[] = [];
  const free = (at: number): boolean => tissue[slice + at] === 0 && hu[slice + at] !== unseenHu;
  const solid = tissue.subarray(slice, slice + ni * nj);
  const front = Math.floor(solid.indexOf(1) / ni);
  const back = Math.floor(solid.lastIndexOf(1) / ni);
  if (front < 0) return;
  for (let start = 0; start < ni * nj; start++) {
    if (tissue[slice + start] === 1) inside[slice + start] = 1;
    if (part[start] !== 0 || !free(start)) continue;
    members.length = 0;
    stack.push(start);
    part[start] = 1;
    let outline = 0;
    let contact = 0;
    let corner = false;
    let empty = 0;
    let sumJ = 0;
    while (stack.length > 0) {
      const at = stack.pop()!;
      members.push(at);
      if (hu[slice + at]! < cutLung.airBelowHu) empty++;
      const i = at % ni;
      const j = (at - i) / ni;
      sumJ += j;
      let onOutline = false;
      let onEdge = false;
      const edges = Number(i === 0) + Number(i === ni - 1) + Number(j === 0) + Number(j === nj - 1);
      if (edges > 0) onEdge = true;
      if (edges > 1) corner = true;
      for (const next of [i > 0 ? at - 1 : -1, i < ni - 1 ? at + 1 : -1, j > 0 ? at - ni : -1, j < nj - 1 ? at + ni : -1]) {
        if (next < 0) continue;
        if (hu[slice + next] === unseenHu) onEdge = true;
        if (!free(next)) onOutline = true;
        else if (part[next] === 0) {
          part[next] = 1;
          stack.push(next);
        }
      }
      if (onOutline || onEdge) outline++;
      if (onEdge) contact++;
    }
    const middleJ = sumJ / members.length;
    const mayBeLung = members.length > cutLungVoxels && empty < cutLung.mostAirShare * members.length && middleJ > front && middleJ < back;
    const most = mayBeLung ? cutLung.contact : outsideContact;
    if (!corner && contact <= most * outline) for (const at of members) inside[slice + at] = 1;
  }
}
