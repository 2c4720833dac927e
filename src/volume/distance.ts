import { allocateFloat32 } from "./allocate.ts";
import { voxelCount } from "./grid.ts";
import type { Vector3 } from "./space.ts";
import type { Mask } from "./volume.ts";

/** Voxels side by side that one sweep along j or k takes together, so that memory is read in whole cache lines. */
const blockWidth = 16;

/**
 * Squared Euclidean distance between voxel centres, exact, with the grid's spacing (Felzenszwalb & Huttenlocher, Theory of Computing
 * 2012; 8:415–428). `to: "inside"` is the distance to the nearest voxel of the mask (0 in it), `to: "outside"` to the nearest voxel not
 * in the mask (0 out of it). Beyond the grid there is nothing: neither mask nor not-mask.
 * @returns mm², one a voxel; Infinity everywhere when there is no such voxel
 */
export function squaredDistanceMm2(mask: Mask, to: "inside" | "outside"): Float32Array<ArrayBufferLike> {
  const out = allocateFloat32(voxelCount(mask.grid));
  distanceInto(mask.data, mask.grid.size, mask.grid.spacingMm, to, Number.POSITIVE_INFINITY, out);
  return out;
}

/**
 * As squaredDistanceMm2, over plain arrays, into `out`. Distances beyond `limitMm2` may come out as Infinity instead, which makes the
 * work near-linear in the voxels that lie within the limit.
 */
export function distanceInto(
  mask: Uint8Array<ArrayBufferLike>,
  size: Vector3,
  spacingMm: Vector3,
  to: "inside" | "outside",
  limitMm2: number,
  out: Float32Array<ArrayBufferLike>,
): void {
  const [ni, nj, nk] = size;
  alongRows(mask, ni, nj * nk, spacingMm[0], to === "inside", limitMm2, out);
  if (nj > 1) for (let k = 0; k < nk; k++) alongColumns(out, k * ni * nj, ni, nj, ni, spacingMm[1] ** 2, limitMm2);
  if (nk > 1) alongColumns(out, 0, ni * nj, nk, ni * nj, spacingMm[2] ** 2, limitMm2);
}

function alongRows(
  mask: Uint8Array<ArrayBufferLike>,
  length: number,
  rows: number,
  spacingMm: number,
  inside: boolean,
  limitMm2: number,
  out: Float32Array<ArrayBufferLike>,
): void {
  const far = Math.floor(Math.sqrt(limitMm2) / spacingMm) + 1;
  for (let row = 0; row < rows; row++) {
    const start = row * length;
    const end = start + length;
    let steps = Number.POSITIVE_INFINITY;
    for (let at = start; at < end; at++) {
      steps = (mask[at] !== 0) === inside ? 0 : steps + 1;
      out[at] = steps;
    }
    steps = Number.POSITIVE_INFINITY;
    for (let at = end - 1; at >= start; at--) {
      const before = out[at]!;
      steps = before === 0 ? 0 : steps + 1;
      const nearest = Math.min(before, steps);
      out[at] = nearest > far ? Number.POSITIVE_INFINITY : (nearest * spacingMm) ** 2;
    }
  }
}

/** Lower envelope of parabolas along `length` voxels `stride` apart, for each of `lines` neighbouring lines from `offset` on. */
function alongColumns(
  out: Float32Array<ArrayBufferLike>,
  offset: number,
  lines: number,
  length: number,
  stride: number,
  spacing2: number,
  limitMm2: number,
): void {
  const block = new Float32Array(blockWidth * length);
  const envelope = new Envelope(length, spacing2, limitMm2);
  for (let first = 0; first < lines; first += blockWidth) {
    const width = Math.min(blockWidth, lines - first);
    for (let n = 0; n < length; n++) {
      const from = offset + first + n * stride;
      for (let w = 0; w < width; w++) block[w * length + n] = out[from + w]!;
    }
    let changed = false;
    for (let w = 0; w < width; w++) if (envelope.replace(block, w * length)) changed = true;
    if (!changed) continue;
    for (let n = 0; n < length; n++) {
      const to = offset + first + n * stride;
      for (let w = 0; w < width; w++) out[to + w] = block[w * length + n]!;
    }
  }
}

/** One-dimensional squared-distance transform: D(p) = min over q of ((p − q)² spacing² + f(q)). */
class Envelope {
  readonly #length: number;
  readonly #spacing2: number;
  readonly #limitMm2: number;
  readonly #apex: Int32Array;
  readonly #height: Float64Array;
  readonly #from: Float64Array;
  /** 1 / (2 n) for each step n. */
  readonly #halfInverse: Float64Array;

  constructor(length: number, spacing2: number, limitMm2: number) {
    this.#length = length;
    this.#spacing2 = spacing2;
    this.#limitMm2 = limitMm2;
    this.#apex = new Int32Array(length);
    this.#height = new Float64Array(length);
    this.#from = new Float64Array(length + 1);
    this.#halfInverse = Float64Array.from({ length }, (_, n) => 0.5 / n);
  }

  /** Replaces f by D in place; false when nothing changed. */
  replace(line: Float32Array, start: number): boolean {
    const length = this.#length;
    const spacing2 = this.#spacing2;
    const apex = this.#apex;
    const height = this.#height;
    const from = this.#from;
    const halfInverse = this.#halfInverse;
    const inverse = 1 / spacing2;
    let top = -1;
    let zeros = 0;
    for (let q = 0; q < length; q++) {
      const f = line[start + q]!;
      if (f === Number.POSITIVE_INFINITY) continue;
      if (f === 0) zeros++;
      const scaled = f * inverse;
      let cut = Number.NEGATIVE_INFINITY;
      while (top >= 0) {
        const p = apex[top]!;
        cut = (scaled - height[top]! + (q - p) * (q + p)) * halfInverse[q - p]!;
        if (cut > from[top]!) break;
        top--;
        cut = Number.NEGATIVE_INFINITY;
      }
      top++;
      apex[top] = q;
      height[top] = scaled;
      from[top] = cut;
    }
    if (top < 0 || zeros === length) return false;
    from[top + 1] = Number.POSITIVE_INFINITY;
    const limit = this.#limitMm2;
    for (let p = 0, at = 0; p < length; p++) {
      while (from[at + 1]! < p) at++;
      const step = p - apex[at]!;
      const d2 = (step * step + height[at]!) * spacing2;
      line[start + p] = d2 > limit * 1.001 ? Number.POSITIVE_INFINITY : d2;
    }
    return true;
  }
}
