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
}

/** How far from the edge the blur of a scanner's kernel and slice reaches. */
const shellMm = 1.6;
/** Where something else lies this near, the edge is where the body was cut, whatever the HU say. */
const blockedMm = 1.2;
const lowestLevel = 0.3;
const highestLevel = 0.62;

const within = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

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
  const away = distanceTo(body.mask, n);
  const fromOther = distanceTo(body.other, n);
  const reach = shellMm / h + 0.5;
  const blocked = blockedMm / h;
  const share = (hu: number): number => (hu - body.backgroundHu) / contrast;
  let whole = 0;
  let sum = 0;
  const shares: number[] = [];
  const zone = new Uint8Array(n ** 3);
  for (let index = 0; index < zone.length; index++) {
    const isBody = body.mask[index] === 1;
    if (isBody ? depth[index]! > reach || fromOther[index]! <= blocked : away[index]! > reach || fromOther[index]! <= blocked) {
      if (isBody) whole++;
      continue;
    }
    zone[index] = 1;
    sum += within(share(patch.hu[index]!), -0.5, 1.2);
    shares.push(share(body.image[index]!));
  }
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
  return { inside, mask, volumeMm3: volumeVoxels * h ** 3, level };
}
