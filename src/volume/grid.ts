import { dot, type PatientPoint, patientPoint, type Vector3, type VoxelPoint, voxelPoint } from "./space.ts";

/**
 * Where the voxels of a volume lie in the patient: a rectangular grid, possibly turned. Index order in memory is i fastest:
 * `index = i + size[0] * (j + size[1] * k)`. Directions are unit vectors in LPS, orthogonal within 1e-3; they may form a left-handed frame.
 */
export interface Grid {
  /** Voxels along i (column), j (row), k (slice). */
  readonly size: Vector3;
  readonly spacingMm: Vector3;
  /** Centre of voxel (0, 0, 0). */
  readonly origin: PatientPoint;
  /** Unit direction in which i, j and k grow. */
  readonly directions: readonly [Vector3, Vector3, Vector3];
}

/**
 * A grid whose numbers have been checked.
 * @throws RangeError when a size is not a positive integer, a spacing not positive and finite, or the directions are not unit and orthogonal
 */
export function grid(given: Grid): Grid {
  const { size, spacingMm, origin, directions } = given;
  if (!size.every((count) => Number.isInteger(count) && count > 0)) throw new RangeError(`size must be positive integers, got ${size}`);
  if (!spacingMm.every((mm) => mm > 0 && Number.isFinite(mm))) throw new RangeError(`spacingMm must be positive, got ${spacingMm}`);
  if (!origin.every(Number.isFinite)) throw new RangeError(`origin must be finite, got ${origin}`);
  const [i, j, k] = directions;
  const skew = Math.max(Math.abs(dot(i, j)), Math.abs(dot(j, k)), Math.abs(dot(i, k)));
  const stretch = Math.max(...directions.map((direction) => Math.abs(Math.hypot(...direction) - 1)));
  if (!(skew < 1e-3 && stretch < 1e-3))
    throw new RangeError(`directions must be orthogonal unit vectors, got ${JSON.stringify(directions)}`);
  return given;
}

/** An axial LPS grid: i to the left, j to the back, k to the head. */
export function axialGrid(size: Vector3, spacingMm: Vector3, origin: PatientPoint): Grid {
  return grid({
    size,
    spacingMm,
    origin,
    directions: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
  });
}

export const voxelCount = (g: Grid): number => g.size[0] * g.size[1] * g.size[2];
export const voxelVolumeMm3 = (g: Grid): number => g.spacingMm[0] * g.spacingMm[1] * g.spacingMm[2];

/** Patient position of a (fractional) voxel position. */
export function toPatient(g: Grid, p: VoxelPoint): PatientPoint {
  const [i, j, k] = g.directions;
  const a = p[0] * g.spacingMm[0];
  const b = p[1] * g.spacingMm[1];
  const c = p[2] * g.spacingMm[2];
  return patientPoint(
    g.origin[0] + i[0] * a + j[0] * b + k[0] * c,
    g.origin[1] + i[1] * a + j[1] * b + k[1] * c,
    g.origin[2] + i[2] * a + j[2] * b + k[2] * c,
  );
}

/** Fractional voxel position of a patient position; outside the grid it is negative or beyond size − 1. */
export function toVoxel(g: Grid, p: PatientPoint): VoxelPoint {
  const offset: Vector3 = [p[0] - g.origin[0], p[1] - g.origin[1], p[2] - g.origin[2]];
  const [i, j, k] = g.directions;
  return voxelPoint(dot(offset, i) / g.spacingMm[0], dot(offset, j) / g.spacingMm[1], dot(offset, k) / g.spacingMm[2]);
}
