import { toVoxel } from "../volume/grid.ts";
import type { Vector3 } from "../volume/space.ts";
import type { Volume, VoxelData } from "../volume/volume.ts";
import { type PlaneView, pixelToPatient } from "./plane-view.ts";

/**
 * Reformat: the volume sampled on the pixels of a view by trilinear interpolation. A pixel within half a voxel of the outermost voxel
 * centres takes the border's value, one further out the value given.
 * @param outside value of pixels beyond the volume
 * @returns width × height values, row by row
 */
export function slice(volume: Volume<VoxelData>, view: PlaneView, outside: number): Float32Array {
  const values = new Float32Array(view.width * view.height);
  const start = toVoxel(volume.grid, pixelToPatient(view, 0, 0));
  const difference = (to: Vector3): Vector3 => [to[0] - start[0], to[1] - start[1], to[2] - start[2]];
  const perColumn = difference(toVoxel(volume.grid, pixelToPatient(view, 1, 0)));
  const perRow = difference(toVoxel(volume.grid, pixelToPatient(view, 0, 1)));
  for (let row = 0, at = 0; row < view.height; row++) {
    const i = start[0] + row * perRow[0];
    const j = start[1] + row * perRow[1];
    const k = start[2] + row * perRow[2];
    for (let column = 0; column < view.width; column++, at++) {
      values[at] = sample(volume, i + column * perColumn[0], j + column * perColumn[1], k + column * perColumn[2], outside);
    }
  }
  return values;
}

function sample({ data, grid }: Volume<VoxelData>, i: number, j: number, k: number, outside: number): number {
  const [nx, ny, nz] = grid.size;
  if (!(i >= -0.5 && j >= -0.5 && k >= -0.5 && i <= nx - 0.5 && j <= ny - 0.5 && k <= nz - 0.5)) return outside;
  const x = Math.min(nx - 1, Math.max(0, i));
  const y = Math.min(ny - 1, Math.max(0, j));
  const z = Math.min(nz - 1, Math.max(0, k));
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const z0 = Math.floor(z);
  const fx = x - x0;
  const fy = y - y0;
  const fz = z - z0;
  const at = x0 + nx * (y0 + ny * z0);
  const right = fx > 0 ? 1 : 0;
  const down = fy > 0 ? nx : 0;
  const up = fz > 0 ? nx * ny : 0;
  const near =
    (data[at]! * (1 - fx) + data[at + right]! * fx) * (1 - fy) + (data[at + down]! * (1 - fx) + data[at + down + right]! * fx) * fy;
  if (up === 0) return near;
  const far =
    (data[at + up]! * (1 - fx) + data[at + up + right]! * fx) * (1 - fy) +
    (data[at + up + down]! * (1 - fx) + data[at + up + down + right]! * fx) * fy;
  return near * (1 - fz) + far * fz;
}
