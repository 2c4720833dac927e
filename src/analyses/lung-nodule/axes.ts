import { toPatient } from "../../volume/grid.ts";
import { type PatientPoint, voxelPoint } from "../../volume/space.ts";
import type { Outline } from "./outline.ts";

export type Plane = "axial" | "coronal" | "sagittal";

export interface Axis {
  readonly from: PatientPoint;
  readonly to: PatientPoint;
}

/** Long and short axis of an outline in one plane, both in the same slice. */
export interface PlaneAxes {
  readonly plane: Plane;
  readonly longAxisMm: number;
  readonly shortAxisMm: number;
  readonly meanDiameterMm: number;
  readonly longAxis: Axis;
  readonly shortAxis: Axis;
  /** Area of the outline in that slice. */
  readonly areaMm2: number;
}

/** A contour as unordered line segments x0 y0 x1 y1 …, in voxels of the slice. */
type Segments = readonly number[];

/** What a plane's two axes and its normal are on an outline's box (0 left, 1 back, 2 head). */
const planes: Readonly<Record<Plane, readonly [number, number, number]>> = { axial: [0, 1, 2], coronal: [0, 2, 1], sagittal: [1, 2, 0] };

interface Slice {
  readonly at: number;
  readonly values: Float32Array;
  readonly n: number;
  readonly area: number;
}

function sliceAt(inside: Float32Array, n: number, plane: Plane, at: number): Slice {
  const stride = [1, n, n * n];
  const [u, v, w] = planes[plane].map((axis) => stride[axis]!) as [number, number, number];
  const values = new Float32Array(n * n);
  let area = 0;
  for (let b = 0; b < n; b++) {
    for (let a = 0; a < n; a++) {
      const value = inside[a * u + b * v + at * w]!;
      values[a + n * b] = value;
      if (value > 0) area++;
    }
  }
  return { at, values, n, area };
}

/** Where the values cross 0, by marching squares with linear interpolation (Lorensen & Cline 1987 in two dimensions). */
function contourOf({ values, n }: Slice): Segments {
  const segments: number[] = [];
  for (let b = 0; b + 1 < n; b++) {
    for (let a = 0; a + 1 < n; a++) {
      const [p, q, r, s] = [values[a + n * b]!, values[a + 1 + n * b]!, values[a + 1 + n * (b + 1)]!, values[a + n * (b + 1)]!];
      const crossings: number[] = [];
      if (p > 0 !== q > 0) crossings.push(a + p / (p - q), b);
      if (q > 0 !== r > 0) crossings.push(a + 1, b + q / (q - r));
      if (r > 0 !== s > 0) crossings.push(a + s / (s - r), b + 1);
      if (s > 0 !== p > 0) crossings.push(a, b + p / (p - s));
      if (crossings.length === 4) segments.push(...crossings);
      else if (crossings.length === 8) {
        // A saddle: the middle's sign says which corners belong together.
        const joined = p + q + r + s > 0 === p > 0;
        const order = joined ? [0, 1, 2, 3] : [3, 0, 1, 2];
        for (const corner of order) segments.push(crossings[2 * corner]!, crossings[2 * corner + 1]!);
      }
    }
  }
  return segments;
}

/** Corners of the convex hull of a contour's points (Andrew 1979). */
function hullOf(segments: Segments): [number, number][] {
  const points: [number, number][] = [];
  for (let t = 0; t < segments.length; t += 2) points.push([segments[t]!, segments[t + 1]!]);
  points.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (sorted: [number, number][]): [number, number][] => {
    const chain: [number, number][] = [];
    for (const point of sorted) {
      while (chain.length >= 2) {
        const [a, b] = [chain[chain.length - 2]!, chain[chain.length - 1]!];
        if ((b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(points), ...half(points.toReversed())];
}

type Pair = readonly [number, number, number, number];

/** The two points of a contour that lie farthest apart. */
function longest(segments: Segments): { pair: Pair; length: number } {
  const hull = hullOf(segments);
  let pair: Pair = [0, 0, 0, 0];
  let length = 0;
  for (let s = 0; s < hull.length; s++) {
    for (let t = s + 1; t < hull.length; t++) {
      const [a, b] = [hull[s]!, hull[t]!];
      const apart = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (apart > length) {
        length = apart;
        pair = [a[0], a[1], b[0], b[1]];
      }
    }
  }
  return { pair, length };
}

/** The longest extent of a contour perpendicular to a line: between its outermost crossings with lines across, a tenth of a voxel apart. */
function across(segments: Segments, [x0, y0, x1, y1]: Pair, length: number): { pair: Pair; length: number } {
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const count = Math.max(2, Math.ceil(length * 10));
  const low = new Float64Array(count + 1).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(count + 1).fill(Number.NEGATIVE_INFINITY);
  for (let t = 0; t < segments.length; t += 4) {
    const [ax, ay, bx, by] = [segments[t]! - x0, segments[t + 1]! - y0, segments[t + 2]! - x0, segments[t + 3]! - y0];
    const along = [(ax * ux + ay * uy) * (count / length), (bx * ux + by * uy) * (count / length)] as const;
    const side = [ay * ux - ax * uy, by * ux - bx * uy] as const;
    const first = Math.max(0, Math.ceil(Math.min(along[0], along[1])));
    const last = Math.min(count, Math.floor(Math.max(along[0], along[1])));
    for (let step = first; step <= last; step++) {
      const share = along[0] === along[1] ? 0 : (step - along[0]) / (along[1] - along[0]);
      const value = side[0] + (side[1] - side[0]) * share;
      low[step] = Math.min(low[step]!, value);
      high[step] = Math.max(high[step]!, value);
    }
  }
  let best = 0;
  for (let step = 1; step <= count; step++) if (high[step]! - low[step]! > high[best]! - low[best]!) best = step;
  const along = (best / count) * length;
  const end = (side: number): [number, number] => [x0 + ux * along - uy * side, y0 + uy * along + ux * side];
  return { pair: [...end(low[best]!), ...end(high[best]!)], length: high[best]! - low[best]! };
}

/** Slices with at least this share of the largest area are looked at: a vessel's stub at the end does not decide. */
const areaShare = 0.7;

/**
 * Long and short axis in one plane: the largest distance between two points of the contour, on the slice where it is largest (among slices
 * with at least .7 of the largest area), and the longest extent perpendicular to it on the same slice. The contour is drawn between voxels.
 * Mean diameter = (long + short) / 2, as Lung-RADS 2022 and the Fleischner Society (Bankier et al., Radiology 2017;285:584) measure.
 * The planes are those of the volume nearest to the patient's.
 */
export function axesIn(plane: Plane, outline: Outline): PlaneAxes | null {
  const { grid, data } = outline.inside;
  const n = grid.size[0];
  const h = grid.spacingMm[0];
  const slices = Array.from({ length: n }, (_, at) => sliceAt(data, n, plane, at)).filter(({ area }) => area > 0);
  const largest = slices.reduce((most, { area }) => Math.max(most, area), 0);
  let best: { slice: Slice; contour: Segments; pair: Pair; length: number } | null = null;
  for (const slice of slices) {
    if (slice.area < areaShare * largest) continue;
    const contour = contourOf(slice);
    const found = longest(contour);
    if (best === null || found.length > best.length) best = { slice, contour, ...found };
  }
  if (best === null || best.length === 0) return null;
  const short = across(best.contour, best.pair, best.length);
  const { at, area } = best.slice;
  const toPoint = (u: number, v: number): PatientPoint => {
    const place = [0, 0, 0];
    const [a, b, c] = planes[plane];
    place[a] = u;
    place[b] = v;
    place[c] = at;
    return toPatient(grid, voxelPoint(place[0]!, place[1]!, place[2]!));
  };
  const axis = ([x0, y0, x1, y1]: Pair): Axis => ({ from: toPoint(x0, y0), to: toPoint(x1, y1) });
  return {
    plane,
    longAxisMm: best.length * h,
    shortAxisMm: short.length * h,
    meanDiameterMm: ((best.length + short.length) / 2) * h,
    longAxis: axis(best.pair),
    shortAxis: axis(short.pair),
    areaMm2: area * h * h,
  };
}
