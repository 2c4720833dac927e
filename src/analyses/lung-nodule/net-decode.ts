import { logistic, logit } from "../../base/logistic.ts";
import type { CellMap } from "../../models/sliding-window.ts";
import type { Vector3 } from "../../volume/space.ts";

/** A nodule as the detector tells it. */
export interface Detection {
  /** Voxel of the box, not whole. */
  readonly position: Vector3;
  readonly diameterMm: number;
  /** Sigmoid of the heat, 0 … 1. */
  readonly score: number;
}

/** Channels of the detector's outputs: heat, logarithm of the diameter in mm, and the centre's offset from the cell's middle, in cells, along k, j, i. */
const channel = { heat: 0, logDiameter: 1, offsetK: 2, offsetJ: 3, offsetI: 4 } as const;
const leastScore = 0.005;
const diametersMm = [2, 60] as const;

/**
 * Peaks of the detector's heat maps: cells hotter than their 26 neighbours (of equals the first), with size and centre as told there; hottest
 * first, at most `most`. A detection whose centre lies in the ball of a hotter one, or holds that one's centre, is the same nodule told twice.
 * @param isPossible whether a nodule may lie at a voxel of the box
 */
export function decode(maps: Iterable<CellMap>, isPossible: (position: Vector3) => boolean, most: number): Detection[] {
  const kept: Detection[] = [];
  for (const one of [...maps].flatMap(peaks).sort(byScore)) {
    if (kept.length === most) break;
    if (isPossible(one.position) && !kept.some((other) => isSame(one, other))) kept.push(one);
  }
  return kept;
}

/** Hottest first; of equals the lower one, so that the order is always the same. */
const byScore = ({ score, position: [i, j, k] }: Detection, other: Detection): number =>
  other.score - score || k - other.position[2] || j - other.position[1] || i - other.position[0];

function isSame(a: Detection, b: Detection): boolean {
  const distance = Math.hypot(a.position[0] - b.position[0], a.position[1] - b.position[1], a.position[2] - b.position[2]);
  return distance < Math.max(a.diameterMm, b.diameterMm) / 2;
}

function peaks(map: CellMap): Detection[] {
  const [ni, nj, nk] = map.size;
  const leastHeat = logit(leastScore);
  const found: Detection[] = [];
  for (let k = 0, at = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, at++) {
        if (map.data[at]! >= leastHeat && isPeak(map, i, j, k, at)) found.push(detection(map, [i, j, k], at));
      }
    }
  }
  return found;
}

function isPeak({ data, size }: CellMap, i: number, j: number, k: number, at: number): boolean {
  const [ni, nj, nk] = size;
  const heat = data[at]!;
  for (let c = Math.max(0, k - 1); c <= Math.min(nk - 1, k + 1); c++) {
    for (let b = Math.max(0, j - 1); b <= Math.min(nj - 1, j + 1); b++) {
      for (let a = Math.max(0, i - 1); a <= Math.min(ni - 1, i + 1); a++) {
        const other = a + ni * (b + nj * c);
        if (data[other]! > heat || (other < at && data[other] === heat)) return false;
      }
    }
  }
  return true;
}

function detection({ data, size, stride }: CellMap, cell: Vector3, at: number): Detection {
  const cells = size[0] * size[1] * size[2];
  const told = (what: keyof typeof channel): number => data[at + channel[what] * cells]!;
  const along = (axis: 0 | 1 | 2, offset: number): number => (cell[axis] + 0.5 + offset) * stride - 0.5;
  return {
    position: [along(0, told("offsetI")), along(1, told("offsetJ")), along(2, told("offsetK"))],
    diameterMm: Math.min(diametersMm[1], Math.max(diametersMm[0], Math.exp(told("logDiameter")))),
    score: logistic(told("heat")),
  };
}
