import { allocateLike } from "./allocate.ts";
import type { Vector3 } from "./space.ts";
import type { VoxelData } from "./volume.ts";

/** What shape moves over the voxels: the box of ±radius voxels, or the ellipsoid (i/rᵢ)² + (j/rⱼ)² + (k/rₖ)² ≤ 1 within it. */
export type GreyShape = "box" | "ball";

/**
 * Smallest value under a shape centred on each voxel; beyond the edge there is nothing. The box is separable (van Herk 1992; Gil & Werman
 * 1993: three comparisons a voxel and axis, whatever the radius). The ball is exact too, as the union of its lines along i: its cost grows
 * with the number of those, so it is for small radii.
 * @param radiusVoxels whole voxels along i, j, k, 0 or more
 * @throws RangeError when sizes do not fit or a radius is not a whole number
 */
export function greyErode<Data extends VoxelData>(data: Data, size: Vector3, radiusVoxels: Vector3, shape: GreyShape = "box"): Data {
  return extreme(data, size, radiusVoxels, shape, smaller);
}

/** Largest value under a shape centred on each voxel; as greyErode. */
export function greyDilate<Data extends VoxelData>(data: Data, size: Vector3, radiusVoxels: Vector3, shape: GreyShape = "box"): Data {
  return extreme(data, size, radiusVoxels, shape, larger);
}

/** Erosion, then dilation: takes away bright detail that the shape does not fit in. */
export function greyOpen<Data extends VoxelData>(data: Data, size: Vector3, radiusVoxels: Vector3, shape: GreyShape = "box"): Data {
  return greyDilate(greyErode(data, size, radiusVoxels, shape), size, radiusVoxels, shape);
}

/** Dilation, then erosion: fills dark detail that the shape does not fit in. */
export function greyClose<Data extends VoxelData>(data: Data, size: Vector3, radiusVoxels: Vector3, shape: GreyShape = "box"): Data {
  return greyErode(greyDilate(data, size, radiusVoxels, shape), size, radiusVoxels, shape);
}

type Pick = (a: number, b: number) => number;
const smaller: Pick = (a, b) => Math.min(a, b);
const larger: Pick = (a, b) => Math.max(a, b);

function extreme<Data extends VoxelData>(data: Data, size: Vector3, radius: Vector3, shape: GreyShape, pick: Pick): Data {
  if (data.length !== size[0] * size[1] * size[2]) throw new RangeError(`${size.join(" × ")} voxels, got ${data.length}`);
  if (!radius.every((count) => Number.isInteger(count) && count >= 0)) throw new RangeError(`radiusVoxels must be whole, got ${radius}`);
  const out = allocateLike(data, data.length);
  if (shape === "ball") ball(data, out, size, radius, pick);
  else {
    out.set(data);
    const [ni, nj, nk] = size;
    if (radius[0] > 0) slide(out, 0, 1, ni, nj * nk, 1, ni, radius[0], pick);
    if (radius[1] > 0) for (let k = 0; k < nk; k++) slide(out, k * ni * nj, ni, nj, ni, 1, 1, radius[1], pick);
    if (radius[2] > 0) slide(out, 0, ni * nj, nk, ni * nj, 1, 1, radius[2], pick);
  }
  return out;
}

/** Lines taken side by side along j and k, so that memory is read in whole cache lines. */
const blockWidth = 16;

/**
 * Running extreme over ±radius along `lines` lines, in place: line n starts at offset + n × lineStep, its voxels lie `stride` apart.
 * The line is cut into blocks of 2 radius + 1; a window is the suffix of one block and the prefix of the next.
 */
function slide(
  data: VoxelData,
  offset: number,
  stride: number,
  length: number,
  lines: number,
  block: number,
  lineStep: number,
  radius: number,
  pick: Pick,
): void {
  const width = stride === 1 ? block : blockWidth;
  const neutral = pick(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY) < 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const window = 2 * radius + 1;
  const padded = Math.ceil((length + 2 * radius) / window) * window;
  const prefix = new Float64Array(padded * width);
  const suffix = new Float64Array(padded * width);
  for (let line = 0; line < lines; line += width) {
    const together = Math.min(width, lines - line);
    const start = offset + line * lineStep;
    prefix.fill(neutral);
    for (let n = 0; n < length; n++) {
      for (let w = 0, to = (n + radius) * width; w < together; w++, to++) prefix[to] = data[start + n * stride + w * lineStep]!;
    }
    suffix.set(prefix);
    for (let n = 1; n < padded; n++) {
      if (n % window !== 0) for (let w = 0, at = n * width; w < width; w++, at++) prefix[at] = pick(prefix[at]!, prefix[at - width]!);
      const back = padded - 1 - n;
      if (back % window !== window - 1) {
        for (let w = 0, at = back * width; w < width; w++, at++) suffix[at] = pick(suffix[at]!, suffix[at + width]!);
      }
    }
    for (let n = 0; n < length; n++) {
      const from = n * width;
      const to = (n + 2 * radius) * width;
      for (let w = 0; w < together; w++) data[start + n * stride + w * lineStep] = pick(suffix[from + w]!, prefix[to + w]!);
    }
  }
}

/** The union of the ball's lines along i: for each half-length the running extreme of every row once, then one pass for each (dj, dk). */
function ball(data: VoxelData, out: VoxelData, size: Vector3, radius: Vector3, pick: Pick): void {
  const [ni, nj, nk] = size;
  const byHalfLength = new Map<number, [number, number][]>();
  for (let dk = -radius[2]; dk <= radius[2]; dk++) {
    for (let dj = -radius[1]; dj <= radius[1]; dj++) {
      const rest = 1 - (dj === 0 ? 0 : (dj / radius[1]) ** 2) - (dk === 0 ? 0 : (dk / radius[2]) ** 2);
      if (rest < -1e-9) continue;
      const half = Math.floor(radius[0] * Math.sqrt(Math.max(0, rest)) + 1e-9);
      byHalfLength.set(half, [...(byHalfLength.get(half) ?? []), [dj, dk]]);
    }
  }
  out.set(data);
  for (const [half, offsets] of byHalfLength) {
    const rows = allocateLike(data, data.length);
    rows.set(data);
    if (half > 0) slide(rows, 0, 1, ni, nj * nk, 1, ni, half, pick);
    for (const [dj, dk] of offsets) {
      for (let k = Math.max(0, -dk); k < Math.min(nk, nk - dk); k++) {
        for (let j = Math.max(0, -dj); j < Math.min(nj, nj - dj); j++) {
          const to = ni * (j + nj * k);
          const from = ni * (j + dj + nj * (k + dk));
          for (let i = 0; i < ni; i++) out[to + i] = pick(out[to + i]!, rows[from + i]!);
        }
      }
    }
  }
}
