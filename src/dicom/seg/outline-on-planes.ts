import { type Box, boxOf } from "../../volume/crop.ts";
import { toPatient, toVoxel } from "../../volume/grid.ts";
import { sampleLinear } from "../../volume/resample.ts";
import { cross, dot, type PatientPoint, patientPoint, type Vector3, voxelPoint } from "../../volume/space.ts";
import type { Mask } from "../../volume/volume.ts";
import type { SourceImage } from "../write/source-images.ts";

/** The pixels of one source plane that an outline covers. */
export interface PlaneOutline {
  /** Index among the source planes. */
  readonly plane: number;
  /** `row × columns + column`, ascending; never empty. */
  readonly pixels: readonly number[];
}

/** What rounding takes from a pixel that lies exactly on the edge. */
const edgeTolerance = 1e-6;

/**
 * An outline on the planes it was read from, however they lie: a pixel belongs to it when the mask, interpolated linearly at the pixel's centre, is at
 * least .5. On a plane of the mask's own grid that is the mask itself. An outline that no pixel centre meets (thinner than the gap between planes) is
 * dropped straight onto the nearest plane, so that it is drawn somewhere.
 * @param outline 0 and 1, on any grid
 * @throws RangeError when the outline is empty or lies outside all planes
 */
export function outlineOnPlanes(outline: Mask, planes: readonly SourceImage[]): readonly PlaneOutline[] {
  const box = boxOf(outline);
  if (box === null) throw new RangeError("an outline needs one voxel or more");
  const met = planes.map((plane, index) => ({ plane: index, pixels: pixelsMet(outline, box, plane) }));
  const drawn = met.some(({ pixels }) => pixels.length > 0) ? met : [dropped(outline, box, planes)];
  const frames = drawn.filter(({ pixels }) => pixels.length > 0);
  if (frames.length === 0) throw new RangeError("an outline lies outside all source planes");
  return frames;
}

/** A patient position against a plane: fractional column and row, and mm along its normal. */
function against({ positionMm, rowDirection, columnDirection, pixelSpacingMm }: SourceImage, point: PatientPoint): Vector3 {
  const offset: Vector3 = [point[0] - positionMm[0], point[1] - positionMm[1], point[2] - positionMm[2]];
  return [
    dot(offset, rowDirection) / pixelSpacingMm[0],
    dot(offset, columnDirection) / pixelSpacingMm[1],
    dot(offset, cross(rowDirection, columnDirection)),
  ];
}

function pixelCentre(
  { positionMm, rowDirection, columnDirection, pixelSpacingMm }: SourceImage,
  column: number,
  row: number,
): PatientPoint {
  const [x, y] = [column * pixelSpacingMm[0], row * pixelSpacingMm[1]];
  const along = (axis: 0 | 1 | 2): number => positionMm[axis] + x * rowDirection[axis] + y * columnDirection[axis];
  return patientPoint(along(0), along(1), along(2));
}

function pixelsMet(outline: Mask, box: Box, plane: SourceImage): number[] {
  // Linear interpolation reaches less than one voxel beyond the outermost centres.
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => {
    const end = (axis: 0 | 1 | 2): number => ((n >> axis) & 1 ? box.hi[axis] : box.lo[axis] - 1);
    return against(plane, toPatient(outline.grid, voxelPoint(end(0), end(1), end(2))));
  });
  const least = (axis: 0 | 1 | 2): number => Math.min(...corners.map((corner) => corner[axis]));
  const most = (axis: 0 | 1 | 2): number => Math.max(...corners.map((corner) => corner[axis]));
  if (least(2) > 0 || most(2) < 0) return [];

  const start = toVoxel(outline.grid, pixelCentre(plane, 0, 0));
  const step = (to: Vector3): Vector3 => [to[0] - start[0], to[1] - start[1], to[2] - start[2]];
  const perColumn = step(toVoxel(outline.grid, pixelCentre(plane, 1, 0)));
  const perRow = step(toVoxel(outline.grid, pixelCentre(plane, 0, 1)));
  const pixels: number[] = [];
  for (let row = Math.max(0, Math.ceil(least(1))); row <= Math.min(plane.rows - 1, most(1)); row++) {
    for (let column = Math.max(0, Math.ceil(least(0))); column <= Math.min(plane.columns - 1, most(0)); column++) {
      const at = (axis: 0 | 1 | 2): number => start[axis] + column * perColumn[axis] + row * perRow[axis];
      if (sampleLinear(outline, voxelPoint(at(0), at(1), at(2))) >= 0.5 - edgeTolerance) pixels.push(row * plane.columns + column);
    }
  }
  return pixels;
}

function dropped({ grid, data }: Mask, { lo, hi }: Box, planes: readonly SourceImage[]): PlaneOutline {
  const middle = toPatient(grid, voxelPoint((lo[0] + hi[0] - 1) / 2, (lo[1] + hi[1] - 1) / 2, (lo[2] + hi[2] - 1) / 2));
  const distances = planes.map((plane) => Math.abs(against(plane, middle)[2]));
  const nearest = distances.indexOf(Math.min(...distances));
  const plane = planes[nearest];
  if (plane === undefined) throw new RangeError("an outline needs one source plane or more");
  const pixels = new Set<number>();
  for (let index = 0; index < data.length; index++) {
    if (data[index] === 0) continue;
    const [ni, nj] = grid.size;
    const voxel = voxelPoint(index % ni, Math.floor(index / ni) % nj, Math.floor(index / (ni * nj)));
    const [column, row] = against(plane, toPatient(grid, voxel)).map(Math.round) as [number, number, number];
    if (column >= 0 && row >= 0 && column < plane.columns && row < plane.rows) pixels.add(row * plane.columns + column);
  }
  return { plane: nearest, pixels: [...pixels].sort((a, b) => a - b) };
}
