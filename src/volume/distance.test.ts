import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { squaredDistanceMm2 } from "./distance.ts";
import { axialGrid } from "./grid.ts";
import { patientPoint, type Vector3 } from "./space.ts";
import { type Mask, volume } from "./volume.ts";

function randomMask(size: Vector3, spacingMm: Vector3, fraction: number, seed: number): Mask {
  const random = seededRandom(seed);
  const data = Uint8Array.from({ length: size[0] * size[1] * size[2] }, () => (random.uniform() < fraction ? 1 : 0));
  return volume(axialGrid(size, spacingMm, patientPoint(0, 0, 0)), data);
}

function bruteForce(mask: Mask, source: number): Float64Array {
  const [ni, nj] = mask.grid.size;
  const [hx, hy, hz] = mask.grid.spacingMm;
  const place = (at: number): Vector3 => [(at % ni) * hx, (Math.floor(at / ni) % nj) * hy, Math.floor(at / (ni * nj)) * hz];
  const sources = Array.from(mask.data.keys()).filter((at) => mask.data[at] === source);
  return Float64Array.from(mask.data, (_, at) => {
    const [x, y, z] = place(at);
    return sources.reduce((least, other) => {
      const [a, b, c] = place(other);
      return Math.min(least, (x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2);
    }, Number.POSITIVE_INFINITY);
  });
}

test("distances are those to the nearest of all voxels, with each axis's own spacing, to the mask and to its outside", () => {
  for (const [seed, fraction] of [0.002, 0.02, 0.3, 0.95, 0.998].entries()) {
    for (const size of [
      [19, 13, 9],
      [7, 1, 21],
      [1, 1, 30],
    ] as const) {
      const mask = randomMask(size, [0.7, 0.9, 2.5], fraction, seed);
      for (const [to, source] of [
        ["inside", 1],
        ["outside", 0],
      ] as const) {
        const found = squaredDistanceMm2(mask, to);
        const wanted = bruteForce(mask, source);
        for (let at = 0; at < wanted.length; at++) {
          if (wanted[at] === Number.POSITIVE_INFINITY) expect(found[at]).toBe(Number.POSITIVE_INFINITY);
          else expect(Math.abs(found[at]! - wanted[at]!)).toBeLessThanOrEqual(1e-5 * wanted[at]!);
        }
      }
    }
  }
});

test("with nothing to be near to, every distance is infinite", () => {
  const empty = randomMask([4, 5, 6], [1, 1, 1], 0, 1);
  expect(squaredDistanceMm2(empty, "inside").every((value) => value === Number.POSITIVE_INFINITY)).toBe(true);
  expect(squaredDistanceMm2(empty, "outside").every((value) => value === 0)).toBe(true);
});
