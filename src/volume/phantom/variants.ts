import { allocateLike } from "../allocate.ts";
import { type Grid, grid, toPatient } from "../grid.ts";
import { type Vector3, voxelPoint } from "../space.ts";
import type { Volume, VoxelData } from "../volume.ts";

/**
 * The same picture of the same patient with some axes of memory running the other way: origin and directions move with them, so every
 * place keeps its value. Flipping k alone reverses the order of the slices. For the copy shifted by half a voxel, make the phantom
 * again with `originShiftMm`.
 */
export function withAxesFlipped<Data extends VoxelData>(
  volume: Volume<Data>,
  flipped: readonly [i: boolean, j: boolean, k: boolean],
): Volume<Data> {
  const { size } = volume.grid;
  const [width, height, slices] = size;
  const data = allocateLike(volume.data, volume.data.length);
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < height; j++) {
      const from = width * ((flipped[1] ? height - 1 - j : j) + height * (flipped[2] ? slices - 1 - k : k));
      const to = width * (j + height * k);
      for (let i = 0; i < width; i++) data[to + i] = volume.data[from + (flipped[0] ? width - 1 - i : i)]!;
    }
  }
  return { grid: flippedGrid(volume.grid, flipped), data };
}

function flippedGrid(g: Grid, flipped: readonly [boolean, boolean, boolean]): Grid {
  const turned = (axis: 0 | 1 | 2): Vector3 => {
    const [x, y, z] = g.directions[axis];
    return flipped[axis] ? [-x, -y, -z] : [x, y, z];
  };
  const corner = (axis: 0 | 1 | 2): number => (flipped[axis] ? g.size[axis] - 1 : 0);
  return grid({ ...g, origin: toPatient(g, voxelPoint(corner(0), corner(1), corner(2))), directions: [turned(0), turned(1), turned(2)] });
}
