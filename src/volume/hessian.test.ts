import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { axialGrid } from "./grid.ts";
import { forHessianEigenvalues, hessianTask, symmetricEigenvalues } from "./hessian.ts";
import { patientPoint, type Vector3 } from "./space.ts";
import { type Volume, volume } from "./volume.ts";

/** Q D Qᵀ for a random rotation Q: a symmetric matrix with known eigenvalues. */
function matrixOf(values: Vector3, seed: number): [number, number, number, number, number, number] {
  const random = seededRandom(seed);
  const raw = Array.from({ length: 4 }, () => random.normal());
  const length = Math.hypot(...raw);
  const [a, b, c, d] = raw.map((part) => part / length) as [number, number, number, number];
  const q = [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
  ] as [Vector3, Vector3, Vector3];
  const entry = (row: 0 | 1 | 2, column: 0 | 1 | 2): number =>
    values.reduce((sum, value, n) => sum + value * q[row][n]! * q[column][n]!, 0);
  return [entry(0, 0), entry(1, 1), entry(2, 2), entry(0, 1), entry(0, 2), entry(1, 2)];
}

test("eigenvalues of rotated diagonal matrices are the diagonal, smallest first, equal ones too", () => {
  const cases: Vector3[] = [
    [-3, 1, 7],
    [2, 2, 5],
    [-4, 1, 1],
    [3, 3, 3],
    [0, 0, 0],
    [-1e-3, 0, 1e4],
    [-200, -199.9, -1],
  ];
  cases.forEach((values, seed) => {
    const scale = Math.max(1, ...values.map(Math.abs));
    symmetricEigenvalues(...matrixOf(values, seed)).forEach((value, n) => {
      expect(Math.abs(value - values[n]!)).toBeLessThan(2e-7 * scale);
    });
  });
  expect(symmetricEigenvalues(5, 5, 5, 0, 0, 0)).toEqual([5, 5, 5]);
});

const size: Vector3 = [30, 28, 40];
const spacingMm: Vector3 = [0.7, 0.9, 1.3];

function field(value: (x: number, y: number, z: number) => number): Volume<Float32Array> {
  const data = new Float32Array(size[0] * size[1] * size[2]);
  for (let at = 0; at < data.length; at++) {
    const [i, j, k] = [at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / (size[0] * size[1]))];
    data[at] = value((i - 15) * spacingMm[0], (j - 14) * spacingMm[1], (k - 20) * spacingMm[2]);
  }
  return volume(axialGrid(size, spacingMm, patientPoint(0, 0, 0)), data);
}

/** Eigenvalues at one voxel. */
function eigenvaluesAt(of: Volume<Float32Array>, sigmaMm: number, [i, j, k]: Vector3): Vector3 {
  let found: Vector3 | undefined;
  forHessianEigenvalues(of, { sigmaMm, fromSlice: k, toSlice: k + 1 }, (slice) => {
    const at = i + j * size[0];
    found = [slice.smallest[at]!, slice.middle[at]!, slice.largest[at]!];
  });
  if (found === undefined) throw new Error("no slice came");
  return found;
}

test("a quadratic field has its own eigenvalues at every scale, whatever the spacing", () => {
  const wanted: Vector3 = [-3, 0.5, 2];
  const [xx, yy, zz, xy, xz, yz] = matrixOf(wanted, 3);
  const quadratic = field(
    (x, y, z) => 0.5 * (xx * x * x + yy * y * y + zz * z * z) + xy * x * y + xz * x * z + yz * y * z + 4 * x - 7 * z + 100,
  );
  for (const sigmaMm of [0.5, 1, 1.8]) {
    const found = eigenvaluesAt(quadratic, sigmaMm, [15, 14, 20]);
    for (const n of [0, 1, 2] as const) expect(found[n]).toBeCloseTo(wanted[n], 2);
  }
});

test("a Gaussian blob of scale s seen at scale σ has three eigenvalues near −A s³ / (s² + σ²)^(5/2)", () => {
  const [height, s, sigmaMm] = [1000, 3, 2];
  const blob = field((x, y, z) => height * Math.exp(-(x * x + y * y + z * z) / (2 * s * s)));
  const wanted = (-height * s ** 3) / (s * s + sigmaMm * sigmaMm) ** 2.5;
  for (const value of eigenvaluesAt(blob, sigmaMm, [15, 14, 20])) expect(Math.abs(value / wanted - 1)).toBeLessThan(0.05);
});

test("slices come in order, and a part of them, or a slab kept by the task, is the same as all", async () => {
  const random = seededRandom(8);
  const noisy = field(() => 100 * random.normal());
  const plane = size[0] * size[1];
  const all = new Float32Array(noisy.data.length);
  const order: number[] = [];
  forHessianEigenvalues(noisy, { sigmaMm: 1.5 }, (slice) => {
    order.push(slice.k);
    all.set(slice.smallest, slice.k * plane);
    for (let at = 0; at < plane; at++) {
      expect(slice.smallest[at]! <= slice.middle[at]! && slice.middle[at]! <= slice.largest[at]!).toBe(true);
    }
  });
  expect(order).toEqual(Array.from({ length: size[2] }, (_, k) => k));
  const slab = await hessianTask.compute({ given: noisy, range: { sigmaMm: 1.5, fromSlice: 25, toSlice: 37 } });
  expect(Array.from(slab.smallest)).toEqual(Array.from(all.subarray(25 * plane, 37 * plane)));
});

test("an aborted run stops, and a scale or slice that does not exist is refused", () => {
  const flat = field(() => 0);
  const visit = (): void => undefined;
  expect(() => forHessianEigenvalues(flat, { sigmaMm: 1, signal: AbortSignal.abort() }, visit)).toThrow();
  expect(() => forHessianEigenvalues(flat, { sigmaMm: 0 }, visit)).toThrow(RangeError);
  expect(() => forHessianEigenvalues(flat, { sigmaMm: 1, fromSlice: 3, toSlice: 41 }, visit)).toThrow(RangeError);
});
