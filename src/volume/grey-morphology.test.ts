import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { type GreyShape, greyClose, greyDilate, greyErode, greyOpen } from "./grey-morphology.ts";
import type { Vector3 } from "./space.ts";

const size: Vector3 = [23, 19, 11];
const random = seededRandom(1);
const data = Int16Array.from({ length: size[0] * size[1] * size[2] }, () => random.integer(3000) - 1000);

function bruteForce(radius: Vector3, shape: GreyShape, pick: (...values: number[]) => number): number[] {
  const isIn = (...offset: number[]): boolean =>
    shape === "box" || offset.reduce((sum, step, n) => sum + (step === 0 ? 0 : (step / radius[n as 0 | 1 | 2]) ** 2), 0) <= 1 + 1e-9;
  return Array.from(data, (value, at) => {
    const [i, j, k] = [at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / (size[0] * size[1]))];
    let found = value;
    for (let z = Math.max(0, k - radius[2]); z <= Math.min(size[2] - 1, k + radius[2]); z++)
      for (let y = Math.max(0, j - radius[1]); y <= Math.min(size[1] - 1, j + radius[1]); y++)
        for (let x = Math.max(0, i - radius[0]); x <= Math.min(size[0] - 1, i + radius[0]); x++)
          if (isIn(x - i, y - j, z - k)) found = pick(found, data[x + size[0] * (y + size[1] * z)]!);
    return found;
  });
}

test("erosion and dilation are the extremes under the box and under the ball", () => {
  const radii: Vector3[] = [
    [1, 1, 1],
    [3, 2, 1],
    [0, 4, 0],
    [5, 0, 2],
    [30, 3, 12],
  ];
  for (const radius of radii) {
    for (const shape of ["box", "ball"] as const) {
      expect(Array.from(greyErode(data, size, radius, shape)), `${radius} ${shape}`).toEqual(bruteForce(radius, shape, Math.min));
      expect(Array.from(greyDilate(data, size, radius, shape)), `${radius} ${shape}`).toEqual(bruteForce(radius, shape, Math.max));
    }
  }
});

test("opening only lowers, closing only raises, twice is once, and they are each other's mirror", () => {
  const negative = data.map((value) => -value);
  for (const shape of ["box", "ball"] as const) {
    const opened = greyOpen(data, size, [2, 1, 2], shape);
    const closed = greyClose(data, size, [2, 1, 2], shape);
    expect(opened.every((value, at) => value <= data[at]!)).toBe(true);
    expect(closed.every((value, at) => value >= data[at]!)).toBe(true);
    expect(Array.from(greyOpen(opened, size, [2, 1, 2], shape))).toEqual(Array.from(opened));
    expect(Array.from(greyClose(negative, size, [2, 1, 2], shape), (value) => 0 - value)).toEqual(Array.from(opened));
  }
});

test("a radius that is not whole and sizes that do not fit are refused", () => {
  expect(() => greyErode(data, size, [1.5, 1, 1])).toThrow(RangeError);
  expect(() => greyErode(data, [1, 2, 3], [1, 1, 1])).toThrow(RangeError);
});
