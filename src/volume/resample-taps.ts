import { type Grid, toPatient, toVoxel } from "./grid.ts";
import { voxelPoint } from "./space.ts";

/** For each target voxel along one axis: `count` source voxels from `first` on and their weights; `first` is −1 outside the source. */
export interface AxisTaps {
  readonly count: number;
  readonly first: Int32Array;
  /** `count` weights for each target voxel, which sum to 1. */
  readonly weights: Float64Array;
}

/** Sine of the angle up to which axes count as parallel; over 512 voxels that moves a sample by a thousandth of a voxel. */
const parallelWithin = 2e-6;

/**
 * Weights that put one grid on another whose axes run along the same lines (either way).
 * @returns null when an axis of the target is not parallel to the same axis of the source
 */
export function alignedTaps(
  source: Grid,
  target: Grid,
  interpolation: "linear" | "nearest",
  antiAlias: boolean,
): readonly [AxisTaps, AxisTaps, AxisTaps] | null {
  const zero = toVoxel(source, toPatient(target, voxelPoint(0, 0, 0)));
  const taps = ([0, 1, 2] as const).map((axis) => {
    const one = toVoxel(source, toPatient(target, voxelPoint(axis === 0 ? 1 : 0, axis === 1 ? 1 : 0, axis === 2 ? 1 : 0)));
    const step = one.map((value, other) => value - zero[other as 0 | 1 | 2]);
    const stray = Math.hypot(...step.map((value, other) => (other === axis ? 0 : value)));
    if (stray > parallelWithin * Math.hypot(...step)) return null;
    const position = (n: number): number => steady(zero[axis] + n * step[axis]!);
    if (interpolation === "nearest") return nearestTaps(source.size[axis], target.size[axis], position);
    const ratio = Math.abs(step[axis]!);
    const width = antiAlias && ratio > 1 + 1e-6 ? Math.sqrt(2 * (ratio * ratio - 1)) : 0;
    return boxTaps(source.size[axis], target.size[axis], width, position);
  });
  return taps.some((axis) => axis === null) ? null : (taps as [AxisTaps, AxisTaps, AxisTaps]);
}

/** Rounding noise of the patient frame taken away, so that a grid on itself samples voxel centres exactly. */
const steady = (position: number): number => Math.round(position * 1e7) / 1e7;

const isInside = (at: number, length: number): boolean => at >= -0.5 && at <= length - 0.5;

function nearestTaps(length: number, count: number, position: (n: number) => number): AxisTaps {
  const first = new Int32Array(count).fill(-1);
  for (let n = 0; n < count; n++) {
    const at = position(n);
    if (isInside(at, length)) first[n] = Math.max(0, Math.min(length - 1, Math.floor(at + 0.5)));
  }
  return { count: 1, first, weights: new Float64Array(count).fill(1) };
}

/** Integral of the unit tent (1 − |x|, for |x| < 1) from −∞. */
function tentIntegral(x: number): number {
  if (x <= -1) return 0;
  if (x >= 1) return 1;
  return x < 0 ? (x + 1) ** 2 / 2 : 1 - (1 - x) ** 2 / 2;
}

/** Mean of the linear interpolant over a box of `width` source voxels about each position; width 0 is the interpolant itself. */
function boxTaps(length: number, targetCount: number, width: number, position: (n: number) => number): AxisTaps {
  const span = Math.min(length, Math.ceil(width) + 2);
  const first = new Int32Array(targetCount).fill(-1);
  const weights = new Float64Array(targetCount * span);
  for (let n = 0; n < targetCount; n++) {
    const at = position(n);
    if (!isInside(at, length)) continue;
    const lowest = Math.ceil(at - width / 2 - 1);
    const start = Math.max(0, Math.min(length - span, lowest));
    first[n] = start;
    const highest = Math.floor(at + width / 2 + 1);
    for (let voxel = lowest; voxel <= highest; voxel++) {
      const weight =
        width === 0
          ? Math.max(0, 1 - Math.abs(at - voxel))
          : (tentIntegral(at + width / 2 - voxel) - tentIntegral(at - width / 2 - voxel)) / width;
      const within = Math.max(0, Math.min(length - 1, voxel));
      if (weight > 0) weights[n * span + within - start]! += weight;
    }
  }
  return { count: span, first, weights };
}
