import { allocateLike } from "./allocate.ts";
import { type Grid, toPatient, voxelCount } from "./grid.ts";
import { type Vector3, voxelPoint } from "./space.ts";
import { type Volume, type VoxelData, volume } from "./volume.ts";

/** Where an axis of an oriented volume came from: the axis of the volume as it was, and whether it now runs the other way. */
export interface AxisOrigin {
  readonly from: 0 | 1 | 2;
  readonly flipped: boolean;
}

type Axis = 0 | 1 | 2;
const orders: readonly (readonly [Axis, Axis, Axis])[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** For each patient axis (left, back, head) the voxel axis nearest to it, each voxel axis used once. */
function nearestAxes(g: Grid): readonly AxisOrigin[] {
  const alignment = (order: readonly Axis[]): number =>
    order.reduce<number>((sum, from, to) => sum + Math.abs(g.directions[from][to as Axis]), 0);
  const best = orders.reduce((winner, order) => (alignment(order) > alignment(winner) + 1e-9 ? order : winner));
  return best.map((from, to) => ({ from, flipped: g.directions[from][to as Axis] < 0 }));
}

function orientedGrid(g: Grid, axes: readonly AxisOrigin[]): Grid {
  const pick = <Item>(of: (axis: AxisOrigin) => Item): [Item, Item, Item] => axes.map(of) as [Item, Item, Item];
  const corner: [number, number, number] = [0, 0, 0];
  for (const { from, flipped } of axes) corner[from] = flipped ? g.size[from] - 1 : 0;
  return {
    size: pick(({ from }) => g.size[from]),
    spacingMm: pick(({ from }) => g.spacingMm[from]),
    origin: toPatient(g, voxelPoint(...corner)),
    directions: pick(({ from, flipped }): Vector3 => {
      const [x, y, z] = g.directions[from];
      return flipped ? [0 - x, 0 - y, 0 - z] : [x, y, z];
    }),
  };
}

/**
 * The same voxels in the same places, with axes permuted and flipped so that i grows most nearly to the left, j to the back and k to the
 * head (DICOM LPS). Nothing is interpolated: an oblique volume stays oblique. A volume that already runs so is returned itself, not copied.
 * @returns the volume, and for each of its axes the axis of the given volume it came from
 */
export function toLps<Data extends VoxelData>(given: Volume<Data>): { volume: Volume<Data>; axes: readonly AxisOrigin[] } {
  const axes = nearestAxes(given.grid);
  if (axes.every(({ from, flipped }, to) => from === to && !flipped)) return { volume: given, axes };
  const target = orientedGrid(given.grid, axes);
  const { size } = given.grid;
  const strideOf: Vector3 = [1, size[0], size[0] * size[1]];
  const steps = axes.map(({ from, flipped }) => (flipped ? -strideOf[from] : strideOf[from])) as unknown as Vector3;
  const start = axes.reduce((sum, { from, flipped }) => sum + (flipped ? (size[from] - 1) * strideOf[from] : 0), 0);
  const data = allocateLike(given.data, voxelCount(target));
  copyStrided(given.data, data, target.size, start, steps);
  return { volume: volume(target, data), axes };
}

function copyStrided(source: VoxelData, target: VoxelData, size: Vector3, start: number, steps: Vector3): void {
  const [ni, nj, nk] = size;
  const [stepI, stepJ, stepK] = steps;
  let to = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      let from = start + j * stepJ + k * stepK;
      if (stepI === 1) {
        target.set(source.subarray(from, from + ni), to);
        to += ni;
      } else {
        for (let i = 0; i < ni; i++, from += stepI) target[to++] = source[from]!;
      }
    }
  }
}
