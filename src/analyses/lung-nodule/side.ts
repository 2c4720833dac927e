import type { Side } from "../../findings/finding.ts";
import { toVoxel } from "../../volume/grid.ts";
import type { PatientPoint } from "../../volume/space.ts";
import type { Mask } from "../../volume/volume.ts";

/** The mask's value at the voxel nearest to a patient position; 0 outside. */
export function valueAt(mask: Mask, point: PatientPoint): number {
  const [i, j, k] = toVoxel(mask.grid, point).map(Math.round) as [number, number, number];
  const [ni, nj, nk] = mask.grid.size;
  if (i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk) return 0;
  return mask.data[i + ni * (j + nj * k)]!;
}

/** The lung (1 right, 2 left) that holds the first of the points that lies in one. */
export function sideOf(labels: Mask, ...points: readonly PatientPoint[]): Side {
  const label = points.map((point) => valueAt(labels, point)).find((value) => value === 1 || value === 2);
  return label === 1 ? "right" : label === 2 ? "left" : "unknown";
}
