import { gaussian, gaussianReach } from "../../volume/gaussian.ts";
import type { Vector3 } from "../../volume/space.ts";
import type { Task } from "../../volume/threads.ts";

/** What outside-lung voxels are set to before smoothing, HU: lung, so that chest wall and mediastinum make no edges. */
const lungHu = -850;
/** Peaks kept a slab and scale; far more than any lung needs. */
const mostPeaks = 1500;

/** One scale of one channel, over the planes kLow … kHigh (exclusive, multiples of `factor`) of the 1 mm lung box. */
export interface EnhanceInput {
  readonly hu: Int16Array<ArrayBufferLike>;
  /** 0 outside the lungs. */
  readonly labels: Uint8Array<ArrayBufferLike>;
  readonly size: Vector3;
  readonly kLow: number;
  readonly kHigh: number;
  readonly sigmaMm: number;
  /** Voxels averaged along each axis before smoothing: coarse scales work on coarse grids. */
  readonly factor: 1 | 2 | 3;
  /** HU are cut to this range: bones and contrast, or (ground glass) everything denser than ground glass. */
  readonly clipHu: readonly [number, number];
  /** Peaks below are dropped, HU. */
  readonly leastBlobnessHu: number;
}

/** A local maximum of blobness; position in voxels of the 1 mm box. */
export interface Peak {
  readonly position: Vector3;
  readonly sigmaMm: number;
  /** σ²·λ3²/|λ1|, HU. */
  readonly blobnessHu: number;
  /** |λ3| / |λ1|: 1 for a ball, 0 for a tube or plate. */
  readonly roundness: number;
  /** |λ2| / |λ1|: 1 for a ball or tube, 0 for a plate. */
  readonly tubeness: number;
}

/**
 * Where bright blobs of about one size lie: local maxima (26 neighbours) of σ²·|λ3|²/|λ1| over the eigenvalues |λ1| ≥ |λ2| ≥ |λ3| of the
 * Hessian of the smoothed volume, all negative. For a ball of diameter d it is largest near σ = d/(2√3); along a tube λ3 ≈ 0 and across a
 * plate λ2 ≈ λ3 ≈ 0, so both are suppressed. The normalised response does not depend on scale.
 * Li Q, Sone S, Doi K. Selective enhancement filters for nodules, vessels, and airway walls. Med Phys 2003;30:2040.
 * @returns peaks, strongest first
 */
export function blobPeaks(input: EnhanceInput): Peak[] {
  const slab = smoothedSlab(input);
  const responses = blobness(slab, input);
  return peaksOf(slab, responses, input);
}

export const blobPeaksTask: Task<EnhanceInput, Peak[]> = { name: "lung-nodule.blob-peaks", compute: blobPeaks };

interface Slab {
  readonly data: Float32Array;
  /** 1 where at least half of the averaged voxels lie in the lungs. */
  readonly inLung: Uint8Array;
  readonly size: Vector3;
  /** First plane, in coarse voxels of the whole box. */
  readonly kFirst: number;
}

/** Cut, filled outside the lungs, averaged by `factor`, smoothed; with planes enough around it for the kernel. */
function smoothedSlab({ hu, labels, size, kLow, kHigh, sigmaMm, factor, clipHu }: EnhanceInput): Slab {
  const sigmaVoxels = sigmaMm / factor;
  const halo = gaussianReach(sigmaVoxels) + 2;
  const coarse: Vector3 = [Math.floor(size[0] / factor), Math.floor(size[1] / factor), Math.floor(size[2] / factor)];
  const kFirst = Math.max(0, Math.floor(kLow / factor) - halo);
  const kEnd = Math.min(coarse[2], Math.ceil(kHigh / factor) + halo);
  const slabSize: Vector3 = [coarse[0], coarse[1], Math.max(0, kEnd - kFirst)];
  const data = new Float32Array(slabSize[0] * slabSize[1] * slabSize[2]);
  const inLung = new Uint8Array(data.length);
  const [lowHu, highHu] = clipHu;
  const cells = factor ** 3;
  let to = 0;
  for (let k = kFirst; k < kEnd; k++) {
    for (let j = 0; j < coarse[1]; j++) {
      for (let i = 0; i < coarse[0]; i++, to++) {
        let sum = 0;
        let inside = 0;
        for (let c = 0; c < factor; c++) {
          for (let b = 0; b < factor; b++) {
            let at = i * factor + size[0] * (j * factor + b + size[1] * (k * factor + c));
            for (let a = 0; a < factor; a++, at++) {
              if (labels[at] === 0) {
                sum += lungHu;
                continue;
              }
              inside++;
              const value = hu[at]!;
              sum += Math.max(lowHu, Math.min(highHu, value));
            }
          }
        }
        data[to] = sum / cells;
        inLung[to] = inside * 2 >= cells ? 1 : 0;
      }
    }
  }
  if (data.length > 0) gaussian(data, slabSize, [sigmaVoxels, sigmaVoxels, sigmaVoxels], data);
  return { data, inLung, size: slabSize, kFirst };
}

interface Responses {
  readonly blobness: Float32Array;
  readonly roundness: Float32Array;
  readonly tubeness: Float32Array;
}

function blobness({ data, inLung, size }: Slab, { sigmaMm, factor, leastBlobnessHu }: EnhanceInput): Responses {
  const [ni, nj, nk] = size;
  const plane = ni * nj;
  const out = {
    blobness: new Float32Array(data.length),
    roundness: new Float32Array(data.length),
    tubeness: new Float32Array(data.length),
  };
  const scale = (sigmaMm / factor) ** 2;
  const eigen = new Float64Array(3);
  for (let k = 1; k < nk - 1; k++) {
    for (let j = 1; j < nj - 1; j++) {
      let at = 1 + ni * j + plane * k;
      for (let i = 1; i < ni - 1; i++, at++) {
        if (inLung[at] === 0) continue;
        const centre2 = 2 * data[at]!;
        const xx = data[at - 1]! + data[at + 1]! - centre2;
        const yy = data[at - ni]! + data[at + ni]! - centre2;
        const zz = data[at - plane]! + data[at + plane]! - centre2;
        if (!(xx < 0 && yy < 0 && zz < 0)) continue; // a negative definite matrix has a negative diagonal
        if (-(xx + yy + zz) * scale < 3 * leastBlobnessHu) continue; // λ3²/|λ1| never exceeds a third of the trace
        const xy = (data[at - 1 - ni]! + data[at + 1 + ni]! - data[at - 1 + ni]! - data[at + 1 - ni]!) / 4;
        const xz = (data[at - 1 - plane]! + data[at + 1 + plane]! - data[at - 1 + plane]! - data[at + 1 - plane]!) / 4;
        const yz = (data[at - ni - plane]! + data[at + ni + plane]! - data[at - ni + plane]! - data[at + ni - plane]!) / 4;
        ascendingEigenvalues(xx, yy, zz, xy, xz, yz, eigen);
        const [l1, l2, l3] = [eigen[0]!, eigen[1]!, eigen[2]!];
        if (l3 >= 0) continue;
        out.blobness[at] = ((l3 * l3) / -l1) * scale;
        out.roundness[at] = l3 / l1;
        out.tubeness[at] = l2 / l1;
      }
    }
  }
  return out;
}

/** Eigenvalues of a symmetric 3 × 3 matrix, smallest first, by the trigonometric formula (Smith, Commun ACM 1961;4:168). */
function ascendingEigenvalues(xx: number, yy: number, zz: number, xy: number, xz: number, yz: number, out: Float64Array): void {
  const mean = (xx + yy + zz) / 3;
  const [a, b, c] = [xx - mean, yy - mean, zz - mean];
  const spread = Math.sqrt((a * a + b * b + c * c + 2 * (xy * xy + xz * xz + yz * yz)) / 6);
  if (spread === 0) {
    out.fill(mean);
    return;
  }
  const determinant = a * (b * c - yz * yz) - xy * (xy * c - yz * xz) + xz * (xy * yz - b * xz);
  const half = determinant / (2 * spread * spread * spread);
  const angle = Math.acos(Math.max(-1, Math.min(1, half))) / 3;
  out[2] = mean + 2 * spread * Math.cos(angle);
  out[0] = mean + 2 * spread * Math.cos(angle + (2 * Math.PI) / 3);
  out[1] = 3 * mean - out[0] - out[2];
}

function peaksOf({ size, kFirst }: Slab, responses: Responses, { kLow, kHigh, factor, sigmaMm, leastBlobnessHu }: EnhanceInput): Peak[] {
  const [ni, nj, nk] = size;
  const { blobness: response } = responses;
  const found: Peak[] = [];
  const from = Math.max(1, Math.ceil(kLow / factor) - kFirst);
  const to = Math.min(nk - 1, Math.ceil(kHigh / factor) - kFirst);
  const middle = (factor - 1) / 2;
  for (let k = from; k < to; k++) {
    for (let j = 1; j < nj - 1; j++) {
      for (let i = 1; i < ni - 1; i++) {
        const at = i + ni * (j + nj * k);
        const value = response[at]!;
        if (value < leastBlobnessHu || !isPeak(response, at, ni, nj)) continue;
        found.push({
          position: [i * factor + middle, j * factor + middle, (k + kFirst) * factor + middle],
          sigmaMm,
          blobnessHu: value,
          roundness: responses.roundness[at]!,
          tubeness: responses.tubeness[at]!,
        });
      }
    }
  }
  return found.sort((a, b) => b.blobnessHu - a.blobnessHu).slice(0, mostPeaks);
}

function isPeak(response: Float32Array, at: number, ni: number, nj: number): boolean {
  const value = response[at]!;
  for (let c = -1; c <= 1; c++) {
    for (let b = -1; b <= 1; b++) {
      for (let a = -1; a <= 1; a++) {
        const step = a + ni * (b + nj * c);
        // A plateau counts once: its first voxel.
        if (step !== 0 && (step < 0 ? response[at + step]! >= value : response[at + step]! > value)) return false;
      }
    }
  }
  return true;
}
