import { expect, test } from "vitest";
import { seededRandom } from "../../base/seeded-random.ts";
import { distanceAndNearest, distanceTo, filled, partWith } from "./outline-distance.ts";

const n = 9;
const place = (index: number): [number, number, number] => [index % n, Math.floor(index / n) % n, Math.floor(index / (n * n))];
const apart = (a: number, b: number): number => Math.hypot(...place(a).map((value, axis) => value - place(b)[axis]!));

test("distances and nearest voxels are those of comparing every pair", () => {
  const random = seededRandom(3);
  const flags = Uint8Array.from({ length: n ** 3 }, () => (random.uniform() < 0.02 ? 1 : 0));
  const seeds = [...flags.keys()].filter((index) => flags[index]);
  const nearest = new Int32Array(flags.length);
  const distance = distanceAndNearest(flags, n, nearest);
  for (let index = 0; index < flags.length; index++) {
    const least = Math.min(...seeds.map((seed) => apart(index, seed)));
    expect(distance[index]).toBeCloseTo(least, 4);
    expect(flags[nearest[index]!]).toBe(1);
    expect(apart(index, nearest[index]!)).toBeCloseTo(least, 4);
  }
});

test("without any flag every distance is infinite", () => {
  expect(new Set(distanceTo(new Uint8Array(n ** 3), n))).toEqual(new Set([Infinity]));
});

test("a part holds what is joined by faces, not across the edge of the cube", () => {
  const mask = new Uint8Array(n ** 3);
  for (const index of [8, 9, 10, 18]) mask[index] = 1;
  expect([...partWith(mask, n, [9]).keys()].filter((index) => partWith(mask, n, [9])[index])).toEqual([9, 10, 18]);
});

test("a hollow is filled, a dent is not", () => {
  const middle = (n ** 3 - 1) / 2;
  const shell = Uint8Array.from({ length: n ** 3 }, (_, index) => (apart(index, middle) < 3 && index !== middle ? 1 : 0));
  expect(filled(shell, n)[middle]).toBe(1);
  for (let step = 1; step <= 4; step++) shell[middle + step] = 0;
  expect(filled(shell, n)[middle]).toBe(0);
});

test("with a reach the distances within it are the same", () => {
  const flags = new Uint8Array(n ** 3);
  const middle = (n ** 3 - 1) / 2;
  for (const index of [middle, middle + 1, middle + n]) flags[index] = 1;
  const [all, near] = [distanceTo(flags, n), distanceTo(flags, n, 2)];
  const within = [...all.keys()].filter((index) => all[index]! <= 2);
  expect(within.length).toBeGreaterThan(30);
  expect(within.map((index) => near[index])).toEqual(within.map((index) => all[index]));
  expect(near.some((distance) => distance === Infinity)).toBe(true);
});
