import type { Vector3 } from "../../volume/space.ts";
import { type Directions, evenDirections } from "./features-directions.ts";

/** Cheap figures of one candidate, from the 1 mm lung box. Lengths in mm, HU as named, shares 0 … 1. */
export interface Features {
  /** Where less than half of the directions are still bright. */
  readonly radiusMm: number;
  readonly coreHu: number;
  readonly backgroundHu: number;
  readonly contrastHu: number;
  /** Standard deviation within .7 of the radius. */
  readonly coreSpreadHu: number;
  /** Share of core voxels of ground-glass density (−800 … −350 HU). */
  readonly hazyShare: number;
  /** Share of directions still bright just outside (1.3 r + 1 mm), farther (1.7 r + 2 mm) and far (2.3 r + 3 mm). */
  readonly brightNear: number;
  readonly brightMid: number;
  readonly brightFar: number;
  /** Separate bright patches just outside: tubes that leave. */
  readonly branches: number;
  /** Share of directions bright just outside whose opposite is bright too: something passes through. */
  readonly passing: number;
  /** Share of directions that have left the lung just outside. */
  readonly outsideShare: number;
  /** Fall of HU from .7 to 1.3 of the radius, per mm. */
  readonly edgeHuPerMm: number;
  /** Shortest over longest bright reach through the centre, over all axes: 1 for a ball. */
  readonly reachRatio: number;
  /** Middle over longest. */
  readonly reachMiddle: number;
  readonly depthMm: number;
  readonly airwayMm: number;
  /** Distance to what is as dense as bone, outside the lung. */
  readonly boneMm: number;
}

/** HU and lung labels on one grid of the box's extent; voxel n lies on voxel n · spacingMm (+ half the difference) of the 1 mm box. */
export interface FeatureGrid {
  readonly hu: Int16Array<ArrayBufferLike>;
  readonly labels: Uint8Array<ArrayBufferLike>;
  readonly size: Vector3;
  readonly spacingMm: number;
}

/** The box as features read it: plain arrays and three distance maps on a coarser grid. */
export interface FeatureSource {
  readonly fine: FeatureGrid;
  /** Everything denser cut to ground glass, averaged over 2 mm: noise and vessels within a faint opacity do not hide it. */
  readonly hazy: FeatureGrid;
  /** Depth in the lung, distance to the airways and to what is as dense as bone outside the lung, mm. */
  readonly depthMm: (position: Vector3) => number;
  readonly airwayMm: (position: Vector3) => number;
  readonly boneMm: (position: Vector3) => number;
}

const directions: Directions = evenDirections(180);
const finestStepMm = 0.5;
const mostSteps = 64;
const farthestMm = 70;

/** Everything along all directions from a centre. */
interface Star {
  /** HU by direction and step; NaN out of the lung. */
  readonly hu: Float32Array;
  readonly steps: number;
  readonly stepMm: number;
}

/**
 * Figures of a candidate from rays in 180 directions through the 1 mm box (trilinear). "Bright" is above the middle between the core and the
 * lung around it, so that all shares are relative to the candidate's own contrast. Out of the lung nothing is bright.
 * @param position voxel of the box
 * @param radiusMm of the responding scale
 * @param on the grid that rays are read from: "hazy" for faint opacities
 */
export function featuresOf(source: FeatureSource, position: Vector3, radiusMm: number, on: "fine" | "hazy"): Features {
  const reachMm = Math.min(farthestMm, 3.2 * radiusMm + 6);
  const centre = recentred(source.fine, position, radiusMm);
  const star = raysFrom(source[on], centre, reachMm);
  const coreHu = meanWithin(star, Math.max(0.5, 0.35 * radiusMm));
  const backgroundHu = backgroundOf(star, Math.min(reachMm - 2, 1.4 * radiusMm + 1.5));
  const threshold = (coreHu + backgroundHu) / 2;
  const radius = halfRadius(star, threshold, reachMm);
  const near = brightAt(star, 1.3 * radius + 1, threshold);
  const { spread, hazyShare } = coreSpread(star, Math.max(0.5, 0.7 * radius));
  const reach = reaches(star, threshold);
  return {
    radiusMm: radius,
    coreHu,
    backgroundHu,
    contrastHu: coreHu - backgroundHu,
    coreSpreadHu: spread,
    hazyShare,
    brightNear: share(near.bright),
    brightMid: share(brightAt(star, 1.7 * radius + 2, threshold).bright),
    brightFar: share(brightAt(star, 2.3 * radius + 3, threshold).bright),
    branches: patches(near.bright),
    passing:
      directions.opposite.reduce((sum, other, n) => sum + (near.bright[n]! && near.bright[other]! ? 1 : 0), 0) / directions.units.length,
    outsideShare: near.outside,
    edgeHuPerMm: (meanAt(star, 0.7 * radius) - meanAt(star, 1.3 * radius)) / Math.max(0.6 * radius, finestStepMm),
    ...reach,
    depthMm: source.depthMm(centre),
    airwayMm: source.airwayMm(centre),
    boneMm: source.boneMm(centre),
  };
}

/** Moves to the centre of what is bright within the ball, at most half a radius. */
function recentred({ hu, labels, size }: FeatureGrid, position: Vector3, radiusMm: number): Vector3 {
  const reach = Math.max(1, Math.ceil(0.8 * radiusMm));
  let weight = 0;
  const sum: [number, number, number] = [0, 0, 0];
  const at = position.map(Math.round) as unknown as Vector3;
  for (let c = -reach; c <= reach; c++) {
    for (let b = -reach; b <= reach; b++) {
      for (let a = -reach; a <= reach; a++) {
        if (a * a + b * b + c * c > reach * reach) continue;
        const [i, j, k] = [at[0] + a, at[1] + b, at[2] + c];
        if (i < 0 || j < 0 || k < 0 || i >= size[0] || j >= size[1] || k >= size[2]) continue;
        const index = i + size[0] * (j + size[1] * k);
        if (labels[index] === 0) continue;
        const w = Math.max(0, Math.min(100, hu[index]!) + 850);
        weight += w;
        sum[0] += w * a;
        sum[1] += w * b;
        sum[2] += w * c;
      }
    }
  }
  if (weight === 0) return position;
  return [at[0] + sum[0] / weight, at[1] + sum[1] / weight, at[2] + sum[2] / weight];
}

function raysFrom({ hu, labels, size, spacingMm }: FeatureGrid, given: Vector3, reachMm: number): Star {
  const shift = (spacingMm - 1) / 2;
  const centre = given.map((value) => (value - shift) / spacingMm) as unknown as Vector3;
  const stepMm = Math.max(finestStepMm, reachMm / mostSteps);
  const steps = Math.floor(reachMm / stepMm) + 1;
  const stepVoxels = stepMm / spacingMm;
  const [ni, nj, nk] = size;
  const out = new Float32Array(directions.units.length * steps).fill(Number.NaN);
  directions.units.forEach(([x, y, z], n) => {
    for (let step = 0; step < steps; step++) {
      const along = step * stepVoxels;
      const [i, j, k] = [centre[0] + x * along, centre[1] + y * along, centre[2] + z * along];
      const [i0, j0, k0] = [Math.floor(i), Math.floor(j), Math.floor(k)];
      if (i0 < 0 || j0 < 0 || k0 < 0 || i0 >= ni - 1 || j0 >= nj - 1 || k0 >= nk - 1) break;
      if (labels[Math.round(i) + ni * (Math.round(j) + nj * Math.round(k))] === 0) continue;
      const at = i0 + ni * (j0 + nj * k0);
      const [u, v, w] = [i - i0, j - j0, k - k0];
      const low = (hu[at]! * (1 - u) + hu[at + 1]! * u) * (1 - v) + (hu[at + ni]! * (1 - u) + hu[at + ni + 1]! * u) * v;
      const up = at + ni * nj;
      const high = (hu[up]! * (1 - u) + hu[up + 1]! * u) * (1 - v) + (hu[up + ni]! * (1 - u) + hu[up + ni + 1]! * u) * v;
      out[n * steps + step] = low * (1 - w) + high * w;
    }
  });
  return { hu: out, steps, stepMm };
}

function valuesWithin({ hu, steps, stepMm }: Star, fromMm: number, toMm: number): number[] {
  const values: number[] = [];
  const [first, last] = [Math.round(fromMm / stepMm), Math.min(steps - 1, Math.round(toMm / stepMm))];
  for (let n = 0; n < directions.units.length; n++) {
    for (let step = first; step <= last; step++) {
      const value = hu[n * steps + step]!;
      if (!Number.isNaN(value)) values.push(value);
    }
  }
  return values;
}

const mean = (values: readonly number[], otherwise: number): number =>
  values.length === 0 ? otherwise : values.reduce((a, b) => a + b, 0) / values.length;
const meanWithin = (star: Star, radiusMm: number): number => mean(valuesWithin(star, 0, radiusMm), -1000);
const meanAt = (star: Star, radiusMm: number): number => mean(valuesWithin(star, radiusMm, radiusMm), -850);

/** Lower third of what lies around: lung, not the vessels in it. */
function backgroundOf(star: Star, fromMm: number): number {
  const values = valuesWithin(star, fromMm, fromMm + 4).sort((a, b) => a - b);
  return values[Math.floor(values.length / 3)] ?? -850;
}

function halfRadius({ hu, steps, stepMm }: Star, threshold: number, reachMm: number): number {
  for (let step = 1; step < steps; step++) {
    let bright = 0;
    let inside = 0;
    for (let n = 0; n < directions.units.length; n++) {
      const value = hu[n * steps + step]!;
      if (Number.isNaN(value)) continue;
      inside++;
      if (value > threshold) bright++;
    }
    if (bright < 0.5 * Math.max(inside, 0.4 * directions.units.length)) return step * stepMm;
  }
  return reachMm;
}

function brightAt(
  { hu, steps, stepMm }: Star,
  radiusMm: number,
  threshold: number,
): { readonly bright: readonly boolean[]; readonly outside: number } {
  const step = Math.min(steps - 1, Math.round(radiusMm / stepMm));
  let outside = 0;
  const bright = directions.units.map((_, n) => {
    const value = hu[n * steps + step]!;
    if (Number.isNaN(value)) outside++;
    return value > threshold;
  });
  return { bright, outside: outside / directions.units.length };
}

const share = (bright: readonly boolean[]): number => bright.filter(Boolean).length / bright.length;

/** Connected patches of at least two directions. */
function patches(bright: readonly boolean[]): number {
  const seen = new Set<number>();
  let count = 0;
  for (let n = 0; n < bright.length; n++) {
    if (!bright[n] || seen.has(n)) continue;
    const stack = [n];
    seen.add(n);
    let members = 0;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      members++;
      for (const next of directions.neighbours[at] ?? []) {
        if (!bright[next] || seen.has(next)) continue;
        seen.add(next);
        stack.push(next);
      }
    }
    if (members >= 2) count++;
  }
  return count;
}

function coreSpread(star: Star, radiusMm: number): { readonly spread: number; readonly hazyShare: number } {
  const values = valuesWithin(star, 0, radiusMm);
  const middle = mean(values, 0);
  const spread = Math.sqrt(
    mean(
      values.map((value) => (value - middle) ** 2),
      0,
    ),
  );
  return {
    spread,
    hazyShare: mean(
      values.map((value) => (value > -800 && value < -350 ? 1 : 0)),
      0,
    ),
  };
}

/** Bright reach through the centre along every axis; shortest and middle (20th and 50th of 90) against the longest (mean of the top five). */
function reaches({ hu, steps }: Star, threshold: number): { readonly reachRatio: number; readonly reachMiddle: number } {
  const half = directions.units.length / 2;
  const along = (n: number): number => {
    let step = 0;
    while (step < steps && hu[n * steps + step]! > threshold) step++;
    return step;
  };
  const lengths = Array.from({ length: half }, (_, n) => along(n) + along(n + half)).sort((a, b) => a - b);
  const longest = Math.max(1, mean(lengths.slice(-5), 1));
  return { reachRatio: (lengths[Math.floor(half * 0.2)] ?? 0) / longest, reachMiddle: (lengths[Math.floor(half * 0.5)] ?? 0) / longest };
}
