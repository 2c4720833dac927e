import { toVoxel } from "../grid.ts";
import { patientPoint } from "../space.ts";
import type { Volume } from "../volume.ts";
import type { Shape } from "./shape.ts";

/** HU of what is painted, the same everywhere or by place (LPS mm). */
export type Paint = number | ((x: number, y: number, z: number) => number);

export interface PaintOptions {
  /** Samples a voxel edge where the shape's surface passes through the voxel; 6 gives volumes within about 0.3 %. */
  readonly samples?: number;
  /** A soft edge: the part filled at a distance from the surface, 1 below −reachMm and 0 above reachMm. Sharp when left out. */
  readonly edge?: { readonly reachMm: number; readonly filled: (distanceMm: number) => number };
  /** Nothing is painted where this says false. */
  readonly where?: (x: number, y: number, z: number) => boolean;
}

/**
 * Puts a shape into a volume: each voxel takes the part f of its box that lies inside, new = (1 − f)·old + f·hu (partial volume).
 * @returns the painted volume in mm³, the sum of f times the voxel's volume
 */
export function paint(volume: Volume, shape: Shape, hu: Paint, options: PaintOptions = {}): number {
  const { size, spacingMm, origin, directions } = volume.grid;
  const { data } = volume;
  const edge = options.edge;
  const samples = options.samples ?? 6;
  const halfDiagonalMm = Math.hypot(...spacingMm) / 2;
  const marginMm = halfDiagonalMm + (edge?.reachMm ?? 0);
  const [lo, hi] = voxelBox(volume, shape, marginMm);
  const offsets = subvoxelOffsets(volume, samples);
  const share = 1 / (samples * samples * samples);
  const fraction = (x: number, y: number, z: number): number => {
    const distanceMm = shape.distanceMm(x, y, z);
    if (distanceMm > marginMm) return 0;
    if (distanceMm < -marginMm && !options.where) return 1;
    let inside = 0;
    for (let s = 0; s < offsets.length; s += 3) {
      const px = x + offsets[s]!;
      const py = y + offsets[s + 1]!;
      const pz = z + offsets[s + 2]!;
      if (options.where && !options.where(px, py, pz)) continue;
      const d = shape.distanceMm(px, py, pz);
      inside += edge ? edge.filled(d) : d < 0 ? 1 : 0;
    }
    return inside * share;
  };
  let sum = 0;
  for (let k = lo[2]!; k < hi[2]!; k++) {
    for (let j = lo[1]!; j < hi[1]!; j++) {
      for (let i = lo[0]!; i < hi[0]!; i++) {
        const a = i * spacingMm[0];
        const b = j * spacingMm[1];
        const c = k * spacingMm[2];
        const x = origin[0] + directions[0][0] * a + directions[1][0] * b + directions[2][0] * c;
        const y = origin[1] + directions[0][1] * a + directions[1][1] * b + directions[2][1] * c;
        const z = origin[2] + directions[0][2] * a + directions[1][2] * b + directions[2][2] * c;
        const f = fraction(x, y, z);
        if (f === 0) continue;
        sum += f;
        const index = i + size[0] * (j + size[1] * k);
        data[index] = Math.round((1 - f) * data[index]! + f * (typeof hu === "number" ? hu : hu(x, y, z)));
      }
    }
  }
  return sum * spacingMm[0] * spacingMm[1] * spacingMm[2];
}

/** Voxels (lo, hi exclusive) that the shape's box, grown by the margin, can touch. */
function voxelBox(volume: Volume, shape: Shape, marginMm: number): [number[], number[]] {
  const { grid } = volume;
  const lo = [Infinity, Infinity, Infinity];
  const hi = [-Infinity, -Infinity, -Infinity];
  for (let corner = 0; corner < 8; corner++) {
    const at = toVoxel(
      grid,
      patientPoint(
        corner & 1 ? shape.hi[0] + marginMm : shape.lo[0] - marginMm,
        corner & 2 ? shape.hi[1] + marginMm : shape.lo[1] - marginMm,
        corner & 4 ? shape.hi[2] + marginMm : shape.lo[2] - marginMm,
      ),
    );
    for (const axis of [0, 1, 2] as const) {
      lo[axis] = Math.min(lo[axis]!, at[axis]);
      hi[axis] = Math.max(hi[axis]!, at[axis]);
    }
  }
  return [
    lo.map((index) => Math.max(0, Math.ceil(index))),
    hi.map((index, axis) => Math.min(grid.size[axis as 0 | 1 | 2], Math.floor(index) + 1)),
  ];
}

/** Offsets (x, y, z mm after one another) of evenly spread points of one voxel from its centre. */
function subvoxelOffsets(volume: Volume, samples: number): Float64Array {
  const { spacingMm, directions } = volume.grid;
  const offsets = new Float64Array(3 * samples ** 3);
  let at = 0;
  for (let c = 0; c < samples; c++)
    for (let b = 0; b < samples; b++)
      for (let a = 0; a < samples; a++) {
        const u = ((a + 0.5) / samples - 0.5) * spacingMm[0];
        const v = ((b + 0.5) / samples - 0.5) * spacingMm[1];
        const w = ((c + 0.5) / samples - 0.5) * spacingMm[2];
        for (const axis of [0, 1, 2] as const) offsets[at++] = directions[0][axis] * u + directions[1][axis] * v + directions[2][axis] * w;
      }
  return offsets;
}
