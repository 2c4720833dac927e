import { median } from "../../base/stats.ts";
import { distanceTo, filled, onFace, partWith } from "./outline-distance.ts";
import { type Patch, smoothed } from "./outline-patch.ts";

/** The body of a finding on a patch: cut free from wall and vessels, at the level half way between it and the lung around it. */
export interface Body {
  readonly mask: Uint8Array;
  /** Everything above the level that is not the finding: vessels cut off, other findings, wall. */
  readonly other: Uint8Array;
  /** Deepest voxel, and how deep it lies. */
  readonly center: number;
  readonly inscribedRadiusMm: number;
  /** Typical HU just inside the edge, and of the lung around. */
  readonly coreHu: number;
  readonly backgroundHu: number;
  /** The values that were thresholded: the patch, smoothed for faint findings. */
  readonly image: Float32Array;
  readonly touchesFace: boolean;
}

export type NoBody = "nothing-here" | "no-lung-around" | "inside-wall";

/** Above this a finding is firm enough for its level to be sought without smoothing. */
const firmHu = -300;
/** A finding must stand out of the lung by this much (a faint ground glass is 100–250 HU above it). */
const faintestContrastHu = 80;
/** The least that stands out of smoothed lung enough to begin with. */
const faintestStartHu = 60;
/** Calcium above this does not raise the level: the edge of a calcified body is that of the soft tissue around its calcium. */
const densestHu = 250;
/** Around firm bodies thicker than this a soft rim is taken for what the body does to the lung, not for part of it. */
const largestCoreMm = 8;
/** How far around a body its lung's tone is taken. */
const aroundMm = 9;
const reachMm = 4.5;

/** Highest value within 1.5 mm, again and again until none is higher; ties go to the nearest. */
function climb(height: Float32Array, patch: Patch, start: number, longestMm = Number.POSITIVE_INFINITY): number {
  const n = patch.count;
  const reach = Math.max(1, Math.round(1.5 / patch.spacingMm));
  const place = (index: number): [number, number, number] => [index % n, Math.floor(index / n) % n, Math.floor(index / (n * n))];
  const from = place(start);
  let at = start;
  for (;;) {
    const [i, j, k] = place(at);
    let best = at;
    let bestHeight = height[at]! + 1e-4;
    for (let dk = -reach; dk <= reach; dk++) {
      for (let dj = -reach; dj <= reach; dj++) {
        for (let di = -reach; di <= reach; di++) {
          const squared = di * di + dj * dj + dk * dk;
          if (squared > reach * reach || squared === 0) continue;
          const [x, y, z] = [i + di, j + dj, k + dk];
          if (x < 0 || y < 0 || z < 0 || x >= n || y >= n || z >= n) continue;
          if (Math.hypot(x - from[0], y - from[1], z - from[2]) * patch.spacingMm > longestMm) continue;
          const index = x + n * (y + n * z);
          const value = height[index]! - 1e-3 * Math.sqrt(squared);
          if (value > bestHeight) {
            best = index;
            bestHeight = value;
          }
        }
      }
    }
    if (best === at) return at;
    at = best;
  }
}

/** The nearest voxel that satisfies a condition, within some mm of the patch's middle; −1 for none. */
function nearest(patch: Patch, accept: (index: number) => boolean, withinMm: number): number {
  const n = patch.count;
  const middle = (n - 1) / 2;
  let best = -1;
  let bestSquared = (withinMm / patch.spacingMm) ** 2;
  const reach = Math.min(Math.ceil(withinMm / patch.spacingMm), middle);
  for (let k = middle - reach; k <= middle + reach; k++) {
    for (let j = middle - reach; j <= middle + reach; j++) {
      for (let i = middle - reach; i <= middle + reach; i++) {
        const squared = (i - middle) ** 2 + (j - middle) ** 2 + (k - middle) ** 2;
        const index = i + n * (j + n * k);
        if (squared < bestSquared + (best === -1 ? 1e-9 : 0) && accept(index)) {
          best = index;
          bestSquared = squared;
        }
      }
    }
  }
  return best;
}

/**
 * How thick a ball a vessel cannot hold but the finding can: the radius of the opening, from the finding's inscribed radius.
 * Branches beside small findings are about as thick as .7 of them; pulmonary vessels beside large ones seldom pass 6 mm.
 */
const openingRadiusMm = (inscribedMm: number): number => Math.min(0.7 * inscribedMm, 1.3 + 0.22 * inscribedMm);
/** How far beyond the opened body its own edge may reach, for tips and corners. */
const reachBeyondMm = (openingMm: number): number => 0.4 + 0.12 * openingMm;

/** Median of at most some 3,000 of the values, evenly taken: enough for a tone within an HU or two. */
function typical(values: readonly number[]): number {
  const step = Math.ceil(values.length / 3000);
  return median(step === 1 ? values : values.filter((_, index) => index % step === 0));
}

interface Cut {
  readonly mask: Uint8Array;
  readonly center: number;
  readonly depth: Float32Array;
}

/** The part of the mask that belongs to the body around a start: opened, then grown back a little within the mask. */
function cutFree(above: Uint8Array, patch: Patch, start: number): Cut {
  const n = patch.count;
  const h = patch.spacingMm;
  const outside = above.map((inside) => (inside ? 0 : 1));
  const depth = distanceTo(outside, n);
  const center = climb(depth, patch, start);
  const openingMm = openingRadiusMm(depth[center]! * h);
  const kernel = above.map((_, index) => (depth[index]! * h > openingMm ? 1 : 0));
  const limit = openingMm + reachBeyondMm(openingMm);
  const far = distanceTo(partWith(kernel, n, [center]), n, Math.ceil(limit / h) + 1);
  const near = above.map((inside, index) => (inside && far[index]! * h <= limit ? 1 : 0));
  return { mask: partWith(near, n, [center]), center, depth };
}

/** HU just inside the edge of a body, and of the lung around it. */
export interface Tone {
  readonly coreHu: number;
  readonly backgroundHu: number;
}

/** HU just inside the edge of a body and of the lung around it. */
function toneOf(patch: Patch, cut: Cut, free: Float32Array, levelHu: number): Tone {
  const h = patch.spacingMm;
  const inner = Math.min(0.6 * cut.depth[cut.center]! * h, 1.5);
  const away = distanceTo(cut.mask, patch.count, Math.ceil(aroundMm / h) + 1);
  const core: number[] = [];
  const around: number[] = [];
  for (let index = 0; index < away.length; index++) {
    if (cut.mask[index]) {
      const deep = cut.depth[index]! * h;
      if (deep >= inner && deep <= inner + 2) core.push(patch.hu[index]!);
    } else if (
      away[index]! * h >= 2 &&
      away[index]! * h <= aroundMm &&
      free[index]! > 1.5 &&
      patch.valid[index] &&
      patch.hu[index]! < levelHu
    ) {
      around.push(patch.hu[index]!);
    }
  }
  return { coreHu: Math.min(typical(core), densestHu), backgroundHu: around.length >= 50 ? typical(around) : Number.NaN };
}

/** The tone of a soft rim around a firm body, when there is one thicker than the blur of an edge; null when there is none. */
function rimOf(patch: Patch, cut: Cut, above: Uint8Array, free: Float32Array, lungHu: number): number | null {
  const h = patch.spacingMm;
  const away = distanceTo(cut.mask, patch.count);
  const rest = above.map((inside, index) => (inside && !cut.mask[index] ? 1 : 0));
  const fromRest = distanceTo(rest, patch.count);
  // Thick slices blur further than the kernel does.
  const from = Math.max(1.75, patch.coarsestMm + 0.25);
  const rim: number[] = [];
  const around: number[] = [];
  for (let index = 0; index < away.length; index++) {
    if (cut.mask[index] || free[index]! < 3 || !patch.valid[index] || fromRest[index]! * h < 2) continue;
    const mm = away[index]! * h;
    if (mm >= from && mm <= from + 1.5) rim.push(patch.hu[index]!);
    else if (mm >= from + 4) around.push(patch.hu[index]!);
  }
  if (rim.length < 60) return null;
  const rimHu = median(rim);
  const aroundHu = around.length < 200 ? lungHu : median(around);
  const dense = aroundHu - lungHu > 1.5 * faintestContrastHu;
  return rimHu - (dense ? lungHu : aroundHu) > faintestContrastHu ? rimHu : null;
}

interface Settled {
  readonly cut: Cut;
  readonly tone: Tone;
  readonly above: Uint8Array;
  readonly image: Float32Array;
}

/** The body at a level half way between tones, both found anew until they stand still. */
function settle(patch: Patch, free: Float32Array, start: number, first: Tone, soft: () => Float32Array, rounds: number): Settled | NoBody {
  let tone = first;
  let found: Settled | null = null;
  let at = start;
  for (let round = 0; round < rounds; round++) {
    const level = (tone.coreHu + tone.backgroundHu) / 2;
    const image = tone.coreHu < firmHu ? soft() : patch.hu;
    const above = new Uint8Array(image.length);
    for (let index = 0; index < above.length; index++)
      above[index] = image[index]! > level && free[index]! > 0 && patch.valid[index] ? 1 : 0;
    if (!above[at]) at = nearest(patch, (index) => above[index] === 1, reachMm);
    if (at < 0) return "nothing-here";
    const cut = cutFree(above, patch, at);
    at = cut.center;
    const next = toneOf(patch, cut, free, level);
    const settled = Number.isNaN(next.backgroundHu) ? { coreHu: next.coreHu, backgroundHu: tone.backgroundHu } : next;
    if (!(settled.coreHu - settled.backgroundHu >= faintestContrastHu)) return "nothing-here";
    found = { cut, tone: settled, above, image };
    if (Math.abs(settled.coreHu - tone.coreHu) + Math.abs(settled.backgroundHu - tone.backgroundHu) < 8) break;
    tone = settled;
  }
  return found ?? "nothing-here";
}

/**
 * The body of what lies at the middle of a patch.
 * @param free distance to the wall, mm (outline-wall.ts); 0 and below is wall
 * @param lungHu tone of the lung around
 */
export function bodyAtMiddle(patch: Patch, free: Float32Array, lungHu: number): Body | NoBody {
  const middle = (patch.hu.length - 1) / 2;
  const soft = smoothed(patch, 0.8);
  const standsOut = (index: number): boolean => soft[index]! > lungHu + faintestStartHu && free[index]! > 0;
  const start = standsOut(middle) ? middle : nearest(patch, standsOut, reachMm);
  if (start < 0) return free[middle]! <= 0 ? "inside-wall" : "nothing-here";
  const height = soft.map((hu, index) => (free[index]! > 0.5 ? Math.min(hu, 100) : -2000));
  const peak = climb(height, patch, start, 2.5);
  const tone = { coreHu: Math.max(soft[peak]!, soft[start]!), backgroundHu: lungHu };
  let found = settle(patch, free, peak, tone, () => soft, 4);
  if (typeof found === "string") return found;
  const firmRadiusMm = found.cut.depth[found.cut.center]! * patch.spacingMm;
  if (found.tone.coreHu > -450 && firmRadiusMm < largestCoreMm) {
    const rim = rimOf(patch, found.cut, found.above, free, lungHu);
    if (rim !== null) {
      const whole = settle(patch, free, found.cut.center, { coreHu: rim, backgroundHu: lungHu }, () => soft, 4);
      if (typeof whole !== "string") found = whole;
    }
  }
  return bodyOf(patch, free, found);
}

/** The body at the middle of a finer patch, its tone known from a coarser one. */
export function bodyAgain(patch: Patch, free: Float32Array, tone: Tone): Body | NoBody {
  const found = settle(patch, free, (patch.hu.length - 1) / 2, tone, () => smoothed(patch, 0.8), 2);
  return typeof found === "string" ? found : bodyOf(patch, free, found);
}

function bodyOf(patch: Patch, free: Float32Array, { cut, tone, above, image }: Settled): Body {
  const mask = filled(cut.mask, patch.count);
  let touchesFace = false;
  const other = new Uint8Array(above.length);
  for (let index = 0; index < above.length; index++) {
    if (mask[index] && onFace(index, patch.count)) touchesFace = true;
    other[index] = !mask[index] && (above[index] || free[index]! <= 0) ? 1 : 0;
  }
  const inscribedRadiusMm = cut.depth[cut.center]! * patch.spacingMm;
  return { mask, other, center: cut.center, inscribedRadiusMm, ...tone, image, touchesFace };
}
