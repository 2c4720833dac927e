import { type Reason, reason } from "../../base/reason.ts";
import { type Grid, toPatient, toVoxel } from "../../volume/grid.ts";
import { distanceBetween, type PatientPoint, voxelPoint } from "../../volume/space.ts";
import type { Mask, Volume } from "../../volume/volume.ts";
import type { NotMeasurable } from "../analysis.ts";
import { type Edge, edgeOf } from "./outline-edge.ts";
import { type Body, bodyAgain, bodyAtMiddle, type NoBody } from "./outline-object.ts";
import { type Patch, patchAround, patientAxes } from "./outline-patch.ts";
import { type WallField, wallAround, wallOnPatch } from "./outline-wall.ts";

/** The outline of one finding, on an isotropic box of its own (axes along the volume's, towards left, back and head). */
export interface Outline {
  readonly kind: "outline";
  readonly mask: Mask;
  /** The same grid: positive inside, 0 on the edge; interpolate it for contours finer than voxels. */
  readonly inside: Volume<Float32Array>;
  /** The same grid: HU. */
  readonly hu: Volume<Float32Array>;
  /** Partial-volume corrected. */
  readonly volumeMm3: number;
  /** Centre of gravity of the mask. */
  readonly center: PatientPoint;
  readonly inscribedRadiusMm: number;
  /** HU just inside the edge, corrected for blur in small bodies, and of the lung around. */
  readonly coreHu: number;
  /** What blur left of the contrast in the middle; 1 for all but small bodies. */
  readonly dimmed: number;
  readonly backgroundHu: number;
  /** Share of the surface where it was cut from vessels, wall or other tissue, 0 … 1. */
  readonly attachedShare: number;
  /** Spacing of the volume it was drawn on, sorted as left, back, head. */
  readonly sourceSpacingMm: readonly [number, number, number];
}

const notMeasurable = (code: string, values: Reason["values"] = {}): NotMeasurable => ({
  kind: "not-measurable",
  because: reason(`nodule.${code}`, values),
});

/** Half width and spacing of the boxes tried in turn, until what is outlined does not reach the box's face. */
const boxes = [
  { halfWidthMm: 12, spacingMm: 0.8 },
  { halfWidthMm: 20, spacingMm: 1.1 },
  { halfWidthMm: 34, spacingMm: 1.6 },
  { halfWidthMm: 55, spacingMm: 2.2 },
] as const;
/** Larger than this and on the wall, the wall is sought again with the larger ball, which leaves less of the body to the wall. */
const largeRadiusMm = 5;
const ballRadiiMm = [18, 32] as const;
/** A second look is drawn on a box of at most about this many voxels along each edge. */
const mostVoxels = 60;
const finestMm = 0.5;
/** Lung that must be seen around a body, to know its tone. */
const surroundMm = 6;

interface Drawn {
  readonly patch: Patch;
  readonly body: Body;
}

/** What lies at a point, on the first box that holds it. */
function drawnAt(volume: Volume, wall: WallField, at: PatientPoint, fromBox: number): Drawn | NoBody | "leak" {
  if (wall.lungHu === null) return "no-lung-around";
  for (const { halfWidthMm, spacingMm } of boxes.slice(fromBox)) {
    const patch = patchAround(volume, at, halfWidthMm, spacingMm);
    const body = bodyAtMiddle(patch, wallOnPatch(wall, patch), wall.lungHu);
    if (typeof body === "string") return body;
    if (!body.touchesFace) return { patch, body };
  }
  return "leak";
}

/** Middle of the bounding box of a mask (patient) and its half diagonal-free extent, mm. */
function extentOf(mask: Uint8Array, patch: Patch): { middle: PatientPoint; halfMm: number } {
  const n = patch.count;
  const low = [n, n, n];
  const high = [-1, -1, -1];
  for (let index = 0; index < mask.length; index++) {
    if (!mask[index]) continue;
    const place = [index % n, Math.floor(index / n) % n, Math.floor(index / (n * n))];
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis]!, place[axis]!);
      high[axis] = Math.max(high[axis]!, place[axis]!);
    }
  }
  const middle = toPatient(patch.grid, voxelPoint((low[0]! + high[0]!) / 2, (low[1]! + high[1]!) / 2, (low[2]! + high[2]!) / 2));
  return { middle, halfMm: (Math.max(...high.map((top, axis) => top - low[axis]!)) / 2 + 0.5) * patch.spacingMm };
}

/** Drawn again around its deepest point, at the finest spacing the box allows, so that the result hardly depends on where the seed lay. */
function drawnAgain(volume: Volume, wall: WallField, first: Drawn): Drawn | NoBody | "leak" {
  const n = first.patch.count;
  const { center } = first.body;
  const at = toPatient(first.patch.grid, voxelPoint(center % n, Math.floor(center / n) % n, Math.floor(center / (n * n))));
  const { middle, halfMm } = extentOf(first.body.mask, first.patch);
  const halfWidthMm = halfMm + distanceBetween(at, middle) + surroundMm;
  const spacingMm = Math.max(finestMm, Math.ceil((20 * 2 * halfWidthMm) / mostVoxels) / 20);
  const patch = patchAround(volume, at, halfWidthMm, spacingMm);
  const body = bodyAgain(patch, wallOnPatch(wall, patch), first.body);
  if (typeof body === "string") return body;
  return body.touchesFace ? "leak" : { patch, body };
}

function attachedShare(mask: Uint8Array, body: Body, n: number): number {
  let surface = 0;
  let attached = 0;
  const steps = [-1, 1, -n, n, -n * n, n * n];
  for (let index = 0; index < mask.length; index++) {
    if (!mask[index]) continue;
    for (const step of steps) {
      if (mask[index + step]) continue;
      surface++;
      if (body.other[index + step] || body.other[index + 2 * step]) attached++;
    }
  }
  return surface === 0 ? 0 : attached / surface;
}

/** A cut of more than this share of a ball's great circle is one: a tip that touches the last slice changes the figures little. */
const mostCutShare = 0.2;

/** Faults that leave no figures: at the end of the scan, or too few voxels. */
function whyNot(volume: Volume, edge: Edge, patch: Patch, sourceSpacingMm: readonly number[]): NotMeasurable | null {
  const n = patch.count;
  const steps = [-1, 1, -n, n, -n * n, n * n];
  const slices = new Set<number>();
  const radiusVoxels = Math.cbrt((3 * edge.volumeMm3) / (4 * Math.PI)) / patch.spacingMm;
  let cut = 0;
  for (let index = 0; index < edge.mask.length; index++) {
    if (edge.mask[index] && (!patch.valid[index] || steps.some((step) => patch.valid[index + step] === 0))) cut++;
  }
  if (cut > mostCutShare * Math.PI * radiusVoxels ** 2) return notMeasurable("cut-by-volume-edge");
  const voxelMm3 = sourceSpacingMm.reduce((product, mm) => product * mm, 1);
  if (edge.volumeMm3 < 4 * voxelMm3) return notMeasurable("too-small", { volumeMm3: edge.volumeMm3 });
  const along = thickestAxis(volume.grid);
  for (let index = 0; index < edge.mask.length; index++) {
    if (!edge.mask[index]) continue;
    const at = toVoxel(volume.grid, toPatient(patch.grid, voxelPoint(index % n, Math.floor(index / n) % n, Math.floor(index / (n * n)))));
    const near = Math.round(at[along]);
    if (Math.abs(at[along] - near) * volume.grid.spacingMm[along] <= patch.spacingMm / 2 + 1e-6) slices.add(near);
  }
  if (slices.size < 2) return notMeasurable("one-slice", { sliceSpacingMm: volume.grid.spacingMm[along] });
  return null;
}

const thickestAxis = (grid: Grid): 0 | 1 | 2 =>
  ([0, 1, 2] as const).reduce((best, axis) => (grid.spacingMm[axis] > grid.spacingMm[best] ? axis : best));

/**
 * Outlines what lies at a point of a chest CT: a nodule or mass of 2 to about 80 mm, solid or ground glass, cut free from chest wall and vessels.
 *
 * The level of the edge is half way between what is just inside and the lung around it (for a body in ground glass: the ground glass); vessels
 * are cut where a ball of about .6 of the body's inscribed radius no longer passes; the wall is what a large ball can roll through. Volume by
 * partial volumes (outline-edge.ts). The same for copies of the volume with flipped or swapped axes.
 * @param lungs where given, nothing more than 3 mm outside of them is outlined
 * @param seed anywhere in the body, or within about 4 mm of it
 * @param hint expected radius, where known: a first box of the right size saves time
 */
export function outlineAt(
  volume: Volume,
  lungs: { readonly labels: Mask } | null,
  seed: PatientPoint,
  hint?: { readonly radiusMm: number },
): Outline | NotMeasurable {
  const at = toVoxel(volume.grid, seed);
  if (at.some((position, axis) => !(position > -0.5 && position < volume.grid.size[axis]! - 0.5))) return notMeasurable("outside-volume");
  const wantedMm = hint === undefined ? 0 : hint.radiusMm * 1.3 + 4;
  const fromBox = Math.max(
    0,
    boxes.findIndex(({ halfWidthMm }) => halfWidthMm > wantedMm),
  );
  let failure: NoBody | "leak" = "inside-wall";
  for (const ballRadiusMm of ballRadiiMm) {
    const wall = wallAround(volume, lungs?.labels ?? null, seed, ballRadiusMm);
    const first = drawnAt(volume, wall, seed, fromBox);
    if (typeof first === "string") {
      failure = first;
      continue;
    }
    if (ballRadiusMm === ballRadiiMm[0] && first.body.inscribedRadiusMm > largeRadiusMm && onWall(first, wall)) {
      const larger = wallAround(volume, lungs?.labels ?? null, seed, ballRadiiMm[1]);
      const freed = drawnAt(volume, larger, seed, fromBox);
      if (typeof freed !== "string") return outlinedAgain(volume, larger, freed);
    }
    return outlinedAgain(volume, wall, first);
  }
  return notMeasurable(failure);
}

/** True where the body reaches the wall. */
function onWall({ patch, body }: Drawn, wall: WallField): boolean {
  const free = wallOnPatch(wall, patch);
  return body.mask.some((inside, index) => inside === 1 && free[index]! < patch.spacingMm);
}

function outlinedAgain(volume: Volume, wall: WallField, first: Drawn): Outline | NotMeasurable {
  const again = drawnAgain(volume, wall, first);
  const { patch, body } = typeof again === "string" ? first : again;
  return outlined(volume, patch, body);
}

function gravity(mask: Uint8Array, patch: Patch): PatientPoint {
  const n = patch.count;
  let [i, j, k, voxels] = [0, 0, 0, 0];
  for (let index = 0; index < mask.length; index++) {
    if (!mask[index]) continue;
    i += index % n;
    j += Math.floor(index / n) % n;
    k += Math.floor(index / (n * n));
    voxels++;
  }
  return toPatient(patch.grid, voxelPoint(i / voxels, j / voxels, k / voxels));
}

function outlined(volume: Volume, patch: Patch, body: Body): Outline | NotMeasurable {
  const edge = edgeOf(patch, body);
  const sourceSpacingMm = patientAxes(volume.grid).map(({ axis }) => volume.grid.spacingMm[axis]) as [number, number, number];
  const fault = whyNot(volume, edge, patch, sourceSpacingMm);
  if (fault !== null) return fault;
  return {
    kind: "outline",
    mask: { grid: patch.grid, data: edge.mask },
    inside: { grid: patch.grid, data: edge.inside },
    hu: { grid: patch.grid, data: patch.hu },
    volumeMm3: edge.volumeMm3,
    center: gravity(edge.mask, patch),
    inscribedRadiusMm: body.inscribedRadiusMm,
    coreHu: body.backgroundHu + (body.coreHu - body.backgroundHu) / edge.dimmed,
    dimmed: edge.dimmed,
    backgroundHu: body.backgroundHu,
    attachedShare: attachedShare(edge.mask, body, patch.count),
    sourceSpacingMm,
  };
}
