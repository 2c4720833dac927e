import type { PatientPoint, Vector3 } from "../volume/space.ts";
import { patientPoint } from "../volume/space.ts";

/** Where one block of the current scan lies in the prior one, and how surely. */
export interface BlockMatch {
  readonly at: PatientPoint;
  /** What is to be added to the place assumed so far, mm. */
  readonly shiftMm: Vector3;
  /** Normalised cross-correlation at the best shift, −1 … 1. */
  readonly correlation: number;
}

/** HU at a patient position. */
export type Sampler = (x: number, y: number, z: number) => number;

export interface BlockSearch {
  readonly stepMm: number;
  /** Half width of the block and of the search, in steps. */
  readonly halfBlock: number;
  readonly reach: number;
}

/** Blocks with less spread of HU show nothing to hold on to. */
const leastSpreadHu = 12;

/**
 * Compares a block around a point of one scan with blocks around the place it is assumed at in the other, by normalised cross-correlation.
 * @param mapped where a point of the current scan is assumed in the prior one
 * @returns null where the block shows no structure or the best place lies at the end of the search
 */
export function matchBlock(
  current: Sampler,
  prior: Sampler,
  at: PatientPoint,
  mapped: (p: PatientPoint) => PatientPoint,
  { stepMm, halfBlock, reach }: BlockSearch,
): BlockMatch | null {
  const width = 2 * halfBlock + 1;
  const block = sampled(current, at, halfBlock, stepMm, (p) => p);
  const spread = centred(block);
  if (spread / Math.sqrt(block.length) < leastSpreadHu) return null;
  const half = halfBlock + reach;
  const window = sampled(prior, at, half, stepMm, mapped);
  const wide = 2 * half + 1;
  const shifts = 2 * reach + 1;
  const scores = new Float32Array(shifts ** 3);
  let best = 0;
  for (let n = 0; n < scores.length; n++) {
    const corner = (n % shifts) + wide * ((Math.floor(n / shifts) % shifts) + wide * Math.floor(n / shifts ** 2));
    scores[n] = correlation(block, spread, window, corner, width, wide);
    if (scores[n]! > scores[best]!) best = n;
  }
  const strides = [1, shifts, shifts ** 2];
  const shiftMm = strides.map((stride) => {
    const place = Math.floor(best / stride) % shifts;
    if (place === 0 || place === shifts - 1) return Number.NaN;
    const [before, top, after] = [scores[best - stride]!, scores[best]!, scores[best + stride]!];
    const bend = before - 2 * top + after;
    return (place - reach + (bend < 0 ? (0.5 * (before - after)) / bend : 0)) * stepMm;
  });
  return shiftMm.some(Number.isNaN) ? null : { at, shiftMm: [shiftMm[0]!, shiftMm[1]!, shiftMm[2]!], correlation: scores[best]! };
}

function sampled(hu: Sampler, at: PatientPoint, half: number, stepMm: number, place: (p: PatientPoint) => PatientPoint): Float32Array {
  const width = 2 * half + 1;
  const out = new Float32Array(width ** 3);
  let n = 0;
  for (let k = -half; k <= half; k++)
    for (let j = -half; j <= half; j++)
      for (let i = -half; i <= half; i++, n++) {
        const p = place(patientPoint(at[0] + i * stepMm, at[1] + j * stepMm, at[2] + k * stepMm));
        out[n] = hu(p[0], p[1], p[2]);
      }
  return out;
}

/** Takes the mean away, in place. @returns the norm of what is left */
function centred(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let squares = 0;
  for (let n = 0; n < values.length; n++) {
    values[n]! -= mean;
    squares += values[n]! ** 2;
  }
  return Math.sqrt(squares);
}

function correlation(block: Float32Array, spread: number, window: Float32Array, corner: number, width: number, wide: number): number {
  let [product, sum, squares] = [0, 0, 0];
  let n = 0;
  for (let k = 0; k < width; k++)
    for (let j = 0; j < width; j++) {
      let at = corner + wide * (j + wide * k);
      for (let i = 0; i < width; i++, at++, n++) {
        const value = window[at]!;
        product += block[n]! * value;
        sum += value;
        squares += value * value;
      }
    }
  const left = squares - (sum * sum) / n;
  return left > 1 ? product / (spread * Math.sqrt(left)) : 0;
}
