import type { Grid } from "../../volume/grid.ts";
import { type PatientPoint, patientPoint, type Vector3 } from "../../volume/space.ts";
import type { Mask, Volume } from "../../volume/volume.ts";

/** A cube of the volume around a point, on an isotropic grid whose axes grow towards left, back and head. */
export interface Patch {
  readonly grid: Grid;
  /** Voxels along each edge. */
  readonly count: number;
  readonly spacingMm: number;
  /** Largest spacing of the volume it was sampled from. */
  readonly coarsestMm: number;
  readonly hu: Float32Array;
  /** 1 where the volume has voxels on all sides; outside it the nearest voxel's HU is repeated. */
  readonly valid: Uint8Array;
}

/** Air outside the patient and scanner padding (−2000 and below) are no different to a lung. */
const lowestHu = -1024;

/** The axes of a grid sorted as left, back, head: which axis it is and whether it grows the other way. */
export function patientAxes(grid: Grid): readonly { axis: 0 | 1 | 2; sign: 1 | -1 }[] {
  const free = new Set<0 | 1 | 2>([0, 1, 2]);
  // The head axis first, then the back: on oblique grids the two that are left keep their order.
  const found = ([2, 1, 0] as const).map((patient) => {
    const along = (axis: 0 | 1 | 2): number => grid.directions[axis][patient];
    const axis = [...free].reduce((best, next) => (Math.abs(along(next)) > Math.abs(along(best)) ? next : best));
    free.delete(axis);
    return { axis, sign: along(axis) < 0 ? (-1 as const) : (1 as const) };
  });
  return found.reverse();
}

/** Grid of a patch: a point of the patient in its middle, axes along those of the volume but always towards left, back and head. */
export function patchGrid(source: Grid, center: PatientPoint, halfWidthMm: number, spacingMm: number): Grid {
  const half = Math.ceil(halfWidthMm / spacingMm);
  const directions = patientAxes(source).map(({ axis, sign }) => source.directions[axis].map((part) => sign * part) as unknown as Vector3);
  const [x, y, z] = directions as unknown as [Vector3, Vector3, Vector3];
  const back = half * spacingMm;
  const at = (p: 0 | 1 | 2): number => center[p] - back * (x[p] + y[p] + z[p]);
  return {
    size: [2 * half + 1, 2 * half + 1, 2 * half + 1],
    spacingMm: [spacingMm, spacingMm, spacingMm],
    origin: patientPoint(at(0), at(1), at(2)),
    directions: [x, y, z],
  };
}

interface Ticks {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly share: Float64Array;
  readonly inside: Uint8Array;
}

/** Where the planes of a patch fall between the planes of the source, for one axis. */
function ticks(source: Grid, patch: Grid, patchAxis: number, axis: 0 | 1 | 2, sign: number): Ticks {
  const count = patch.size[patchAxis] ?? 0;
  const length = source.size[axis];
  const made: Ticks = {
    low: new Int32Array(count),
    high: new Int32Array(count),
    share: new Float64Array(count),
    inside: new Uint8Array(count),
  };
  const direction = source.directions[axis];
  const offset =
    (patch.origin[0] - source.origin[0]) * direction[0] +
    (patch.origin[1] - source.origin[1]) * direction[1] +
    (patch.origin[2] - source.origin[2]) * direction[2];
  const step = patch.spacingMm[0] * sign;
  for (let tick = 0; tick < count; tick++) {
    const position = (offset + step * tick) / source.spacingMm[axis];
    made.inside[tick] = position >= -1e-6 && position <= length - 1 + 1e-6 ? 1 : 0;
    const clamped = Math.min(Math.max(position, 0), length - 1);
    const low = Math.min(Math.floor(clamped), Math.max(length - 2, 0));
    made.low[tick] = low;
    made.high[tick] = Math.min(low + 1, length - 1);
    made.share[tick] = clamped - low;
  }
  return made;
}

function forPatch(
  source: Grid,
  patch: Grid,
  visit: (index: number, corners: Int32Array, x: number, y: number, z: number, inside: number) => void,
): void {
  const axes = patientAxes(source);
  const strides = [1, source.size[0], source.size[0] * source.size[1]];
  const [tx, ty, tz] = axes.map(({ axis, sign }, p) => ticks(source, patch, p, axis, sign)) as unknown as [Ticks, Ticks, Ticks];
  const [sx, sy, sz] = axes.map(({ axis }) => strides[axis]) as unknown as [number, number, number];
  const corners = new Int32Array(8);
  let index = 0;
  for (let k = 0; k < patch.size[2]; k++) {
    for (let j = 0; j < patch.size[1]; j++) {
      const a = tz.low[k]! * sz + ty.low[j]! * sy;
      const b = tz.low[k]! * sz + ty.high[j]! * sy;
      const c = tz.high[k]! * sz + ty.low[j]! * sy;
      const d = tz.high[k]! * sz + ty.high[j]! * sy;
      const insideRow = tz.inside[k]! & ty.inside[j]!;
      for (let i = 0; i < patch.size[0]; i++, index++) {
        const low = tx.low[i]! * sx;
        const high = tx.high[i]! * sx;
        corners[0] = a + low;
        corners[1] = a + high;
        corners[2] = b + low;
        corners[3] = b + high;
        corners[4] = c + low;
        corners[5] = c + high;
        corners[6] = d + low;
        corners[7] = d + high;
        visit(index, corners, tx.share[i]!, ty.share[j]!, tz.share[k]!, insideRow & tx.inside[i]!);
      }
    }
  }
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

/**
 * Trilinear samples of a CT volume on a cube around a point.
 * @param halfWidthMm from the point to the faces of the cube
 */
export function patchAround(volume: Volume, center: PatientPoint, halfWidthMm: number, spacingMm: number): Patch {
  const grid = patchGrid(volume.grid, center, halfWidthMm, spacingMm);
  const voxels = grid.size[0] ** 3;
  const hu = new Float32Array(voxels);
  const valid = new Uint8Array(voxels);
  const { data } = volume;
  const value = (index: number): number => Math.max(data[index]!, lowestHu);
  forPatch(volume.grid, grid, (index, c, x, y, z, inside) => {
    const front = mix(mix(value(c[0]!), value(c[1]!), x), mix(value(c[2]!), value(c[3]!), x), y);
    const back = mix(mix(value(c[4]!), value(c[5]!), x), mix(value(c[6]!), value(c[7]!), x), y);
    hu[index] = mix(front, back, z);
    valid[index] = inside;
  });
  return { grid, count: grid.size[0], spacingMm, coarsestMm: Math.max(...volume.grid.spacingMm), hu, valid };
}

/** 1 where at least half of the trilinear weight falls on labelled voxels of a mask. */
export function maskOnPatch(mask: Mask, patch: Patch): Uint8Array {
  const out = new Uint8Array(patch.hu.length);
  const { data } = mask;
  const value = (index: number): number => (data[index] === 0 ? 0 : 1);
  forPatch(mask.grid, patch.grid, (index, c, x, y, z) => {
    const front = mix(mix(value(c[0]!), value(c[1]!), x), mix(value(c[2]!), value(c[3]!), x), y);
    const back = mix(mix(value(c[4]!), value(c[5]!), x), mix(value(c[6]!), value(c[7]!), x), y);
    out[index] = mix(front, back, z) >= 0.5 ? 1 : 0;
  });
  return out;
}

/** The patch smoothed by a Gaussian of this standard deviation, cut off at 3σ; beyond a face the face's value is repeated. */
export function smoothed(patch: Patch, sigmaMm: number): Float32Array {
  const sigma = sigmaMm / patch.spacingMm;
  const radius = Math.ceil(3 * sigma);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, t) => Math.exp(-((t - radius) ** 2) / (2 * sigma * sigma)));
  const sum = kernel.reduce((total, part) => total + part, 0);
  const n = patch.count;
  const line = new Float64Array(n + 2 * radius);
  const out = patch.hu.slice();
  for (const stride of [1, n, n * n]) {
    for (let first = 0; first < n * n; first++) {
      const base = stride === 1 ? first * n : stride === n ? Math.floor(first / n) * n * n + (first % n) : first;
      for (let t = 0; t < line.length; t++) line[t] = out[base + Math.min(Math.max(t - radius, 0), n - 1) * stride]!;
      for (let t = 0; t < n; t++) {
        let total = 0;
        for (let u = 0; u < kernel.length; u++) total += kernel[u]! * line[t + u]!;
        out[base + t * stride] = total / sum;
      }
    }
  }
  return out;
}
