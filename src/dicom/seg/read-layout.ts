import { type Reason, reason } from "../../base/reason.ts";
import { type Grid, grid } from "../../volume/grid.ts";
import { cross, dot, patientPoint, type Vector3 } from "../../volume/space.ts";
import type { Frame } from "../image-file.ts";

/** Frames that lie in one regular grid, at least in some of its planes. */
export interface Layout {
  readonly grid: Grid;
  /** The plane (k) of each frame. */
  readonly planes: readonly number[];
}

const samePlaneMm = 1e-3;
/** A plane may lie off its place by this part of the distance of planes, a frame by this part of a pixel. */
const tolerance = 0.05;
const mostPlanes = 20_000;

/**
 * The grid of the frames of a segmentation. Empty frames are often left out, so planes without a frame are expected; the distance of planes
 * is the one that is really there, not the one that a header states, unless only every n-th plane has a frame.
 * @param statedMm Spacing Between Slices (0018,0088); taken alone only where all frames lie in one plane
 * @returns why not, when frames lie in no such grid
 */
export function layoutOf(frames: readonly Frame[], columns: number, rows: number, statedMm: number | null): Layout | Reason {
  const [first] = frames;
  const { positionMm: at, rowDirection: i, columnDirection: j, pixelSpacingMm: spacing } = first ?? {};
  if (!at || !i || !j || !spacing) return reason("seg.no-geometry");
  const normal = cross(i, j);
  const heights: number[] = [];
  for (const { positionMm, rowDirection, columnDirection, pixelSpacingMm } of frames) {
    if (!positionMm || !rowDirection || !columnDirection || !pixelSpacingMm) return reason("seg.no-geometry");
    const offset: Vector3 = [positionMm[0] - at[0], positionMm[1] - at[1], positionMm[2] - at[2]];
    const shifted = Math.abs(dot(offset, i)) > tolerance * spacing[0] || Math.abs(dot(offset, j)) > tolerance * spacing[1];
    const turned = dot(rowDirection, i) < 1 - 1e-6 || dot(columnDirection, j) < 1 - 1e-6;
    const scaled = [0, 1].some((axis) => Math.abs(pixelSpacingMm[axis]! / spacing[axis]! - 1) > 1e-4);
    if (shifted || turned || scaled) return reason("seg.mixed-geometry");
    heights.push(dot(offset, normal));
  }
  const sorted = heights.toSorted((a, b) => a - b).filter((height, n, all) => n === 0 || height - all[n - 1]! > samePlaneMm);
  const lowest = sorted[0]!;
  const gaps = sorted.slice(1).map((height, n) => height - sorted[n]!);
  const stepMm = gaps.length === 0 ? statedMm : regularStep(gaps, statedMm);
  if (stepMm === null) return reason(gaps.length === 0 ? "seg.one-plane" : "seg.irregular-planes");
  const planes = heights.map((height) => Math.round((height - lowest) / stepMm));
  return {
    grid: grid({
      size: [columns, rows, Math.max(...new Set(planes)) + 1],
      spacingMm: [spacing[0], spacing[1], stepMm],
      origin: patientPoint(at[0] + lowest * normal[0], at[1] + lowest * normal[1], at[2] + lowest * normal[2]),
      directions: [i, j, normal],
    }),
    planes,
  };
}

/** The distance of which all gaps are whole multiples; null when there is none. */
function regularStep(gaps: readonly number[], statedMm: number | null): number | null {
  const smallest = gaps.reduce((least, gap) => Math.min(least, gap));
  const isStated = statedMm !== null && isMultiple(smallest / statedMm);
  const guess = isStated ? statedMm : smallest;
  const steps = gaps.map((gap) => Math.round(gap / guess));
  const total = steps.reduce((sum, step) => sum + step, 0);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / total;
  return total < mostPlanes && gaps.every((gap, n) => Math.abs(gap / mean - steps[n]!) <= tolerance) ? mean : null;
}

const isMultiple = (ratio: number): boolean => ratio > 1 - tolerance && Math.abs(ratio - Math.round(ratio)) <= tolerance;
