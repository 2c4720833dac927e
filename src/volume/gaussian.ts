import { allocateFloat32, isShared } from "./allocate.ts";
import type { Vector3 } from "./space.ts";
import type { Task, Threads } from "./threads.ts";

/** Standard deviations at which the kernel is cut, as scipy.ndimage does. */
const truncateSigmas = 4;
/** Neighbouring lines filtered together along j and k, so that memory is read in whole cache lines. */
const blockWidth = 64;

/** Voxels that the kernel of a standard deviation reaches to each side. */
export const gaussianReach = (sigmaVoxels: number): number => (sigmaVoxels > 0 ? Math.floor(truncateSigmas * sigmaVoxels + 0.5) : 0);

/** Half of the kernel, centre first; the whole sums to 1. */
function halfKernel(sigmaVoxels: number): Float64Array {
  const reach = gaussianReach(sigmaVoxels);
  const half = Float64Array.from({ length: reach + 1 }, (_, n) => Math.exp(-0.5 * (n / sigmaVoxels) ** 2));
  const sum = half.reduce((total, weight, n) => total + (n === 0 ? weight : 2 * weight), 0);
  return half.map((weight) => weight / sum);
}

/**
 * Gaussian smoothing, separable, cut at 4 standard deviations, edges reflected about the outer voxel faces (…b a | a b c…).
 * @param data voxels, i fastest
 * @param sigmaVoxels standard deviation along i, j, k in voxels; 0 leaves that axis as it is
 * @param out receives the result; may be `data` itself; a new array when left out
 * @throws RangeError when sizes do not fit or a standard deviation is negative
 */
export function gaussian<Out extends Float32Array<ArrayBufferLike> = Float32Array<ArrayBuffer>>(
  data: Float32Array<ArrayBufferLike>,
  size: Vector3,
  sigmaVoxels: Vector3,
  out: Out = new Float32Array(data.length) as ArrayBufferView as Out,
): Out {
  const [ni, nj, nk] = size;
  if (data.length !== ni * nj * nk || out.length !== data.length)
    throw new RangeError(`${ni} × ${nj} × ${nk} voxels, got ${data.length} and ${out.length}`);
  if (!sigmaVoxels.every((sigma) => sigma >= 0 && Number.isFinite(sigma)))
    throw new RangeError(`sigmaVoxels must be 0 or more, got ${sigmaVoxels}`);
  if (out !== (data as unknown)) out.set(data);
  if (sigmaVoxels[0] > 0) smoothRows(out, ni, nj * nk, halfKernel(sigmaVoxels[0]));
  if (sigmaVoxels[1] > 0) for (let k = 0; k < nk; k++) smoothColumns(out, k * ni * nj, ni, nj, halfKernel(sigmaVoxels[1]));
  if (sigmaVoxels[2] > 0) smoothColumns(out, 0, ni * nj, nk, halfKernel(sigmaVoxels[2]));
  return out;
}

/** Index within 0 … length − 1 after reflection about the outer faces. */
function reflected(at: number, length: number): number {
  const period = 2 * length;
  const within = ((at % period) + period) % period;
  return within < length ? within : period - 1 - within;
}

function smoothRows(data: Float32Array<ArrayBufferLike>, length: number, rows: number, half: Float64Array): void {
  const reach = half.length - 1;
  const line = new Float64Array(length + 2 * reach);
  for (let row = 0; row < rows; row++) {
    const start = row * length;
    for (let i = 0; i < length; i++) line[reach + i] = data[start + i]!;
    for (let n = 1; n <= reach; n++) {
      line[reach - n] = data[start + reflected(-n, length)]!;
      line[reach + length - 1 + n] = data[start + reflected(length - 1 + n, length)]!;
    }
    convolve(line, 1, 1, length, half, data, start, 1);
  }
}

/** Along `length` voxels `lines` apart, for `lines` neighbouring lines from `offset` on. */
function smoothColumns(data: Float32Array<ArrayBufferLike>, offset: number, lines: number, length: number, half: Float64Array): void {
  const reach = half.length - 1;
  const block = new Float64Array(blockWidth * (length + 2 * reach));
  for (let first = 0; first < lines; first += blockWidth) {
    const width = Math.min(blockWidth, lines - first);
    for (let n = -reach; n < length + reach; n++) {
      const inside = n >= 0 && n < length ? n : reflected(n, length);
      const from = offset + first + inside * lines;
      const to = (n + reach) * blockWidth;
      for (let w = 0; w < width; w++) block[to + w] = data[from + w]!;
    }
    convolve(block, blockWidth, width, length, half, data, offset + first, lines);
  }
}

/**
 * The kernel over `width` lines that lie side by side in `block`, `step` numbers from one voxel of a line to its next, with the kernel's
 * reach before and after. Four neighbours of a line are summed at once, each number read once and passed from one to the next.
 */
function convolve(
  block: Float64Array,
  step: number,
  width: number,
  length: number,
  half: Float64Array,
  out: Float32Array<ArrayBufferLike>,
  offset: number,
  stride: number,
): void {
  const reach = half.length - 1;
  const centreWeight = half[0]!;
  const whole = length - (length % 4);
  for (let n = 0; n < whole; n += 4) {
    for (let w = 0; w < width; w++) {
      const centre = (n + reach) * step + w;
      let low0 = block[centre]!;
      let low1 = block[centre + step]!;
      let low2 = block[centre + 2 * step]!;
      let high2 = block[centre + 3 * step]!;
      let high0 = low1;
      let high1 = low2;
      let sum0 = centreWeight * low0;
      let sum1 = centreWeight * low1;
      let sum2 = centreWeight * low2;
      let sum3 = centreWeight * high2;
      for (let t = 1, below = centre - step, above = centre + 4 * step; t <= reach; t++, below -= step, above += step) {
        const weight = half[t]!;
        const lowest = block[below]!;
        const highest = block[above]!;
        sum0 += weight * (lowest + high0);
        sum1 += weight * (low0 + high1);
        sum2 += weight * (low1 + high2);
        sum3 += weight * (low2 + highest);
        low2 = low1;
        low1 = low0;
        low0 = lowest;
        high0 = high1;
        high1 = high2;
        high2 = highest;
      }
      const to = offset + n * stride + w;
      out[to] = sum0;
      out[to + stride] = sum1;
      out[to + 2 * stride] = sum2;
      out[to + 3 * stride] = sum3;
    }
  }
  for (let n = whole; n < length; n++) {
    for (let w = 0; w < width; w++) {
      const centre = (n + reach) * step + w;
      let sum = centreWeight * block[centre]!;
      for (let t = 1; t <= reach; t++) sum += half[t]! * (block[centre - t * step]! + block[centre + t * step]!);
      out[offset + n * stride + w] = sum;
    }
  }
}

/** Slices `fromSlice` up to but not including `toSlice` of a smoothed volume. */
export interface GaussianSlab {
  readonly data: Float32Array<ArrayBufferLike>;
  readonly size: Vector3;
  readonly sigmaVoxels: Vector3;
  readonly fromSlice: number;
  readonly toSlice: number;
}

/** Smooths some slices, with the margin they need, for another thread. */
export const gaussianTask: Task<GaussianSlab, Float32Array<ArrayBufferLike>> = {
  name: "volume/gaussian",
  compute: ({ data, size, sigmaVoxels, fromSlice, toSlice }) => {
    const reach = gaussianReach(sigmaVoxels[2]);
    const plane = size[0] * size[1];
    const lo = Math.max(0, fromSlice - reach);
    const hi = Math.min(size[2], toSlice + reach);
    const slab = new Float32Array(data.subarray(plane * lo, plane * hi));
    gaussian(slab, [size[0], size[1], hi - lo], sigmaVoxels, slab);
    const inner = allocateFloat32(plane * (toSlice - fromSlice));
    inner.set(slab.subarray(plane * (fromSlice - lo), plane * (toSlice - lo)));
    return inner;
  },
};

/** As gaussian, into a new array, in slabs of slices on several threads. Data that are not in shared memory are smoothed on the caller's own. */
export async function gaussianOn(
  threads: Threads,
  data: Float32Array<ArrayBufferLike>,
  size: Vector3,
  sigmaVoxels: Vector3,
): Promise<Float32Array<ArrayBufferLike>> {
  const out = allocateFloat32(data.length);
  const parts = Math.min(size[2], isShared(data) ? threads.count : 1);
  if (parts === 1) return gaussian(data, size, sigmaVoxels, out);
  const plane = size[0] * size[1];
  await Promise.all(
    Array.from({ length: parts }, async (_, part) => {
      const fromSlice = Math.round((part * size[2]) / parts);
      const toSlice = Math.round(((part + 1) * size[2]) / parts);
      out.set(await threads.run(gaussianTask, { data, size, sigmaVoxels, fromSlice, toSlice }), fromSlice * plane);
    }),
  );
  return out;
}
