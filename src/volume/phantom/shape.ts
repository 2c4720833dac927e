import type { PatientPoint, Vector3 } from "../space.ts";

/** A solid in patient space whose edge can be asked for anywhere. */
export interface Shape {
  /** Corners of a box (LPS mm) outside of which `distanceMm` is positive. */
  readonly lo: Vector3;
  readonly hi: Vector3;
  /**
   * Negative inside, positive outside, 0 on the surface; changes by at most 1 mm a mm (so it never exceeds the true distance to the
   * surface, and a block whose middle is further from 0 than its half diagonal holds no edge).
   */
  readonly distanceMm: (x: number, y: number, z: number) => number;
}

const positive = (name: string, mm: number): number => {
  if (!(mm > 0 && Number.isFinite(mm))) throw new RangeError(`${name} must be positive, got ${mm}`);
  return mm;
};

/** @throws RangeError when the diameter is not positive and finite */
export function ballShape(centerMm: PatientPoint, diameterMm: number): Shape {
  const r = positive("diameterMm", diameterMm) / 2;
  const [cx, cy, cz] = centerMm;
  return {
    lo: [cx - r, cy - r, cz - r],
    hi: [cx + r, cy + r, cz + r],
    distanceMm: (x, y, z) => Math.sqrt((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2) - r,
  };
}

/**
 * An ellipsoid along `axes` (orthogonal unit vectors; LPS axes when left out).
 * Its distance is (|p/r| − 1)·min r: exact on the surface, too short away from it.
 * @throws RangeError when a radius is not positive and finite
 */
export function ellipsoidShape(centerMm: PatientPoint, radiiMm: Vector3, axes?: readonly [Vector3, Vector3, Vector3]): Shape {
  for (const mm of radiiMm) positive("radiiMm", mm);
  const [cx, cy, cz] = centerMm;
  const [a, b, c] = axes ?? [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const least = Math.min(...radiiMm);
  const [ra, rb, rc] = radiiMm;
  const reach = (axis: 0 | 1 | 2): number => Math.hypot(a[axis] * ra, b[axis] * rb, c[axis] * rc);
  const [ex, ey, ez] = [reach(0), reach(1), reach(2)];
  return {
    lo: [cx - ex, cy - ey, cz - ez],
    hi: [cx + ex, cy + ey, cz + ez],
    distanceMm: (x, y, z) => {
      const dx = x - cx;
      const dy = y - cy;
      const dz = z - cz;
      const u = (dx * a[0] + dy * a[1] + dz * a[2]) / ra;
      const v = (dx * b[0] + dy * b[1] + dz * b[2]) / rb;
      const w = (dx * c[0] + dy * c[1] + dz * c[2]) / rc;
      return (Math.sqrt(u * u + v * v + w * w) - 1) * least;
    },
  };
}

/**
 * A tube with round ends between two points: all that lies within the radius of the line between them, the radius going evenly from
 * one end's to the other's.
 * @throws RangeError when a diameter is not positive and finite
 */
export function tubeShape(fromMm: PatientPoint, toMm: PatientPoint, diameterMm: number, endDiameterMm: number = diameterMm): Shape {
  const r0 = positive("diameterMm", diameterMm) / 2;
  const r1 = positive("endDiameterMm", endDiameterMm) / 2;
  const [x0, y0, z0] = fromMm;
  const dx = toMm[0] - x0;
  const dy = toMm[1] - y0;
  const dz = toMm[2] - z0;
  const length2 = dx * dx + dy * dy + dz * dz;
  const slope = r1 - r0;
  const shrink = length2 > 0 ? 1 / Math.sqrt(1 + (slope * slope) / length2) : 1;
  return {
    lo: [Math.min(x0 - r0, toMm[0] - r1), Math.min(y0 - r0, toMm[1] - r1), Math.min(z0 - r0, toMm[2] - r1)],
    hi: [Math.max(x0 + r0, toMm[0] + r1), Math.max(y0 + r0, toMm[1] + r1), Math.max(z0 + r0, toMm[2] + r1)],
    distanceMm: (x, y, z) => {
      const px = x - x0;
      const py = y - y0;
      const pz = z - z0;
      const along = length2 > 0 ? (px * dx + py * dy + pz * dz) / length2 : 0;
      const t = Math.min(1, Math.max(0, along));
      const ux = px - t * dx;
      const uy = py - t * dy;
      const uz = pz - t * dz;
      return (Math.sqrt(ux * ux + uy * uy + uz * uz) - (r0 + t * slope)) * shrink;
    },
  };
}
