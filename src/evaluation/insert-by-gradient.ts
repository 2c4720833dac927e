import { squaredDistanceMm2 } from "../volume/distance.ts";
import { type Grid, toPatient, toVoxel } from "../volume/grid.ts";
import { type PatientPoint, patientPoint, type Vector3, voxelPoint } from "../volume/space.ts";
import type { Volume } from "../volume/volume.ts";
import type { Insertion, Place, Turn } from "./insert-nodule.ts";
import type { NodulePatch } from "./nodule-patch.ts";

/** Host voxels up to here from the outline are solved for; beyond them the host stays as it is. */
const RIM_MM = 2.5;
/** A step of the host this high, and higher than the nodule's there, is a structure that stays. */
const STRUCTURE_HU = 200;
/** How soft tissue is held to its HU: the length, mm, over which a mismatch at the border dies away in it. */
const HOLD_MM = 0.6;
/** Held not at all … wholly. */
const HELD_HU = { from: -700, to: -200 };
/** Lung beyond a cut end when the patch shows none. */
const LUNG_HU = -850;
const MOST_ITERATIONS = 400;
/** Iterations end when no equation is further off than this share of the worst at the start. */
const TOLERANCE = 1e-5;

/**
 * Sets a real nodule into another scan in the gradient domain (Pérez, Gangnet & Blake, ACM Trans Graph 2003;22:313, with mixed gradients); the
 * host is written to. Within the outline and a rim of 2.5 mm the values u are those that minimise ∫ |∇u − v|² + s/ℓ² · (u − t)², equal to the
 * host's on the border, where
 * - v is the gradient of the turned patch, outside the outline the host's where that is a stronger structure;
 * - t is the patch inside the outline and the host outside, and s = 0 in lung … 1 in soft tissue: gradients alone would let the difference
 *   of two lungs shift a solid nodule's HU, or a wall overshoot;
 * - no value leaves the range between patch and host, so that a step of each beside the other leaves no dark gap;
 * - beyond an end at which the patch is cut by the outline the nodule's own lung is thought.
 *
 * Shares nothing with `insertNodule` but the nouns: no opacity, no shift of HU. Solved by conjugate gradients on the host's grid.
 * @returns null when the nodule with its rim would not lie wholly in the host
 */
export function insertByGradient(host: Volume, nodule: NodulePatch, place: Place): Insertion | null {
  const box = boxRound(host, nodule, place);
  if (box === null) return null;
  const { lo, hi } = box;
  const size: Vector3 = [hi[0] - lo[0], hi[1] - lo[1], hi[2] - lo[2]];
  const count = size[0] * size[1] * size[2];
  const own = new Float32Array(count);
  const source = new Float32Array(count);
  const outline = new Uint8Array(count);
  const sample = patchSampler(host, nodule, place);
  for (let k = 0, n = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, n++) {
        own[n] = host.data[lo[0] + i + host.grid.size[0] * (lo[1] + j + host.grid.size[1] * (lo[2] + k))]!;
        const { hu, inside } = sample(lo[0] + i, lo[1] + j, lo[2] + k);
        source[n] = hu;
        outline[n] = inside >= 0.5 ? 1 : 0;
      }
  const solved = solve({ size, spacingMm: host.grid.spacingMm, own, source, outline, free: support(host, size, outline) });
  for (let k = 0, n = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, n++)
        host.data[lo[0] + i + host.grid.size[0] * (lo[1] + j + host.grid.size[1] * (lo[2] + k))] = Math.round(solved[n]!);
  return { box, centerMm: place.centerMm, diameterMm: nodule.diameterMm };
}

/** At least one slice beyond the outline is solved for, however thick. */
const rimMm = ({ spacingMm }: Grid): number => Math.max(RIM_MM, ...spacingMm);

/** Voxels within the rim of the outline, never those at the border of the box. */
function support({ grid }: Volume, size: Vector3, outline: Uint8Array): Uint8Array {
  const distance = squaredDistanceMm2({ grid: { ...grid, size }, data: outline }, "inside");
  const reach = (rimMm(grid) + 1e-3) ** 2;
  return Uint8Array.from(distance, (mm2) => (mm2 <= reach ? 1 : 0));
}

/** The box of the host that holds the outline, its rim and a border of fixed voxels; null when it leaves the host. */
function boxRound(host: Volume, nodule: NodulePatch, place: Place): Insertion["box"] | null {
  const lo = [Infinity, Infinity, Infinity];
  const hi = [-Infinity, -Infinity, -Infinity];
  const [nx, ny] = nodule.grid.size;
  const toHost = transposed(place.turn);
  nodule.consensus.forEach((inside, at) => {
    if (inside === 0) return;
    const point = toPatient(nodule.grid, voxelPoint(at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))));
    const voxel = toVoxel(host.grid, moved(point, nodule.centerMm, toHost, place.centerMm));
    for (let axis = 0; axis < 3; axis++) {
      lo[axis] = Math.min(lo[axis]!, voxel[axis]!);
      hi[axis] = Math.max(hi[axis]!, voxel[axis]!);
    }
  });
  const { spacingMm, size } = host.grid;
  for (let axis = 0; axis < 3; axis++) {
    const margin = (rimMm(host.grid) + Math.max(...nodule.grid.spacingMm)) / spacingMm[axis]! + 1;
    lo[axis] = Math.floor(lo[axis]! - margin);
    hi[axis] = Math.ceil(hi[axis]! + margin) + 1;
    if (!(lo[axis]! >= 0 && hi[axis]! <= size[axis]!)) return null;
  }
  return { lo: lo as unknown as Vector3, hi: hi as unknown as Vector3 };
}

/** turn · (point − from) + to */
function moved(point: Vector3, from: Vector3, turn: Turn, to: Vector3): PatientPoint {
  const d = [point[0] - from[0], point[1] - from[1], point[2] - from[2]] as const;
  const along = (n: 0 | 1 | 2): number => turn[n][0] * d[0] + turn[n][1] * d[1] + turn[n][2] * d[2] + to[n];
  return patientPoint(along(0), along(1), along(2));
}

const transposed = ([a, b, c]: Turn): Turn => [
  [a[0], b[0], c[0]],
  [a[1], b[1], c[1]],
  [a[2], b[2], c[2]],
];

/** HU of the turned patch at a host voxel and how much of the voxel lies in the outline; means over points where the host is the coarser. */
function patchSampler(
  host: Volume,
  nodule: NodulePatch,
  place: Place,
): (i: number, j: number, k: number) => { hu: number; inside: number } {
  const map = (i: number, j: number, k: number): Vector3 =>
    toVoxel(nodule.grid, moved(toPatient(host.grid, voxelPoint(i, j, k)), place.centerMm, place.turn, nodule.centerMm));
  const zero = map(0, 0, 0);
  const steps = [map(1, 0, 0), map(0, 1, 0), map(0, 0, 1)].map((one): Vector3 => [one[0] - zero[0], one[1] - zero[1], one[2] - zero[2]]);
  const [di, dj, dk] = steps as [Vector3, Vector3, Vector3];
  const [a, b, c] = steps.map((step) => {
    const parts = Math.max(1, Math.round(Math.hypot(...step)));
    return Array.from({ length: parts }, (_, n) => (n + 0.5) / parts - 0.5);
  }) as [number[], number[], number[]];
  const read = reader(nodule);
  return (i, j, k) => {
    const sums = { hu: 0, inside: 0 };
    for (const z of c)
      for (const y of b)
        for (const x of a) {
          const at = ([0, 1, 2] as const).map((n) => zero[n] + (i + x) * di[n] + (j + y) * dj[n] + (k + z) * dk[n]);
          read(at[0]!, at[1]!, at[2]!, sums);
        }
    const points = a.length * b.length * c.length;
    return { hu: sums.hu / points, inside: sums.inside / points };
  };
}

/** Adds the trilinear HU and outline at a place of the patch. Past its sides the edge goes on; past a cut end lung stands where the outline was. */
function reader({
  grid,
  hu,
  consensus,
  backgroundHu,
}: NodulePatch): (x: number, y: number, z: number, sums: { hu: number; inside: number }) => void {
  const [nx, ny, nz] = grid.size;
  const within = (n: number, size: number): number => Math.min(size - 1, Math.max(0, n));
  return (x, y, z, sums) => {
    const [i0, j0, k0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
    for (let corner = 0; corner < 8; corner++) {
      const [i, j, k] = [i0 + (corner & 1), j0 + ((corner >> 1) & 1), k0 + (corner >> 2)];
      const weight = (1 - Math.abs(x - i)) * (1 - Math.abs(y - j)) * (1 - Math.abs(z - k));
      const at = within(i, nx) + nx * (within(j, ny) + ny * within(k, nz));
      const beyond = k < 0 || k >= nz;
      if (beyond && consensus[at] === 1) sums.hu += weight * (backgroundHu ?? LUNG_HU);
      else {
        sums.hu += weight * hu[at]!;
        if (!beyond) sums.inside += weight * consensus[at]!;
      }
    }
  };
}

interface Problem {
  readonly size: Vector3;
  readonly spacingMm: Vector3;
  readonly own: Float32Array;
  readonly source: Float32Array;
  readonly outline: Uint8Array;
  readonly free: Uint8Array;
}

/** 0 in lung, 1 in soft tissue. */
const solid = (hu: number): number => Math.min(1, Math.max(0, (hu - HELD_HU.from) / (HELD_HU.to - HELD_HU.from)));

/** The least-squares solution on the free voxels, by conjugate gradients, held between host and patch; the host elsewhere. */
function solve({ size, spacingMm, own, source, outline, free }: Problem): Float32Array {
  const strides = [1, size[0], size[0] * size[1]] as const;
  const weights = spacingMm.map((mm) => 1 / mm ** 2);
  const places = [...free.keys()].filter((at) => free[at] === 1);
  const value = Float64Array.from(own);
  const hold = new Float64Array(own.length);
  const right = new Float64Array(own.length);
  for (const at of places) {
    const target = outline[at] === 1 ? source[at]! : own[at]!;
    hold[at] = solid(target) / HOLD_MM ** 2;
    right[at] = hold[at]! * target;
    strides.forEach((stride, axis) => {
      for (const next of [at - stride, at + stride]) {
        const [step, hostStep] = [source[at]! - source[next]!, own[at]! - own[next]!];
        const stays = outline[at] === 0 && outline[next] === 0 && Math.abs(hostStep) > STRUCTURE_HU && Math.abs(hostStep) > Math.abs(step);
        right[at]! += weights[axis]! * (stays ? hostStep : step);
      }
    });
  }
  /** The normal equations' left side, with whatever stands on fixed voxels. */
  const apply = (given: Float64Array, out: Float64Array): void => {
    for (const at of places) {
      let sum = hold[at]! * given[at]!;
      strides.forEach((stride, axis) => {
        sum += weights[axis]! * (2 * given[at]! - given[at - stride]! - given[at + stride]!);
      });
      out[at] = sum;
    }
  };
  conjugateGradients(apply, right, value, places);
  return Float32Array.from(value, (hu, at) => Math.min(Math.max(own[at]!, source[at]!), Math.max(Math.min(own[at]!, source[at]!), hu)));
}

/** Solves apply(x) = right on the places given, from `value` on, into it; elsewhere `value` is fixed. */
function conjugateGradients(
  apply: (given: Float64Array, out: Float64Array) => void,
  right: Float64Array,
  value: Float64Array,
  places: readonly number[],
): void {
  const product = new Float64Array(value.length);
  const rest = new Float64Array(value.length);
  apply(value, product);
  for (const at of places) rest[at] = right[at]! - product[at]!;
  const direction = rest.slice();
  const squared = (of: Float64Array): number => places.reduce((sum, at) => sum + of[at]! ** 2, 0);
  let left = squared(rest);
  const enough = left * TOLERANCE ** 2;
  for (let n = 0; n < MOST_ITERATIONS && left > enough; n++) {
    apply(direction, product);
    const step = left / places.reduce((sum, at) => sum + direction[at]! * product[at]!, 0);
    for (const at of places) {
      value[at]! += step * direction[at]!;
      rest[at]! -= step * product[at]!;
    }
    const now = squared(rest);
    for (const at of places) direction[at] = rest[at]! + (now / left) * direction[at]!;
    left = now;
  }
}
