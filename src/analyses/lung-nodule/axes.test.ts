import { expect, test } from "vitest";
import { axialGrid } from "../../volume/grid.ts";
import { distanceBetween, patientPoint } from "../../volume/space.ts";
import { axesIn } from "./axes.ts";
import type { Outline } from "./outline.ts";

/** An outline whose inside is an ellipsoid turned about the head axis, on a grid of .5 mm. */
function ellipsoid(radiiMm: readonly [number, number, number], turnDegrees: number): Outline {
  const n = 61;
  const grid = axialGrid([n, n, n], [0.5, 0.5, 0.5], patientPoint(-15, -15, -15));
  const inside = new Float32Array(n ** 3);
  const [c, s] = [Math.cos((turnDegrees * Math.PI) / 180), Math.sin((turnDegrees * Math.PI) / 180)];
  for (let index = 0; index < inside.length; index++) {
    const [x, y, z] = [(index % n) / 2 - 15, (Math.floor(index / n) % n) / 2 - 15, Math.floor(index / (n * n)) / 2 - 15];
    inside[index] = 1 - Math.hypot((x * c + y * s) / radiiMm[0], (y * c - x * s) / radiiMm[1], z / radiiMm[2]);
  }
  return { inside: { grid, data: inside } } as unknown as Outline;
}

test.each([0, 30, 73])("the axes of an ellipsoid turned by %d° are its own, within .05 mm", (turn) => {
  const axial = axesIn("axial", ellipsoid([9, 5, 4], turn))!;
  expect(axial.longAxisMm).toBeCloseTo(18, 1);
  expect(axial.shortAxisMm).toBeCloseTo(10, 1);
  expect(axial.meanDiameterMm).toBeCloseTo(14, 1);
  expect(axial.areaMm2 / (Math.PI * 45)).toBeCloseTo(1, 1);
});

test("coronal and sagittal planes hold the head axis", () => {
  const outline = ellipsoid([4, 6, 10], 0);
  const [coronal, sagittal] = [axesIn("coronal", outline)!, axesIn("sagittal", outline)!];
  expect([coronal.longAxisMm, coronal.shortAxisMm].map((mm) => Math.round(mm * 10) / 10)).toEqual([20, 8]);
  expect([sagittal.longAxisMm, sagittal.shortAxisMm].map((mm) => Math.round(mm * 10) / 10)).toEqual([20, 12]);
});

test("the ends of both axes lie as far apart as the axes are long, at right angles, in one slice", () => {
  const { longAxis, shortAxis, longAxisMm, shortAxisMm } = axesIn("axial", ellipsoid([9, 5, 4], 30))!;
  expect(distanceBetween(longAxis.from, longAxis.to)).toBeCloseTo(longAxisMm, 6);
  expect(distanceBetween(shortAxis.from, shortAxis.to)).toBeCloseTo(shortAxisMm, 6);
  const along = [0, 1, 2].reduce((sum, p) => sum + (longAxis.to[p]! - longAxis.from[p]!) * (shortAxis.to[p]! - shortAxis.from[p]!), 0);
  expect(along).toBeCloseTo(0, 6);
  expect(new Set([longAxis.from[2], longAxis.to[2], shortAxis.from[2], shortAxis.to[2]]).size).toBe(1);
});

test("nothing inside has no axes", () => {
  const grid = axialGrid([5, 5, 5], [1, 1, 1], patientPoint(0, 0, 0));
  expect(axesIn("axial", { inside: { grid, data: new Float32Array(125).fill(-1) } } as unknown as Outline)).toBeNull();
});
