import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { toPatient } from "./grid.ts";
import { toLps } from "./orient.ts";
import { patientPoint, type Vector3, voxelPoint } from "./space.ts";
import { volume } from "./volume.ts";

const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/** Rotation by Euler angles, columns are where x, y and z go. */
function turned([a, b, c]: Vector3): [Vector3, Vector3, Vector3] {
  const turn = ([x, y, z]: Vector3): Vector3 => {
    const [x1, y1] = [x * Math.cos(a) - y * Math.sin(a), x * Math.sin(a) + y * Math.cos(a)];
    const [y2, z2] = [y1 * Math.cos(b) - z * Math.sin(b), y1 * Math.sin(b) + z * Math.cos(b)];
    return [x1 * Math.cos(c) + z2 * Math.sin(c), y2, -x1 * Math.sin(c) + z2 * Math.cos(c)];
  };
  return [turn([1, 0, 0]), turn([0, 1, 0]), turn([0, 0, 1])];
}

function arranged(order: readonly [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2], signs: Vector3, angles: Vector3) {
  const axes = turned(angles);
  const directions = order.map((axis, n) => axes[axis].map((part) => part * signs[n as 0 | 1 | 2])) as unknown as readonly [
    Vector3,
    Vector3,
    Vector3,
  ];
  const grid = { size: [3, 4, 5], spacingMm: [0.5, 0.7, 1.25], origin: patientPoint(-10, 20, 30), directions } as const;
  return volume(
    grid,
    Int16Array.from({ length: 60 }, (_, n) => n),
  );
}

/** Where each voxel value lies in the patient. */
function places(of: ReturnType<typeof arranged>): Map<number, readonly [number, number, number]> {
  const [ni, nj, nk] = of.grid.size;
  const found = new Map<number, readonly [number, number, number]>();
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++) found.set(of.data[i + ni * (j + nj * k)]!, toPatient(of.grid, voxelPoint(i, j, k)));
  return found;
}

test("orienting keeps every voxel at its place in the patient, for all 48 arrangements, oblique too", () => {
  const random = seededRandom(5);
  for (const order of orders) {
    for (let flips = 0; flips < 8; flips++) {
      const signs: Vector3 = [flips & 1 ? -1 : 1, flips & 2 ? -1 : 1, flips & 4 ? -1 : 1];
      const angles: Vector3 = [0.3 * (random.uniform() - 0.5), 0.3 * (random.uniform() - 0.5), 0.3 * (random.uniform() - 0.5)];
      const given = arranged(order, signs, angles);
      const { volume: oriented, axes } = toLps(given);
      const before = places(given);
      const after = places(oriented);
      expect(after.size).toBe(60);
      for (const [value, place] of before) {
        for (const n of [0, 1, 2] as const) expect(after.get(value)?.[n]).toBeCloseTo(place[n], 9);
      }
      for (const axis of [0, 1, 2] as const) {
        expect(oriented.grid.directions[axis][axis]).toBeGreaterThan(0.9);
        expect(oriented.grid.spacingMm[axis]).toBe(given.grid.spacingMm[axes[axis]!.from]);
      }
    }
  }
});

test("a volume that already runs left, back, head is returned itself", () => {
  const given = arranged([0, 1, 2], [1, 1, 1], [0.1, 0, 0]);
  expect(toLps(given).volume).toBe(given);
});
