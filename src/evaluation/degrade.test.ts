import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { axialGrid, toPatient, toVoxel } from "../volume/grid.ts";
import { patientPoint, type Vector3, voxelPoint } from "../volume/space.ts";
import { type Volume, volume } from "../volume/volume.ts";
import { blurred, contrasted, halfVoxelOff, mirrored, noiseCorrelationVoxels, noisier, sharpened, thicker } from "./degrade.ts";

const SIZE: Vector3 = [64, 64, 8];
const even = (hu: number): Volume => volume(axialGrid(SIZE, [0.7, 0.7, 2.5], patientPoint(-3, 4, 5)), new Int16Array(64 * 64 * 8).fill(hu));
const ramp = (): Volume => {
  const scan = even(0);
  return {
    ...scan,
    data: Int16Array.from(scan.data, (_, at) => -900 + 10 * (at % 64) + 4 * (Math.floor(at / 64) % 64) + 20 * Math.floor(at / 4096)),
  };
};
const spreadOf = ({ data }: Volume, hu: number): number => Math.sqrt(data.reduce((sum, value) => sum + (value - hu) ** 2, 0) / data.length);

test("added noise has the strength and the correlation asked for, and the scan's own correlation is read off it", () => {
  for (const sigma of [0.6, 0.9]) {
    const noisy = noisier(even(40), 20, sigma, seededRandom(2));
    expect(Math.abs(spreadOf(noisy, 40) - 20)).toBeLessThan(0.2);
    expect(Math.abs(noiseCorrelationVoxels(noisy) - sigma)).toBeLessThan(0.08);
  }
  expect(noiseCorrelationVoxels(noisier(even(40), 20, 0, seededRandom(2)))).toBeLessThan(0.25);
  expect(noiseCorrelationVoxels(even(-850))).toBe(0);
});

test("a softer kernel takes noise away, a sharper one adds some, and neither moves a mean", () => {
  const noisy = noisier(even(40), 20, 0.6, seededRandom(2));
  expect(spreadOf(blurred(noisy, 1), 40)).toBeLessThan(10);
  expect(spreadOf(sharpened(noisy, 1), 40)).toBeGreaterThan(25);
  for (const changed of [blurred(noisy, 1), sharpened(noisy, 1)])
    expect(Math.abs(changed.data.reduce((sum, hu) => sum + hu, 0) / changed.data.length - 40)).toBeLessThan(1);
});

test("a thick slice is the mean of thin ones and lies where they lay", () => {
  const thick = thicker(ramp(), 2);
  expect(thick.grid.size).toEqual([64, 64, 4]);
  expect(thick.grid.spacingMm).toEqual([0.7, 0.7, 5]);
  expect(toVoxel(ramp().grid, toPatient(thick.grid, voxelPoint(0, 0, 1)))[2]).toBeCloseTo(2.5, 10);
  expect(thick.data[5 + 64 * (7 + 64)]).toBe(-900 + 50 + 28 + 50);
});

test("contrast raises soft tissue and leaves lung", () => {
  expect(contrasted(even(40), 100).data[9]).toBe(140);
  expect(contrasted(even(-850), 100).data[9]).toBe(-850);
});

test("a point of a mirrored scan holds what it held before, along every axis, and mirroring twice changes nothing", () => {
  const scan = ramp();
  for (const axis of [0, 1, 2] as const) {
    const { volume: flipped, moved } = mirrored(scan, axis);
    const to = toVoxel(scan.grid, moved(toPatient(scan.grid, voxelPoint(5, 7, 2))) as ReturnType<typeof patientPoint>).map(Math.round);
    expect(flipped.data[to[0]! + 64 * (to[1]! + 64 * to[2]!)]).toBe(scan.data[5 + 64 * (7 + 64 * 2)]);
    expect(flipped.data).not.toEqual(scan.data);
    expect([...mirrored(flipped, axis).volume.data]).toEqual([...scan.data]);
  }
});

test("half a voxel off, a ramp holds the value of the place it lies at", () => {
  const off = halfVoxelOff(ramp());
  expect(off.grid.size).toEqual([63, 63, 7]);
  expect(off.data[5 + 63 * (7 + 63 * 2)]).toBe(-900 + 55 + 30 + 50);
});
