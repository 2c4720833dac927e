import { cross, dot, type PatientPoint, type Vector3 } from "../space.ts";
import type { Solid } from "./fill.ts";
import { ellipsoidShape, tubeShape } from "./shape.ts";

const point = (at: Vector3): PatientPoint => at as unknown as PatientPoint;

/** A tube of radii in mm between two places. */
export const tube = (from: Vector3, to: Vector3, radiusMm: number, endRadiusMm: number = radiusMm): Solid =>
  tubeShape(point(from), point(to), 2 * radiusMm, 2 * endRadiusMm);

/** Tubes through all places in turn, as one solid a piece. */
export function tubes(path: readonly Vector3[], radiusMm: number, endRadiusMm: number = radiusMm): Solid[] {
  const pieces = path.length - 1;
  const radiusAt = (step: number): number => radiusMm + ((endRadiusMm - radiusMm) * step) / pieces;
  return path.slice(1).map((to, step) => tube(path[step]!, to, radiusAt(step), radiusAt(step + 1)));
}

/** An ellipsoid whose long axis lies along `along`; radii: along it, across it nearly horizontally, across both. */
export function ellipsoid(center: Vector3, radiiMm: Vector3, along: Vector3 = [1, 0, 0]): Solid {
  const axes = frameAlong(along);
  const rough = ellipsoidShape(point(center), radiiMm, axes);
  const [a, b, c] = axes;
  const [ra, rb, rc] = radiiMm;
  const edgeMm = (x: number, y: number, z: number): number => {
    const dx = x - center[0];
    const dy = y - center[1];
    const dz = z - center[2];
    const u = (dx * a[0] + dy * a[1] + dz * a[2]) / ra;
    const v = (dx * b[0] + dy * b[1] + dz * b[2]) / rb;
    const w = (dx * c[0] + dy * c[1] + dz * c[2]) / rc;
    const k = Math.sqrt(u * u + v * v + w * w);
    const slope = Math.sqrt((u * u) / (ra * ra) + (v * v) / (rb * rb) + (w * w) / (rc * rc));
    return slope > 0 ? (k * (k - 1)) / slope : -Math.min(ra, rb, rc);
  };
  return { ...rough, edgeMm };
}

/** Orthogonal unit vectors, the first along the given one, the second as level as can be. */
function frameAlong(along: Vector3): [Vector3, Vector3, Vector3] {
  const a = unit(along);
  const b: Vector3 = Math.abs(a[2]) > 0.99 ? [1, 0, 0] : unit([-a[1], a[0], 0]);
  const bb = unit([b[0] - a[0] * dot(a, b), b[1] - a[1] * dot(a, b), b[2] - a[2] * dot(a, b)]);
  return [a, bb, cross(a, bb)];
}

export const add = (a: Vector3, b: Vector3, times = 1): Vector3 => [a[0] + b[0] * times, a[1] + b[1] * times, a[2] + b[2] * times];
export const unit = (a: Vector3): Vector3 => {
  const length = Math.hypot(...a);
  return [a[0] / length, a[1] / length, a[2] / length];
};

/** What lies inside either; the joint is rounded over `roundMm`. Distances are negative inside. */
export function either(a: number, b: number, roundMm: number): number {
  const near = Math.max(0, roundMm - Math.abs(a - b));
  return Math.min(a, b) - (near * near) / (4 * roundMm);
}

/** What lies inside both; the edge is rounded over `roundMm`. */
export const both = (a: number, b: number, roundMm: number): number => -either(-a, -b, roundMm);
