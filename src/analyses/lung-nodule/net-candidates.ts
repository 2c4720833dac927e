import type { Model } from "../../models/session.ts";
import { slideWindows } from "../../models/sliding-window.ts";
import { toPatient } from "../../volume/grid.ts";
import { type Vector3, voxelPoint } from "../../volume/space.ts";
import type { Mask } from "../../volume/volume.ts";
import type { Candidate, CandidateSearch, Channel } from "./find-candidates.ts";
import type { LungBox } from "./lung-box.ts";
import { type Detection, decode } from "./net-decode.ts";
import { mostCandidates } from "./reject-false-positives.ts";

/** A candidate of the detection net. */
export interface NetCandidate extends Candidate {
  /** 0 … 1; not a probability. */
  readonly score: number;
}

/** How far from the lung's mask the middle of a nodule of its wall may lie. */
const mostFromLungMm = 5;
const massFromMm = 30;
/** A middle less dense than this is ground glass. */
const hazyBelowHu = -450;

/**
 * Candidates in the lung box as the detection net tells them, highest score first.
 * @throws the signal's reason when aborted
 */
export async function netCandidates(
  box: LungBox,
  { card, session }: Model,
  { signal, progress }: Pick<CandidateSearch, "signal" | "progress">,
): Promise<NetCandidate[]> {
  const maps = await slideWindows({ session, encoding: card.encoding, ct: box.hu, wanted: box.labels, signal, progress });
  return decode(maps.values(), (position) => isNear(box.labels, position), mostCandidates).map((one) => candidateOf(box, one));
}

function candidateOf(box: LungBox, { position, diameterMm, score }: Detection): NetCandidate {
  return {
    centerMm: toPatient(box.hu.grid, voxelPoint(...position)),
    position,
    radiusMm: diameterMm / 2,
    channel: channelOf(box, position, diameterMm),
    score,
  };
}

function channelOf({ hu }: LungBox, position: Vector3, diameterMm: number): Channel {
  if (diameterMm > massFromMm) return "mass";
  let sum = 0;
  let count = 0;
  eachWithin(hu.grid.size, position, Math.max(1, diameterMm / 4), (index) => {
    sum += hu.data[index]!;
    count++;
  });
  return sum / count < hazyBelowHu ? "ground-glass" : "solid";
}

function isNear({ data, grid }: Mask, position: Vector3): boolean {
  let near = false;
  eachWithin(grid.size, position, mostFromLungMm / grid.spacingMm[0], (index) => {
    near ||= data[index] !== 0;
  });
  return near;
}

/** Visits the voxels whose centres lie within a ball. */
function eachWithin(size: Vector3, centre: Vector3, radius: number, visit: (index: number) => void): void {
  const range = (axis: 0 | 1 | 2): readonly [number, number] => [
    Math.max(0, Math.ceil(centre[axis] - radius)),
    Math.min(size[axis] - 1, Math.floor(centre[axis] + radius)),
  ];
  const [[i0, i1], [j0, j1], [k0, k1]] = [range(0), range(1), range(2)];
  for (let k = k0; k <= k1; k++) {
    for (let j = j0; j <= j1; j++) {
      for (let i = i0; i <= i1; i++) {
        const squared = (i - centre[0]) ** 2 + (j - centre[1]) ** 2 + (k - centre[2]) ** 2;
        if (squared <= radius * radius) visit(i + size[0] * (j + size[1] * k));
      }
    }
  }
}
