import { distanceTo, filled, partWith } from "./outline-distance.ts";
import type { Body } from "./outline-object.ts";
import type { Patch } from "./outline-patch.ts";

/** The edge of a body at sub-voxel precision. */
export interface Edge {
  /** Positive inside, 0 on the edge: share of the contrast above the edge's level. */
  readonly inside: Float32Array;
  readonly mask: Uint8Array;
  readonly volumeMm3: number;
  /** Share of the contrast at which the edge was drawn; .5 for a flat edge, less for small balls. */
  readonly level: number;
  /** What blur left of the contrast in the body's middle: 1 for all but small bodies. */
  readonly dimmed: number;
}

/** How far from the edge the blur of a scanner's kernel and slice reaches. */
const shellMm = 1.6;
/** Where something else lies this near, the edge is where the body was cut, whatever the HU say. */
const blockedMm = 1.2;
const lowestLevel = 0.3;
const highestLevel = 0.62;

const within = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** Bodies larger than this keep their whole contrast in the middle. */
const smallRadiusMm = 4;
const widestBlurMm = 1.1;
const leastLeft = 0.6;
/** Below this contrast noise widens the edge more than blur does, and nothing is corrected. */
const firmContrastHu = 400;
/** The part of the loss that is made good: noise and odd shapes widen edges too (set on phantoms of 4–8 mm). */
const madeGood = 0.6;

/**
 * How much of its contrast blur leaves inside a small body, taken as a ball: the blur from the distance between the radii at a quarter and three
 * quarters of the contrast (1.349 σ), the radius from the volume, and from both the height of the blurred ball where its tone was taken.
 * @param shares of the voxels in the zone of the edge; `whole` is how many more count whole
 */
function dimming(shares: readonly number[], whole: number, voxelMm: number, inscribedMm: number): number {
  const radius = (voxels: number): number => Math.cbrt((3 * voxels) / (4 * Math.PI)) * voxelMm;
  const above = (level: number): number => shares.reduce((count, part) => count + (part > level ? 1 : 0), whole);
  if (radius(above(0.5)) > smallRadiusMm) return 1;
  let left = 1;
  for (let round = 0; round < 4; round++) {
    const sigma = Math.min((radius(above(0.25 / left)) - radius(above(0.75 / left))) / 1.349, widestBlurMm);
    const volume = whole + shares.reduce((sum, part) => sum + within(part * left, -0.5, 1.2), 0);
    if (!(sigma > 0.1 && volume > 0)) return left;
    const ball = radius(volume);
    const toneAt = 0.79 * Math.max(ball - Math.min(0.6 * inscribedMm, 1.5), 0.2);
    left = 1 - madeGood * (1 - within(blurredBall(toneAt, ball, sigma), leastLeft, 1));
  }
  return left;
}

/** Height of a unit ball convolved with a Gaussian, at a distance from its middle. */
function blurredBall(atMm: number, radiusMm: number, sigmaMm: number): number {
  const steps = 60;
  // The radial profile as an integral over spheres: weight of the Gaussian at s, share of its sphere inside the ball.
  let sum = 0;
  let weights = 0;
  for (let step = 0; step < steps; step++) {
    const s = ((step + 0.5) / steps) * 4 * sigmaMm;
    const weight = s * s * Math.exp((-s * s) / (2 * sigmaMm * sigmaMm));
    weights += weight;
    sum += weight * within((radiusMm * radiusMm - (atMm - s) ** 2) / (4 * atMm * s), 0, 1);
  }
  return sum / weights;
}

/**
 * Volume by partial volumes: a voxel near the edge counts by (HU − background) / (core − background), one deep inside counts whole
 * (the sum does not change when the picture is blurred: Kuhnigk et al., IEEE TMI 2006;25:417). The contour is then drawn at the level
 * that holds this volume: half way for a flat edge, lower for small balls, whose half-way contour blur draws inwards.
 */
export function edgeOf(patch: Patch, body: Body): Edge {
  const n = patch.count;
  const h = patch.spacingMm;
  const contrast = body.coreHu - body.backgroundHu;
  const depth = distanceTo(
    body.mask.map((inside) => (inside ? 0 : 1)),
    n,
  );
  const away = distanceTo(body.mask, n, Math.ceil(shellMm / h) + 2);
  const fromOther = distanceTo(body.other, n);
  const reach = shellMm / h + 0.5;
  const blocked = blockedMm / h;
  let whole = 0;
  const zone = new Uint8Array(n ** 3);
  const raw: number[] = [];
  for (let index = 0; index < zone.length; index++) {
    const isBody = body.mask[index] === 1;
    if ((isBody ? depth[index]! : away[index]!) > reach || fromOther[index]! <= blocked) {
      if (isBody) whole++;
      continue;
    }
    zone[index] = 1;
    raw.push((patch.hu[index]! - body.backgroundHu) / contrast);
  }
  const dimmed = contrast < firmContrastHu ? 1 : dimming(raw, whole, h, body.inscribedRadiusMm);
  const sum = raw.reduce((total, part) => total + within(part * dimmed, -0.5, 1.2), 0);
  const share = (hu: number): number => (hu - body.backgroundHu) / (contrast / dimmed);
  const shares: number[] = [];
  for (let index = 0; index < zone.length; index++) if (zone[index]) shares.push(share(body.image[index]!));
  const sorted = Float32Array.from(shares).sort();
  const wanted = Math.round(sum);
  const exact = sorted[within(sorted.length - wanted, 0, sorted.length - 1)] ?? 0.5;
  const level = within(exact, lowestLevel, highestLevel);
  const inside = new Float32Array(zone.length);
  for (let index = 0; index < zone.length; index++) {
    const above = share(body.image[index]!) - level;
    if (zone[index]) inside[index] = within(above, -1, 1);
    else inside[index] = body.mask[index] ? within(above, 0.25, 1) : -level;
  }
  const positive = new Uint8Array(zone.length);
  for (let index = 0; index < zone.length; index++) positive[index] = inside[index]! > 0 ? 1 : 0;
  const mask = filled(partWith(positive, n, [body.center]), n);
  let voxels = 0;
  for (let index = 0; index < mask.length; index++) {
    if (mask[index]) voxels++;
    if (mask[index] && inside[index]! <= 0) inside[index] = 0.1;
    else if (!mask[index] && inside[index]! > 0) inside[index] = -0.1;
  }
  const volumeVoxels = level === exact ? whole + sum : voxels;
  return { inside, mask, volumeMm3: volumeVoxels * h ** 3, level, dimmed };
}
