import { type Reason, reason } from "../base/reason.ts";
import { median } from "../base/stats.ts";
import { boxOf, growBox } from "../volume/crop.ts";
import { toPatient, voxelVolumeMm3 } from "../volume/grid.ts";
import { gridOver, resampleOn } from "../volume/resample.ts";
import { distanceBetween, type PatientPoint, patientPoint, type Vector3, voxelPoint } from "../volume/space.ts";
import type { Threads } from "../volume/threads.ts";
import type { Mask, Volume } from "../volume/volume.ts";
import { type BlockMatch, matchBlock, type Sampler } from "./register-lungs-blocks.ts";
import { type Known, movedAt } from "./register-lungs-field.ts";

/** A CT and its lungs (1 right, 2 left), both on one LPS grid. */
export interface ScanLungs {
  readonly ct: Volume;
  readonly labels: Mask;
}

/** A place in the other scan, and how far off it may be (median disagreement of the matches around it), mm. */
export interface MappedPlace {
  readonly point: PatientPoint;
  readonly errorMm: number;
}

export interface Registered {
  readonly kind: "registered";
  readonly toPrior: (point: PatientPoint) => MappedPlace;
  readonly toCurrent: (point: PatientPoint) => MappedPlace;
  /** Median correlation of the finest blocks, −1 … 1. */
  readonly correlation: number;
  readonly medianErrorMm: number;
}

export interface NotRegistered {
  readonly kind: "not-registered";
  readonly because: Reason;
}

/** From coarse to fine: sampling, points compared, search, and how far the displacement is smoothed; all mm but the counts. */
const levels = [
  { stepMm: 6, apartMm: 24, halfBlock: 3, reach: 4, sigmaMm: 50 },
  { stepMm: 3, apartMm: 16, halfBlock: 4, reach: 4, sigmaMm: 24 },
  { stepMm: 2, apartMm: 11, halfBlock: 4, reach: 3, sigmaMm: 13 },
] as const;
/** Lungs of one person differ by breath, not more than this. */
const mostVolumeRatio = 2.5;
/** Neighbouring matches agree far better in lungs that correspond, far worse in those of two persons: docs/explanation/growth.md. */
const mostDisagreementMm = 2;
const leastMatches = 50;

/**
 * Which place of the prior scan a place of the current one was: each lung by the position and size of its mask, then by block matching from coarse to fine,
 * smoothed to a field that leaves out matches that disagree with their neighbours.
 * @returns why not, where the lungs do not correspond
 * @throws the signal's reason when aborted
 */
export async function registerLungs(
  prior: ScanLungs,
  current: ScanLungs,
  { threads, signal }: { readonly threads: Threads; readonly signal: AbortSignal },
): Promise<Registered | NotRegistered> {
  const [before, now] = [extents(prior.labels), extents(current.labels)];
  const lungs: LungField[] = [];
  for (const side of [1, 2] as const) {
    const [from, to] = [now.get(side), before.get(side)];
    if (from === undefined || to === undefined) continue;
    const ratio = to.volumeMm3 / from.volumeMm3;
    if (ratio < 1 / mostVolumeRatio || ratio > mostVolumeRatio) return notRegistered("growth.lungs-differ", { ratio });
    lungs.push(new LungField(side, from, to));
  }
  if (lungs.length === 0) return notRegistered("growth.no-common-lung");
  for (const level of levels) {
    const [a, b] = [await sampler(current, level.stepMm, threads), await sampler(prior, level.stepMm, threads)];
    for (const lung of lungs) {
      signal.throwIfAborted();
      const matches: BlockMatch[] = [];
      for (const at of pointsIn(current.labels, lung.side, level.apartMm)) {
        const match = matchBlock(a, b, at, lung.localMap(at), level);
        if (match !== null) matches.push(match);
      }
      lung.refine(matches, level.sigmaMm);
      await new Promise((resume) => setTimeout(resume, 0));
    }
  }
  const correlations = lungs.flatMap(({ correlations: each }) => each);
  if (correlations.length < leastMatches) return notRegistered("growth.too-few-matches", { count: correlations.length });
  const medianErrorMm = median(lungs.flatMap((lung) => lung.errors()));
  if (medianErrorMm > mostDisagreementMm) return notRegistered("growth.lungs-do-not-correspond", { disagreementMm: medianErrorMm });
  const toPrior = (point: PatientPoint): MappedPlace => nearest(lungs, (lung) => lung.distanceTo(point)).toPrior(point);
  const toCurrent = (point: PatientPoint): MappedPlace =>
    nearest(lungs, (lung) => distanceBetween(lung.priorCentre, point)).toCurrent(point);
  return { kind: "registered", toPrior, toCurrent, correlation: median(correlations), medianErrorMm };
}

const notRegistered = (code: string, values: Reason["values"] = {}): NotRegistered => ({
  kind: "not-registered",
  because: reason(code, values),
});
const nearest = <T>(all: readonly T[], distance: (one: T) => number): T => all.reduce((a, b) => (distance(b) < distance(a) ? b : a));

/** Where a lung lies and how far it reaches. */
interface Extent {
  readonly centre: PatientPoint;
  /** Standard deviation of its voxels along x, y, z. */
  readonly spreadMm: Vector3;
  readonly volumeMm3: number;
}

function extents({ grid, data }: Mask): Map<number, Extent> {
  const sums = new Map<number, Float64Array>();
  const [ni, nj] = grid.size;
  for (let at = 0; at < data.length; at++) {
    const label = data[at]!;
    if (label === 0) continue;
    const sum = sums.get(label) ?? new Float64Array(7);
    sums.set(label, sum);
    const index = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))] as const;
    sum[0]! += 1;
    for (const axis of [0, 1, 2] as const) {
      sum[1 + axis]! += index[axis];
      sum[4 + axis]! += index[axis] ** 2;
    }
  }
  return new Map(
    [...sums].map(([label, sum]) => {
      const mean = [1, 2, 3].map((n) => sum[n]! / sum[0]!);
      const spread = (axis: 0 | 1 | 2): number =>
        Math.sqrt(Math.max(1, sum[4 + axis]! / sum[0]! - mean[axis]! ** 2)) * grid.spacingMm[axis];
      const centre = toPatient(grid, voxelPoint(mean[0]!, mean[1]!, mean[2]!));
      return [label, { centre, spreadMm: [spread(0), spread(1), spread(2)], volumeMm3: sum[0]! * voxelVolumeMm3(grid) }] as const;
    }),
  );
}

/** The map of one lung: a scaling about its centre and a displacement on top. */
class LungField {
  readonly side: 1 | 2;
  readonly #now: Extent;
  readonly #before: Extent;
  #known: Known[] = [];
  #sigmaMm = 1;
  correlations: number[] = [];

  constructor(side: 1 | 2, now: Extent, before: Extent) {
    this.side = side;
    this.#now = now;
    this.#before = before;
  }

  get priorCentre(): PatientPoint {
    return this.#before.centre;
  }

  #scaled(p: PatientPoint, move: Vector3): PatientPoint {
    const { centre: from, spreadMm: of } = this.#now;
    const { centre: to, spreadMm } = this.#before;
    const along = (axis: 0 | 1 | 2): number => to[axis] + ((p[axis] - from[axis]) * spreadMm[axis]) / of[axis] + move[axis];
    return patientPoint(along(0), along(1), along(2));
  }

  #moveAt(p: PatientPoint): { moveMm: Vector3; errorMm: number } {
    if (this.#known.length === 0) return { moveMm: [0, 0, 0], errorMm: 20 };
    for (const widen of [1, 2, 4]) {
      const moved = movedAt(this.#known, p, this.#sigmaMm * widen);
      if (moved !== null) return { moveMm: moved.moveMm, errorMm: moved.errorMm * widen };
    }
    const { at, moveMm } = nearest(this.#known, (known) => distanceBetween(known.at, p));
    return { moveMm, errorMm: 5 + distanceBetween(at, p) / 10 };
  }

  /** The map near a point: its displacement there, the lung's scaling around it. */
  localMap(at: PatientPoint): (p: PatientPoint) => PatientPoint {
    const { moveMm } = this.#moveAt(at);
    return (p) => this.#scaled(p, moveMm);
  }

  refine(matches: readonly BlockMatch[], sigmaMm: number): void {
    const known = matches.map(({ at, shiftMm, correlation }) => {
      const { moveMm } = this.#moveAt(at);
      const move: Vector3 = [moveMm[0] + shiftMm[0], moveMm[1] + shiftMm[1], moveMm[2] + shiftMm[2]];
      return { at, moveMm: move, weight: Math.max(0, correlation) ** 4 };
    });
    this.#known = known;
    this.#sigmaMm = sigmaMm;
    this.correlations = matches.map(({ correlation }) => correlation);
  }

  errors(): number[] {
    return this.#known.filter((_, n) => n % 10 === 0).map(({ at }) => this.#moveAt(at).errorMm);
  }

  distanceTo(point: PatientPoint): number {
    return this.#known.reduce((least, { at }) => Math.min(least, distanceBetween(at, point)), Number.POSITIVE_INFINITY);
  }

  toPrior(point: PatientPoint): MappedPlace {
    const { moveMm, errorMm } = this.#moveAt(point);
    return { point: this.#scaled(point, moveMm), errorMm };
  }

  /** The place whose map is the point, by fixed-point iteration: the displacement changes slowly. */
  toCurrent(point: PatientPoint): MappedPlace {
    const { centre, spreadMm } = this.#now;
    const { centre: from, spreadMm: of } = this.#before;
    const along = (axis: 0 | 1 | 2, mm: number): number => centre[axis] + ((mm - from[axis]) * spreadMm[axis]) / of[axis];
    let place = patientPoint(along(0, point[0]), along(1, point[1]), along(2, point[2]));
    let errorMm = 0;
    for (let round = 0; round < 8; round++) {
      const moved = this.#moveAt(place);
      const { moveMm } = moved;
      errorMm = moved.errorMm;
      place = patientPoint(along(0, point[0] - moveMm[0]), along(1, point[1] - moveMm[1]), along(2, point[2] - moveMm[2]));
    }
    return { point: place, errorMm };
  }
}

/** Points of a lung on a regular grid. */
function pointsIn({ grid, data }: Mask, side: number, apartMm: number): PatientPoint[] {
  const step = grid.spacingMm.map((mm) => Math.max(1, Math.round(apartMm / mm)));
  const [ni, nj, nk] = grid.size;
  const points: PatientPoint[] = [];
  for (let k = step[2]! >> 1; k < nk; k += step[2]!)
    for (let j = step[1]! >> 1; j < nj; j += step[1]!)
      for (let i = step[0]! >> 1; i < ni; i += step[0]!)
        if (data[i + ni * (j + nj * k)] === side) points.push(toPatient(grid, voxelPoint(i, j, k)));
  return points;
}

const marginMm = 15;
/** Outside the lung all tissue is one: ribs and heart move otherwise than the lung. */
const [leastHu, mostHu] = [-1000, -300];

/** Trilinear HU of the scan on a grid of the step, cut to what tells lung from vessels. */
async function sampler({ ct, labels }: ScanLungs, stepMm: number, threads: Threads): Promise<Sampler> {
  const box = boxOf(labels);
  if (box === null) throw new RangeError("lung labels are empty");
  const margin = ct.grid.spacingMm.map((mm) => Math.ceil(marginMm / mm)) as unknown as Vector3;
  const grid = gridOver(ct.grid, growBox(box, margin, ct.grid.size), [stepMm, stepMm, stepMm]);
  const { data } = await resampleOn(threads, ct, grid, { interpolation: "linear", outsideValue: mostHu });
  const hu = Float32Array.from(data, (value) => Math.min(mostHu, Math.max(leastHu, value)));
  const [ni, nj, nk] = grid.size;
  const { origin, directions } = grid;
  const [u, v, w] = directions;
  return (x, y, z) => {
    const [dx, dy, dz] = [x - origin[0], y - origin[1], z - origin[2]];
    const i = Math.min(ni - 1.001, Math.max(0, (dx * u[0] + dy * u[1] + dz * u[2]) / stepMm));
    const j = Math.min(nj - 1.001, Math.max(0, (dx * v[0] + dy * v[1] + dz * v[2]) / stepMm));
    const k = Math.min(nk - 1.001, Math.max(0, (dx * w[0] + dy * w[1] + dz * w[2]) / stepMm));
    const [i0, j0, k0] = [Math.trunc(i), Math.trunc(j), Math.trunc(k)];
    const [a, b, c] = [i - i0, j - j0, k - k0];
    const at = i0 + ni * (j0 + nj * k0);
    const up = at + ni * nj;
    const low = (hu[at]! * (1 - a) + hu[at + 1]! * a) * (1 - b) + (hu[at + ni]! * (1 - a) + hu[at + ni + 1]! * a) * b;
    const high = (hu[up]! * (1 - a) + hu[up + 1]! * a) * (1 - b) + (hu[up + ni]! * (1 - a) + hu[up + ni + 1]! * a) * b;
    return low * (1 - c) + high * c;
  };
}
