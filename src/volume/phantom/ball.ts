import type { PatientPoint, Vector3 } from "../space.ts";
import type { Volume } from "../volume.ts";
import { paint } from "./paint.ts";
import { ballShape, ellipsoidShape, tubeShape } from "./shape.ts";

/**
 * Puts a ball into a volume with partial-volume edges, in place. With `blurMm` the ball is convolved with a Gaussian of that sigma
 * (a scanner's point spread), which moves none of its mass.
 * @returns the volume painted, mm³ (πd³/6 within 1 % when it lies inside the grid and is some voxels wide)
 * @throws RangeError when the diameter is not positive
 */
export function addBall(
  volume: Volume,
  ball: { readonly centerMm: PatientPoint; readonly diameterMm: number; readonly hu: number; readonly blurMm?: number },
): number {
  const edge = ball.blurMm ? { edge: blurredBallEdge(ball.diameterMm / 2, ball.blurMm) } : {};
  return paint(volume, ballShape(ball.centerMm, ball.diameterMm), ball.hu, edge);
}

/**
 * A ball of radius R convolved with an isotropic Gaussian of sigma s, by the distance d = ρ − R from its surface:
 * ½[erf((R−ρ)/√2s) + erf((R+ρ)/√2s)] − s/(ρ√2π)·[exp(−(ρ−R)²/2s²) − exp(−(ρ+R)²/2s²)].
 */
function blurredBallEdge(radiusMm: number, sigmaMm: number): { reachMm: number; filled: (distanceMm: number) => number } {
  const gaussian = (mm: number): number => Math.exp((-mm * mm) / (2 * sigmaMm * sigmaMm));
  const filled = (distanceMm: number): number => {
    const rho = Math.max(distanceMm + radiusMm, 1e-3 * sigmaMm);
    const slope = (sigmaMm / (rho * Math.sqrt(2 * Math.PI))) * (gaussian(rho - radiusMm) - gaussian(rho + radiusMm));
    return normalBelow((radiusMm - rho) / sigmaMm) + normalBelow((radiusMm + rho) / sigmaMm) - 1 - slope;
  };
  return { reachMm: 4 * sigmaMm, filled };
}

/** The normal distribution function by Zelen & Severo's fit (Abramowitz & Stegun 26.2.17, error < 7.5e-8). */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    0.3989422804014327 *
    Math.exp((-z * z) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}

/** As addBall, for an ellipsoid of three radii along `axes` (orthogonal unit vectors; the LPS axes when left out). */
export function addEllipsoid(
  volume: Volume,
  ellipsoid: {
    readonly hu: number;
    readonly centerMm: PatientPoint;
    readonly radiiMm: Vector3;
    readonly axes?: readonly [Vector3, Vector3, Vector3];
  },
): number {
  return paint(volume, ellipsoidShape(ellipsoid.centerMm, ellipsoid.radiiMm, ellipsoid.axes), ellipsoid.hu);
}

/** As addBall, for a round-ended tube between two points, tapering to `endDiameterMm` when given. */
export function addTube(
  volume: Volume,
  tube: {
    readonly hu: number;
    readonly fromMm: PatientPoint;
    readonly toMm: PatientPoint;
    readonly diameterMm: number;
    readonly endDiameterMm?: number;
  },
): number {
  return paint(volume, tubeShape(tube.fromMm, tube.toMm, tube.diameterMm, tube.endDiameterMm), tube.hu);
}
