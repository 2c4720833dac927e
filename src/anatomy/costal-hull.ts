import { labelComponents } from "../volume/components.ts";
import { type Mask, volume } from "../volume/volume.ts";

/** A pocket is what lies between the lung of an axial slice and its convex hull. */
const pocket = {
  /** Shallower ones were the rolling ball's business. */
  leastDepthMm: 4,
  mostDepthMm: 45,
  mostAreaMm2: 3000,
  /** A pocket with more bone than this is a rib that bulges in. */
  mostBone: 0.25,
};
/** Lung of a slice below this has no shape to speak of. */
const leastSliceMm2 = 1500;

/**
 * Takes masses at the chest wall into one lung: the costal surface is convex, so a pocket of the axial convex hull that faces the ribs
 * (outward normal to the side or the back) is something that pushes the lung in. Pockets that face the mediastinum, the heart or the
 * diaphragm are anatomy and stay out. Bone stays out. Works in place.
 * @param lung 1 in one lung, i to the left
 * @param bone 2 in bone, 1 where this lung cannot be; same grid
 * @param lateral −1 for the right lung, +1 for the left
 */
export function fillCostalPockets(lung: Mask, bone: Uint8Array, lateral: -1 | 1): void {
  const [ni, nj, nk] = lung.grid.size;
  const [si, sj] = lung.grid.spacingMm;
  const flat = { ...lung.grid, size: [ni, nj, 1] as const };
  for (let k = 0; k < nk; k++) {
    const slice = lung.data.subarray(ni * nj * k, ni * nj * (k + 1));
    const parts = labelComponents(volume(flat, slice), 6);
    for (let label = 1; label <= parts.count; label++) {
      if (parts.voxels[label]! * si * sj < leastSliceMm2) continue;
      const hull = convexHull(parts.labels, label, ni, nj);
      fillPocketsOf(hull, parts.labels, label, slice, bone.subarray(ni * nj * k, ni * nj * (k + 1)), { ni, nj, si, sj, lateral });
    }
  }
}

interface Plane {
  readonly ni: number;
  readonly nj: number;
  readonly si: number;
  readonly sj: number;
  readonly lateral: -1 | 1;
}

type Corner = readonly [number, number];

/** Corners of the convex hull, turning the same way round (Andrew's monotone chain, 1979). */
function convexHull(labels: Int32Array, label: number, ni: number, nj: number): Corner[] {
  const ends: Corner[] = [];
  for (let j = 0; j < nj; j++) {
    let first = -1;
    let last = -1;
    for (let i = 0; i < ni; i++) {
      if (labels[i + ni * j] !== label) continue;
      if (first < 0) first = i;
      last = i;
    }
    if (first >= 0) ends.push([first, j]);
    if (last > first) ends.push([last, j]);
  }
  ends.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const chain = (points: readonly Corner[]): Corner[] => {
    const out: Corner[] = [];
    for (const p of points) {
      while (out.length > 1 && turn(out.at(-2)!, out.at(-1)!, p) <= 0) out.pop();
      out.push(p);
    }
    out.pop();
    return out;
  };
  return [...chain(ends), ...chain(ends.toReversed())];
}

const turn = (a: Corner, b: Corner, c: Corner): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** Fills the pockets behind those hull edges that face the chest wall. */
function fillPocketsOf(
  hull: readonly Corner[],
  labels: Int32Array,
  label: number,
  slice: Uint8Array,
  bone: Uint8Array,
  plane: Plane,
): void {
  const { si, sj, lateral } = plane;
  for (let at = 0; at < hull.length; at++) {
    const a = hull[at]!;
    const b = hull[(at + 1) % hull.length]!;
    const along = [(b[0] - a[0]) * si, (b[1] - a[1]) * sj] as const;
    const lengthMm = Math.hypot(...along);
    if (lengthMm < 2 * pocket.leastDepthMm) continue;
    const normal = [along[1] / lengthMm, -along[0] / lengthMm] as const;
    const toSide = normal[0] * lateral;
    if (!((toSide > 0.3 && normal[1] > -0.4) || (normal[1] > 0.5 && toSide > 0))) continue;
    fillBehind(a, b, normal, labels, label, slice, bone, plane);
  }
}

/** Fills what lies behind one hull edge, seen against its outward normal, up to the lung. */
function fillBehind(
  a: Corner,
  b: Corner,
  normal: Corner,
  labels: Int32Array,
  label: number,
  slice: Uint8Array,
  bone: Uint8Array,
  plane: Plane,
): void {
  const { ni, nj, si, sj } = plane;
  const members: number[] = [];
  const depthOf = (i: number, j: number): number => -((i - a[0]) * si * normal[0] + (j - a[1]) * sj * normal[1]);
  const seen = new Set<number>();
  const stack: number[] = [];
  const visit = (i: number, j: number): void => {
    if (i < 0 || j < 0 || i >= ni || j >= nj) return;
    const at = i + ni * j;
    if (labels[at] === label || seen.has(at) || depthOf(i, j) < 0) return;
    seen.add(at);
    stack.push(at);
  };
  const steps = 2 * Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1]));
  const inMm = 0.75 * Math.max(si, sj);
  for (let step = 1; step < steps; step++) {
    const share = step / steps;
    visit(
      Math.round(a[0] + share * (b[0] - a[0]) - (normal[0] * inMm) / si),
      Math.round(a[1] + share * (b[1] - a[1]) - (normal[1] * inMm) / sj),
    );
  }
  const mostVoxels = pocket.mostAreaMm2 / (si * sj);
  let depth = 0;
  let bones = 0;
  while (stack.length > 0) {
    const at = stack.pop()!;
    members.push(at);
    const i = at % ni;
    const j = (at - i) / ni;
    depth = Math.max(depth, depthOf(i, j));
    if (bone[at] === 2) bones++;
    if (members.length > mostVoxels || depth > pocket.mostDepthMm) return;
    visit(i + 1, j);
    visit(i - 1, j);
    visit(i, j + 1);
    visit(i, j - 1);
  }
  if (depth < pocket.leastDepthMm || bones > pocket.mostBone * members.length) return;
  for (const at of members) if (bone[at] === 0) slice[at] = 1;
}
