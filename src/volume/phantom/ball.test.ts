import { expect, test } from "vitest";
import { axialGrid, grid, voxelCount } from "../grid.ts";
import { patientPoint } from "../space.ts";
import { type Volume, volume } from "../volume.ts";
import { addBall, addEllipsoid, addTube } from "./ball.ts";

const air = (): Volume => {
  const g = axialGrid([60, 60, 44], [0.7, 0.7, 1], patientPoint(-21, -21, -22));
  return volume(g, new Int16Array(voxelCount(g)).fill(-1000));
};
const filledMm3 = (v: Volume, hu: number): number => {
  let sum = 0;
  for (const value of v.data) sum += (value + 1000) / (hu + 1000);
  return sum * 0.7 * 0.7;
};

test("a ball holds πd³/6 within 1 %, off the voxel centres and blurred too", () => {
  for (const diameterMm of [4, 7.3, 20]) {
    for (const blur of [{}, { blurMm: 0.6 }]) {
      const v = air();
      const painted = addBall(v, { centerMm: patientPoint(0.31, -0.22, 0.4), diameterMm, hu: 40, ...blur });
      const expected = (Math.PI * diameterMm ** 3) / 6;
      expect(Math.abs(painted / expected - 1)).toBeLessThan(0.01);
      expect(Math.abs(filledMm3(v, 40) / expected - 1)).toBeLessThan(0.01);
    }
  }
});

test("an ellipsoid and a tube hold their analytic volumes within 1 %", () => {
  const v = air();
  addEllipsoid(v, {
    centerMm: patientPoint(1, 2, -1),
    radiiMm: [9, 5, 7],
    axes: [
      [0.6, 0.8, 0],
      [-0.8, 0.6, 0],
      [0, 0, 1],
    ],
    hu: 40,
  });
  expect(Math.abs(filledMm3(v, 40) / ((4 / 3) * Math.PI * 9 * 5 * 7) - 1)).toBeLessThan(0.01);
  const w = air();
  addTube(w, { fromMm: patientPoint(-10, -3, -8), toMm: patientPoint(8, 4, 9), diameterMm: 6, hu: 40 });
  const lengthMm = Math.hypot(18, 7, 17);
  expect(Math.abs(filledMm3(w, 40) / (Math.PI * 9 * lengthMm + 36 * Math.PI) - 1)).toBeLessThan(0.01);
});

test("a ball in a turned grid lies where it was put", () => {
  const c = Math.cos(0.3);
  const s = Math.sin(0.3);
  const g = grid({
    size: [50, 50, 50],
    spacingMm: [0.8, 0.8, 0.8],
    origin: patientPoint(-20, -20, -20),
    directions: [
      [c, s, 0],
      [-s, c, 0],
      [0, 0, -1],
    ],
  });
  const v = volume(g, new Int16Array(voxelCount(g)).fill(-1000));
  // The middle of the grid, in the patient: origin + 20 mm along each direction.
  addBall(v, { centerMm: patientPoint(-20 + 20 * (c - s), -20 + 20 * (s + c), -40), diameterMm: 10, hu: 40 });
  let [sum, i, j, k] = [0, 0, 0, 0];
  v.data.forEach((value, index) => {
    const weight = value + 1000;
    sum += weight;
    i += weight * (index % 50);
    j += weight * (Math.floor(index / 50) % 50);
    k += weight * Math.floor(index / 2500);
  });
  for (const middle of [i / sum, j / sum, k / sum]) expect(middle).toBeCloseTo(25, 2);
});

test("a diameter that is not positive is refused", () => {
  expect(() => addBall(air(), { centerMm: patientPoint(0, 0, 0), diameterMm: 0, hu: 40 })).toThrow(RangeError);
  expect(() => addTube(air(), { fromMm: patientPoint(0, 0, 0), toMm: patientPoint(1, 0, 0), diameterMm: Number.NaN, hu: 40 })).toThrow(
    RangeError,
  );
});
