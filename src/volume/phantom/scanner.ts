import type { SeededRandom } from "../../base/seeded-random.ts";
import type { Volume } from "../volume.ts";
import { type NoiseTiles, noiseSlice, noiseTiles } from "./noise.ts";

export type Kernel = "soft" | "sharp";

/**
 * Blur of the point spread (sigma, mm), edge enhancement (part of the difference to a wider blur that is added back) and the band of the
 * noise, as body and lung kernels have them.
 */
const kernels = {
  soft: { blurMm: 0.55, enhance: 0, wideMm: 0, noiseMm: [0.65, 1.5] },
  sharp: { blurMm: 0.33, enhance: 0.55, wideMm: 0.9, noiseMm: [0.34, 0.7] },
} as const;

/** Blurs every slice with the kernel's point spread, in place; what a voxel loses its neighbours gain. */
export function blurSlices(volume: Volume, kernel: Kernel): void {
  const [width, height, slices] = volume.grid.size;
  const { blurMm, enhance, wideMm } = kernels[kernel];
  const count = width * height;
  const taps = [gaussianTaps(blurMm / volume.grid.spacingMm[0]), gaussianTaps(blurMm / volume.grid.spacingMm[1])] as const;
  const wide = [gaussianTaps(wideMm / volume.grid.spacingMm[0]), gaussianTaps(wideMm / volume.grid.spacingMm[1])] as const;
  const [scratch, narrow, broad] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
  for (let k = 0; k < slices; k++) {
    const slice = volume.data.subarray(k * count, (k + 1) * count);
    convolve(slice, scratch, narrow, width, height, taps);
    if (enhance > 0) {
      convolve(narrow, scratch, broad, width, height, wide);
      for (let at = 0; at < count; at++) slice[at] = Math.round(narrow[at]! + enhance * (narrow[at]! - broad[at]!));
    } else for (let at = 0; at < count; at++) slice[at] = Math.round(narrow[at]!);
  }
}

function gaussianTaps(sigma: number): Float64Array {
  if (sigma <= 0) return new Float64Array([1]);
  const radius = Math.max(1, Math.ceil(2.6 * sigma));
  const taps = Float64Array.from({ length: radius + 1 }, (_, at) => Math.exp(-(at * at) / (2 * sigma * sigma)));
  const total = taps.reduce((sum, weight, at) => sum + (at === 0 ? weight : 2 * weight), 0);
  return taps.map((weight) => weight / total);
}

/** Separable convolution of a slice with symmetric taps; the edge repeats its last value. */
function convolve(
  from: Int16Array<ArrayBufferLike> | Float32Array,
  scratch: Float32Array,
  out: Float32Array,
  width: number,
  height: number,
  [tapsI, tapsJ]: readonly [Float64Array, Float64Array],
): void {
  const reach = tapsI.length - 1;
  for (let j = 0; j < height; j++) {
    const row = j * width;
    for (let i = 0; i < width; i++) {
      let sum = tapsI[0]! * from[row + i]!;
      if (i >= reach && i < width - reach) for (let t = 1; t <= reach; t++) sum += tapsI[t]! * (from[row + i - t]! + from[row + i + t]!);
      else for (let t = 1; t <= reach; t++) sum += tapsI[t]! * (from[row + Math.max(0, i - t)]! + from[row + Math.min(width - 1, i + t)]!);
      scratch[row + i] = sum;
    }
  }
  for (let j = 0; j < height; j++) {
    const row = j * width;
    for (let i = 0; i < width; i++) out[row + i] = tapsJ[0]! * scratch[row + i]!;
    for (let t = 1; t < tapsJ.length; t++) {
      const above = Math.max(0, j - t) * width;
      const below = Math.min(height - 1, j + t) * width;
      const weight = tapsJ[t]!;
      for (let i = 0; i < width; i++) out[row + i]! += weight * (scratch[above + i]! + scratch[below + i]!);
    }
  }
}

/**
 * Averages along k as slices thicker than their distance do, in place: a window whose variance, with that of the voxel's own
 * averaging, is that of a slice of the given thickness, t²/12. Nothing to do when the thickness is not above the spacing.
 */
export function thickenSlices(volume: Volume, sliceThicknessMm: number): void {
  const [width, height, slices] = volume.grid.size;
  const spacingMm = volume.grid.spacingMm[2];
  const varianceVoxels = (sliceThicknessMm ** 2 - spacingMm ** 2) / (12 * spacingMm ** 2);
  if (varianceVoxels <= 0) return;
  const reach = Math.max(1, Math.ceil(Math.sqrt(3 * varianceVoxels)));
  const weights = boxOfVariance(varianceVoxels, reach);
  const count = width * height;
  const before: Int16Array[] = [];
  const sliceAt = (k: number): Int16Array<ArrayBufferLike> => volume.data.subarray(k * count, (k + 1) * count);
  const sum = new Float32Array(count);
  for (let k = 0; k < slices; k++) {
    sum.fill(0);
    for (let t = -reach; t <= reach; t++) {
      const from = Math.min(slices - 1, Math.max(0, k + t));
      const source = from < k ? before[before.length - (k - from)]! : sliceAt(from);
      const weight = weights[t + reach]!;
      for (let at = 0; at < count; at++) sum[at]! += weight * source[at]!;
    }
    before.push(Int16Array.from(sliceAt(k)));
    if (before.length > reach) before.shift();
    const target = sliceAt(k);
    for (let at = 0; at < count; at++) target[at] = Math.round(sum[at]!);
  }
}

/** Weights −reach … reach, equal inside and less at both ends, that sum to 1 and have the given variance. */
function boxOfVariance(variance: number, reach: number): number[] {
  let inner = 0;
  for (let t = -reach + 1; t < reach; t++) inner += t * t;
  const innerCount = 2 * reach - 1;
  // (inner + 2·e·reach²) / (innerCount + 2·e) = variance, solved for the end weight e.
  const end = Math.max(0, (variance * innerCount - inner) / (2 * reach * reach - 2 * variance));
  const total = innerCount + 2 * end;
  return Array.from({ length: 2 * reach + 1 }, (_, at) => (at === 0 || at === 2 * reach ? end : 1) / total);
}

/**
 * Adds noise in the kernel's band, in place: `noiseHu` is its standard deviation in the middle of the body, less near the skin and in
 * the air around. Values stay within what 12 bits with intercept −1024 hold.
 */
export function addNoise(volume: Volume, noiseHu: number, kernel: Kernel, random: SeededRandom): void {
  const [width, height, slices] = volume.grid.size;
  const spacingMm = volume.grid.spacingMm[0];
  const count = width * height;
  const [low, high] = kernels[kernel].noiseMm;
  const tiles: NoiseTiles | null = noiseHu > 0 ? noiseTiles(random, 10, low / spacingMm, high / spacingMm) : null;
  const strength = noiseStrength(volume, noiseHu);
  const sheet = new Float32Array(count);
  for (let k = 0; k < slices; k++) {
    if (tiles) noiseSlice(tiles, random, width, height, sheet);
    const slice = volume.data.subarray(k * count, (k + 1) * count);
    for (let at = 0; at < count; at++) {
      const hu = Math.floor(slice[at]! + strength[at]! * sheet[at]! + 0.5);
      slice[at] = Math.min(3071, Math.max(-1024, hu));
    }
  }
}

function noiseStrength({ grid }: Volume, noiseHu: number): Float32Array {
  const [width, height] = grid.size;
  const strength = new Float32Array(width * height);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const x = (grid.origin[0] + i * grid.spacingMm[0]) / 166;
      const y = (grid.origin[1] + j * grid.spacingMm[1] - 6) / 116;
      const r2 = x * x + y * y;
      strength[i + width * j] = noiseHu * (r2 < 1 ? 1.1 - 0.4 * r2 : Math.max(0.25, 0.7 - 0.9 * (Math.sqrt(r2) - 1)));
    }
  }
  return strength;
}
