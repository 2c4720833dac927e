import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { axialGrid, voxelVolumeMm3 } from "./grid.ts";
import { close, dilate, erode, open } from "./morphology.ts";
import { closeSlices, rollingBallClose } from "./rolling-ball.ts";
import { patientPoint, type Vector3 } from "./space.ts";
import { ballVolumeMm3 } from "./sphere.ts";
import { type Mask, volume } from "./volume.ts";

const spacingMm = [0.7, 0.8, 1.5] as const;

function maskOf(size: Vector3, isIn: (i: number, j: number, k: number) => boolean): Mask {
  const data = new Uint8Array(size[0] * size[1] * size[2]);
  for (let at = 0; at < data.length; at++) {
    if (isIn(at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / (size[0] * size[1])))) data[at] = 1;
  }
  return volume(axialGrid(size, spacingMm, patientPoint(0, 0, 0)), data);
}

function randomMask(fraction: number, seed: number): Mask {
  const random = seededRandom(seed);
  return maskOf([15, 14, 11], () => random.uniform() < fraction);
}

/** Every voxel with a voxel of value `source` within the radius. */
function near(mask: Mask, radiusMm: number, source: number): number[] {
  const [ni, nj, nk] = mask.grid.size;
  return Array.from(mask.data, (_, at) => {
    const [i, j, k] = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    for (let z = 0; z < nk; z++)
      for (let y = 0; y < nj; y++)
        for (let x = 0; x < ni; x++) {
          if (mask.data[x + ni * (y + nj * z)] !== source) continue;
          if (Math.hypot((x - i) * spacingMm[0], (y - j) * spacingMm[1], (z - k) * spacingMm[2]) <= radiusMm + 1e-6) return 1;
        }
    return 0;
  });
}

const list = (mask: Mask): number[] => Array.from(mask.data);
const isWithin = (a: Mask, b: Mask): boolean => a.data.every((value, at) => value <= b.data[at]!);

test("dilation and erosion are those of the ball by its definition", () => {
  for (const radiusMm of [0, 0.7, 1.5, 2.1, 2.9]) {
    const sparse = randomMask(0.01, 2);
    const dense = randomMask(0.99, 3);
    expect(list(dilate(sparse, radiusMm))).toEqual(near(sparse, radiusMm, 1));
    expect(list(erode(dense, radiusMm))).toEqual(near(dense, radiusMm, 0).map((value) => 1 - value));
  }
});

test("a large volume cut into slabs gives what one slab gives", () => {
  const big = maskOf([300, 300, 130], (i, j, k) => (i * 7 + j * 13 + k * 29) % 997 === 0);
  const whole = dilate(big, 3.1);
  const [ni, nj] = big.grid.size;
  const plane = ni * nj;
  // Slabs change at slice 93; slices 80 … 110 alone, with their margin, are one slab.
  const part = dilate(volume({ ...big.grid, size: [ni, nj, 30] }, big.data.slice(80 * plane, 110 * plane)), 3.1);
  expect(Buffer.compare(Buffer.from(part.data.slice(3 * plane, 27 * plane)), Buffer.from(whole.data.slice(83 * plane, 107 * plane)))).toBe(
    0,
  );
});

test("closing only adds, opening only takes, and twice is once, at the edges too", () => {
  for (const [seed, fraction] of [0.02, 0.1, 0.5, 0.9].entries()) {
    const mask = randomMask(fraction, seed);
    for (const radiusMm of [1, 2.2, 4]) {
      for (const closing of [close, rollingBallClose, closeSlices]) {
        const closed = closing(mask, radiusMm);
        expect(isWithin(mask, closed)).toBe(true);
        expect(list(closing(closed, radiusMm))).toEqual(list(closed));
      }
      const opened = open(mask, radiusMm);
      expect(isWithin(opened, mask)).toBe(true);
      expect(list(open(opened, radiusMm))).toEqual(list(opened));
    }
  }
});

test("the rolling ball within the mask's own surroundings closes as over the whole grid", () => {
  const random = seededRandom(9);
  const mask = maskOf([40, 36, 24], (i, j, k) => i > 12 && i < 24 && j > 10 && j < 25 && k > 8 && k < 16 && random.uniform() < 0.2);
  expect(list(rollingBallClose(mask, 3))).toEqual(list(close(mask, 3)));
});

test("a ball grown from one voxel has a ball's volume", () => {
  const mask = maskOf([61, 61, 41], (i, j, k) => i === 30 && j === 30 && k === 20);
  const grown = dilate(mask, 15).data.reduce((sum, value) => sum + value, 0) * voxelVolumeMm3(mask.grid);
  expect(Math.abs(grown / ballVolumeMm3(30) - 1)).toBeLessThan(0.01);
});

test("the rolling ball fills a dent narrower than itself and leaves a bay wider than itself", () => {
  const half = maskOf([60, 60, 30], (i) => i < 30);
  const dented = (radiusMm: number): Mask => {
    const centre: Vector3 = [30 * spacingMm[0], 30 * spacingMm[1], 15 * spacingMm[2]];
    const data = half.data.map((value, at) => {
      const [i, j, k] = [at % 60, Math.floor(at / 60) % 60, Math.floor(at / 3600)];
      return Math.hypot(i * spacingMm[0] - centre[0], j * spacingMm[1] - centre[1], k * spacingMm[2] - centre[2]) < radiusMm ? 0 : value;
    });
    return volume(half.grid, data);
  };
  const missing = (mask: Mask): number => half.data.reduce((sum, value, at) => sum + (value > mask.data[at]! ? 1 : 0), 0);
  // Over a mouth of 4 mm radius a ball of 24 mm sags by 0.3 mm, less than half a voxel.
  const narrow = dented(4);
  expect(missing(narrow)).toBeGreaterThan(100);
  expect(missing(rollingBallClose(narrow, 24))).toBeLessThan(0.15 * missing(narrow));
  const wide = dented(14);
  expect(missing(rollingBallClose(wide, 3))).toBeGreaterThan(0.9 * missing(wide));
});

test("closing an empty mask is empty; a negative radius is refused", () => {
  const empty = randomMask(0, 1);
  expect(list(rollingBallClose(empty, 5))).toEqual(list(empty));
  expect(list(closeSlices(empty, 5))).toEqual(list(empty));
  expect(() => dilate(empty, -1)).toThrow(RangeError);
  expect(() => rollingBallClose(empty, Number.NaN)).toThrow(RangeError);
});
