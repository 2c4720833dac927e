import { median } from "../base/stats.ts";
import type { PatientPoint, Vector3 } from "../volume/space.ts";

/** Displacement known at a point, with a weight. */
export interface Known {
  readonly at: PatientPoint;
  readonly moveMm: Vector3;
  readonly weight: number;
}

/** A smooth displacement, and the spread of what it was fitted to. */
export interface Moved {
  readonly moveMm: Vector3;
  readonly errorMm: number;
}

/** Below this many neighbours a plane through them says nothing. */
const leastNeighbours = 8;

/**
 * Displacement at a point by moving least squares: a plane through the displacements around it, weighted by a Gaussian of their distance and by how well they
 * agree (Tukey's biweight, three rounds), so that single false matches do not count.
 * @returns null where too few are near
 */
export function movedAt(known: readonly Known[], at: PatientPoint, sigmaMm: number): Moved | null {
  const near = known.flatMap(({ at: there, moveMm, weight }) => {
    const offset = [there[0] - at[0], there[1] - at[1], there[2] - at[2]] as const;
    const squared = offset[0] ** 2 + offset[1] ** 2 + offset[2] ** 2;
    return squared > (3 * sigmaMm) ** 2 ? [] : [{ offset, moveMm, weight: weight * Math.exp(-squared / (2 * sigmaMm ** 2)) }];
  });
  if (near.length < leastNeighbours) return null;
  const start = [0, 1, 2].map((axis) => [median(near.map(({ moveMm }) => moveMm[axis]!)), 0, 0, 0]);
  let planes = start;
  let spreadMm = 0;
  for (let round = 0; round < 3; round++) {
    const residuals = near.map(({ offset, moveMm }) =>
      Math.hypot(...planes.map(([c, x, y, z], axis) => moveMm[axis]! - (c! + x! * offset[0] + y! * offset[1] + z! * offset[2]))),
    );
    spreadMm = Math.max(0.2, median(residuals));
    const weights = residuals.map((residual, n) => near[n]!.weight * Math.max(0, 1 - (residual / (4 * spreadMm)) ** 2) ** 2);
    planes = planesThrough(near, weights);
  }
  return { moveMm: [planes[0]![0]!, planes[1]![0]!, planes[2]![0]!], errorMm: spreadMm };
}

/** Weighted plane of each component; slopes are held down a little, so that few neighbours on one side make no steep ones. */
function planesThrough(near: readonly { offset: Vector3; moveMm: Vector3 }[], weights: readonly number[]): number[][] {
  const normal = Array.from({ length: 4 }, () => [0, 0, 0, 0, 0, 0, 0]);
  for (const [n, { offset, moveMm }] of near.entries()) {
    const terms = [1, ...offset];
    const right = [...terms, ...moveMm];
    for (let row = 0; row < 4; row++)
      for (let column = 0; column < 7; column++) normal[row]![column]! += weights[n]! * terms[row]! * right[column]!;
  }
  const total = normal[0]![0]!;
  for (let row = 0; row < 4; row++) normal[row]![row]! += row === 0 ? 1e-9 : 20 * total;
  return solved(normal);
}

/** Gauss–Jordan elimination of four equations with three right sides (positive definite: no pivoting needed). @returns one solution a right side */
function solved(rows: number[][]): number[][] {
  for (let pivot = 0; pivot < 4; pivot++) {
    const row = rows[pivot]!;
    const scale = row[pivot]!;
    for (let column = pivot; column < 7; column++) row[column]! /= scale;
    for (const [other, target] of rows.entries()) {
      if (other === pivot) continue;
      const factor = target[pivot]!;
      for (let column = pivot; column < 7; column++) target[column]! -= factor * row[column]!;
    }
  }
  return [4, 5, 6].map((column) => rows.map((row) => row[column]!));
}
