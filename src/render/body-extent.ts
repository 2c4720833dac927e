import { type Grid, toPatient } from "../volume/grid.ts";
import { patientPoint, type Vector3, voxelPoint } from "../volume/space.ts";
import type { Volume } from "../volume/volume.ts";
import type { PlaneView } from "./plane-view.ts";
import { slice } from "./slice.ts";

/** Patient coordinates between which something lies, mm. */
export interface Extent {
  readonly lowMm: Vector3;
  readonly highMm: Vector3;
}

/** The box in the patient that holds a grid, outermost voxel centres. */
export function gridExtent(grid: Grid): Extent {
  const ends = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) =>
    toPatient(grid, voxelPoint(corner & 1 ? grid.size[0] - 1 : 0, corner & 2 ? grid.size[1] - 1 : 0, corner & 4 ? grid.size[2] - 1 : 0)),
  );
  const along = (axis: 0 | 1 | 2): number[] => ends.map((end) => end[axis]);
  return {
    lowMm: [Math.min(...along(0)), Math.min(...along(1)), Math.min(...along(2))],
    highMm: [Math.max(...along(0)), Math.max(...along(1)), Math.max(...along(2))],
  };
}

/**
 * Roughly where the body lies in the axial plane at a height, for framing pictures only: rows and columns of which at least an eighth is
 * denser than −300 HU. Where nothing is, the whole scan.
 */
export function bodyExtent(volume: Volume, heightMm: number): Extent {
  const whole = gridExtent(volume.grid);
  const pixels = 96;
  const spanMm = Math.max(whole.highMm[0] - whole.lowMm[0], whole.highMm[1] - whole.lowMm[1]);
  if (!(spanMm > 0)) return whole;
  const pixelMm = spanMm / (pixels - 1);
  const center = patientPoint((whole.lowMm[0] + whole.highMm[0]) / 2, (whole.lowMm[1] + whole.highMm[1]) / 2, heightMm);
  const view: PlaneView = { plane: "axial", center, pixelMm, width: pixels, height: pixels };
  const hu = slice(volume, view, -4096);
  const columns = new Int32Array(pixels);
  const rows = new Int32Array(pixels);
  for (let at = 0; at < hu.length; at++) {
    if (hu[at]! < -300) continue;
    columns[at % pixels]! += 1;
    rows[Math.floor(at / pixels)]! += 1;
  }
  const filled = (counts: Int32Array): [number, number] | null => {
    const hit = [...counts.keys()].filter((n) => counts[n]! >= pixels / 8);
    return hit.length === 0 ? null : [Math.min(...hit), Math.max(...hit)];
  };
  const across = filled(columns);
  const deep = filled(rows);
  if (across === null || deep === null) return whole;
  const x = (column: number): number => center[0] + (column - (pixels - 1) / 2) * pixelMm;
  const y = (row: number): number => center[1] + (row - (pixels - 1) / 2) * pixelMm;
  return { lowMm: [x(across[0]), y(deep[0]), whole.lowMm[2]], highMm: [x(across[1]), y(deep[1]), whole.highMm[2]] };
}

/** A view of a given size in pixels that shows an extent whole, with a little air around it. */
export function viewOf(plane: "axial" | "coronal", { lowMm, highMm }: Extent, atMm: number, width: number, height: number): PlaneView {
  const middle = (axis: 0 | 1 | 2): number => (lowMm[axis] + highMm[axis]) / 2;
  const span = (axis: 0 | 1 | 2): number => highMm[axis] - lowMm[axis];
  const axial = plane === "axial";
  const center = axial ? patientPoint(middle(0), middle(1), atMm) : patientPoint(middle(0), atMm, middle(2));
  const pixelMm = Math.max(span(0) / width, span(axial ? 1 : 2) / height, 0.01) * 1.05;
  return { plane, center, pixelMm, width, height };
}
