import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { allocateFloat32 } from "./allocate.ts";
import { gaussian, gaussianOn, gaussianReach } from "./gaussian.ts";
import { inlineThreads, type Threads } from "./threads.ts";

function noise(count: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => 100 * random.normal());
}

test("a single bright voxel becomes the product of three sampled, cut and normalised Gaussians", () => {
  const size = [41, 33, 37] as const;
  const sigma = [2.3, 1.1, 0.7] as const;
  const delta = new Float32Array(41 * 33 * 37);
  delta[20 + 41 * (16 + 33 * 18)] = 1;
  const smooth = gaussian(delta, size, sigma);
  const along = (n: number, axis: 0 | 1 | 2): number => {
    const reach = Math.floor(4 * sigma[axis] + 0.5);
    let sum = 0;
    for (let m = -reach; m <= reach; m++) sum += Math.exp(-(m * m) / (2 * sigma[axis] ** 2));
    return Math.abs(n) > reach ? 0 : Math.exp(-(n * n) / (2 * sigma[axis] ** 2)) / sum;
  };
  for (let k = 0; k < 37; k++)
    for (let j = 0; j < 33; j++)
      for (let i = 0; i < 41; i++)
        expect(Math.abs(smooth[i + 41 * (j + 33 * k)]! - along(i - 20, 0) * along(j - 16, 1) * along(k - 18, 2))).toBeLessThan(1e-7);
});

test("smoothing loses nothing: the sum stays, at reflecting edges too, and a constant stays a constant", () => {
  const data = noise(9 * 70 * 5, 1).map((value) => value + 500);
  const sum = data.reduce((total, value) => total + value, 0);
  const smooth = gaussian(data, [9, 70, 5], [1.5, 3, 2.5]);
  expect(Math.abs(smooth.reduce((total, value) => total + value, 0) / sum - 1)).toBeLessThan(1e-5);
  for (const value of gaussian(new Float32Array(9 * 70 * 5).fill(-850), [9, 70, 5], [1.5, 3, 2.5])) expect(value).toBeCloseTo(-850, 3);
});

test("a kernel longer than the volume reflects back and forth", () => {
  const smooth = gaussian(Float32Array.of(1, 0, 0), [3, 1, 1], [20, 0, 0]);
  for (const value of smooth) expect(value).toBeCloseTo(1 / 3, 3);
});

test("mirrored data give mirrored results along every axis", () => {
  const size = [67, 12, 9] as const;
  const data = noise(67 * 12 * 9, 2);
  const mirror = (of: Float32Array, axis: 0 | 1 | 2): Float32Array =>
    of.map((_, at) => {
      const place = [at % 67, Math.floor(at / 67) % 12, Math.floor(at / 804)] as [number, number, number];
      place[axis] = size[axis] - 1 - place[axis];
      return of[place[0] + 67 * (place[1] + 12 * place[2])]!;
    });
  const smooth = gaussian(data, size, [1.2, 2.3, 0.8]);
  for (const axis of [0, 1, 2] as const) {
    const other = mirror(gaussian(mirror(data, axis), size, [1.2, 2.3, 0.8]), axis);
    for (let at = 0; at < smooth.length; at++) expect(Math.abs(other[at]! - smooth[at]!)).toBeLessThan(1e-4);
  }
});

test("in place, into another array and into a new one are the same, and the source is left alone", () => {
  const data = noise(20 * 21 * 22, 3);
  const kept = data.slice();
  const fresh = gaussian(data, [20, 21, 22], [2, 2, 2]);
  expect(data).toEqual(kept);
  const other = new Float32Array(data.length);
  expect(gaussian(data, [20, 21, 22], [2, 2, 2], other)).toBe(other);
  expect(other).toEqual(fresh);
  expect(gaussian(data, [20, 21, 22], [2, 2, 2], data)).toEqual(fresh);
});

test("slabs on several threads give the very same numbers as one piece", async () => {
  const size = [19, 18, 50] as const;
  const data = allocateFloat32(19 * 18 * 50);
  data.set(noise(data.length, 4));
  const threads: Threads = { ...inlineThreads, count: 4 };
  for (const sigma of [
    [1, 1, 1],
    [2, 0, 6],
    [1, 1, 0],
  ] as const) {
    expect(Array.from(await gaussianOn(threads, data, size, sigma))).toEqual(Array.from(gaussian(data, size, sigma)));
  }
});

test("sizes that do not fit and negative standard deviations are refused", () => {
  expect(() => gaussian(new Float32Array(7), [2, 2, 2], [1, 1, 1])).toThrow(RangeError);
  expect(() => gaussian(new Float32Array(8), [2, 2, 2], [1, -1, 1])).toThrow(RangeError);
  expect(gaussianReach(0)).toBe(0);
});
