import type { SeededRandom } from "../base/seeded-random.ts";
import { allocateInt16 } from "../volume/allocate.ts";
import { gaussian } from "../volume/gaussian.ts";
import { type Grid, toPatient, toVoxel } from "../volume/grid.ts";
import { resample } from "../volume/resample.ts";
import { type Vector3, voxelPoint } from "../volume/space.ts";
import type { Volume } from "../volume/volume.ts";
import { smoothStep } from "./nodule-patch.ts";

/** Soft tissue and vessels: where contrast medium goes. */
const CONTRAST_HU = { from: -300, to: -100 };
const SHARPEN_MM = 0.7;
const HU = { least: -1024, most: 3071 };

const held = (grid: Grid, values: ArrayLike<number>): Volume => {
  const data = allocateInt16(values.length);
  for (let n = 0; n < data.length; n++) data[n] = Math.min(HU.most, Math.max(HU.least, Math.round(values[n]!)));
  return { grid, data };
};

const inPlane = ({ grid, data }: Volume, sigmaMm: number): Float32Array =>
  gaussian(Float32Array.from(data), grid.size, [sigmaMm / grid.spacingMm[0], sigmaMm / grid.spacingMm[1], 0]);

/** A softer kernel: smoothed in plane with a Gaussian of this standard deviation. */
export const blurred = (scan: Volume, sigmaMm: number): Volume => held(scan.grid, inPlane(scan, sigmaMm));

/** A sharper kernel: what a Gaussian of .7 mm takes away in plane is added `strength` times. */
export function sharpened(scan: Volume, strength: number): Volume {
  const soft = inPlane(scan, SHARPEN_MM);
  return held(
    scan.grid,
    soft.map((value, n) => scan.data[n]! + strength * (scan.data[n]! - value)),
  );
}

/**
 * Standard deviation in voxels of the Gaussian that turns white noise into noise as correlated in plane as the scan's own: in soft tissue the
 * mean squared differences of voxels one and two apart along a row are as (1 − ρ) to (1 − ρ⁴), ρ = exp(−1 / 4σ²) the correlation of neighbours.
 * @returns 0 where the scan's noise is white or there is no soft tissue
 */
export function noiseCorrelationVoxels({ grid, data }: Volume): number {
  const nx = grid.size[0];
  let [one, two] = [0, 0];
  for (let at = 0; at + 4 < data.length; at++) {
    if (at % nx > nx - 5) continue;
    const five = [data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!, data[at + 4]!];
    if (five.some((hu) => hu < -50 || hu > 150)) continue;
    one += (five[2]! - five[1]!) ** 2;
    two += (five[3]! - five[1]!) ** 2;
  }
  // (1 − ρ⁴) / (1 − ρ) = 1 + ρ + ρ² + ρ³ rises from 1 to 4
  const wanted = two / one;
  let [low, high] = [0, 1];
  for (let n = 0; n < 40; n++) {
    const rho = (low + high) / 2;
    if (1 + rho + rho ** 2 + rho ** 3 < wanted) low = rho;
    else high = rho;
  }
  return low > 1e-3 ? Math.sqrt(-1 / (4 * Math.log(low))) : 0;
}

/** Less dose: noise of a standard deviation added, correlated in plane as told, slices independent. */
export function noisier({ grid, data }: Volume, sigmaHu: number, correlationVoxels: number, random: SeededRandom): Volume {
  const [nx, ny, nz] = grid.size;
  const slice = nx * ny;
  const values = Float32Array.from(data);
  for (let k = 0; k < nz; k++) {
    const white = Float32Array.from({ length: slice }, () => random.normal());
    const noise = gaussian(white, [nx, ny, 1], [correlationVoxels, correlationVoxels, 0]);
    const strength = sigmaHu / Math.sqrt(noise.reduce((sum, value) => sum + value ** 2, 0) / slice);
    for (let at = 0; at < slice; at++) values[k * slice + at]! += strength * noise[at]!;
  }
  return held(grid, values);
}

/** Thicker slices: each the mean of so many, side by side; what is left over at the end is dropped. */
export function thicker({ grid, data }: Volume, slices: number): Volume {
  const [nx, ny, nz] = grid.size;
  const plane = nx * ny;
  const size: Vector3 = [nx, ny, Math.floor(nz / slices)];
  const values = new Float32Array(plane * size[2]);
  for (let at = 0; at < values.length; at++) {
    const first = (at % plane) + Math.floor(at / plane) * slices * plane;
    for (let n = 0; n < slices; n++) values[at]! += data[first + n * plane]! / slices;
  }
  const [sx, sy, sz] = grid.spacingMm;
  return held({ ...grid, size, spacingMm: [sx, sy, sz * slices], origin: toPatient(grid, voxelPoint(0, 0, (slices - 1) / 2)) }, values);
}

/** Contrast medium: what is denser than −100 HU is raised, what is below −300 HU is not, smoothly between. */
export const contrasted = ({ grid, data }: Volume, raisedHu: number): Volume =>
  held(
    grid,
    Float32Array.from(data, (hu) => hu + raisedHu * smoothStep(CONTRAST_HU.from, CONTRAST_HU.to, hu)),
  );

/** The same grid with its voxels mirrored along an axis, and where a point of the scan comes to lie. */
export function mirrored(
  { grid, data }: Volume,
  axis: 0 | 1 | 2,
): { readonly volume: Volume; readonly moved: (point: Vector3) => Vector3 } {
  const [nx, ny] = grid.size;
  const stride = [1, nx, nx * ny][axis]!;
  const last = grid.size[axis] - 1;
  const values = Float32Array.from(data, (_, at) => data[at + stride * (last - 2 * (Math.floor(at / stride) % (last + 1)))]!);
  const moved = (point: Vector3): Vector3 => {
    const voxel: number[] = [...toVoxel(grid, point as Parameters<typeof toVoxel>[1])];
    voxel[axis] = last - voxel[axis]!;
    return toPatient(grid, voxelPoint(voxel[0]!, voxel[1]!, voxel[2]!));
  };
  return { volume: held(grid, values), moved };
}

/** The scan sampled half a voxel off along every axis, one voxel shorter, linearly. */
export function halfVoxelOff(scan: Volume): Volume {
  const { grid } = scan;
  const size = grid.size.map((count) => count - 1) as unknown as Vector3;
  return resample(
    scan,
    { ...grid, size, origin: toPatient(grid, voxelPoint(0.5, 0.5, 0.5)) },
    { interpolation: "linear", outsideValue: -1000 },
  );
}
