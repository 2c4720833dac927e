import { expect, test } from "vitest";
import type { CellMap } from "../../models/sliding-window.ts";
import type { Vector3 } from "../../volume/space.ts";
import { decode } from "./net-decode.ts";

interface Told {
  readonly cell: Vector3;
  readonly heat: number;
  readonly diameterMm: number;
  /** In cells, along i, j, k. */
  readonly offset: Vector3;
}

function mapOf(stride: number, told: readonly Told[]): CellMap {
  const size: Vector3 = [10, 9, 8];
  const cells = size[0] * size[1] * size[2];
  const data = new Float32Array(5 * cells).fill(-9, 0, cells);
  for (const { cell, heat, diameterMm, offset } of told) {
    const at = cell[0] + size[0] * (cell[1] + size[1] * cell[2]);
    [heat, Math.log(diameterMm), offset[2], offset[1], offset[0]].forEach((value, channel) => {
      data[at + channel * cells] = value;
    });
  }
  return { data, channels: 5, size, stride };
}
const anywhere = (): boolean => true;
const logit = (score: number): number => Math.log(score / (1 - score));

test("a peak gives place, size and score of its nodule", () => {
  const [one, ...more] = decode([mapOf(4, [{ cell: [3, 4, 5], heat: logit(0.8), diameterMm: 6, offset: [0.25, -0.5, 0.1] }])], anywhere, 9);
  expect(more).toEqual([]);
  expect(one?.score).toBeCloseTo(0.8, 6);
  expect(one?.diameterMm).toBeCloseTo(6, 5);
  // Cell n covers voxels 4n … 4n + 3; its middle is 4n + 1.5.
  for (const [axis, expected] of [14.5, 15.5, 21.9].entries()) expect(one?.position[axis]).toBeCloseTo(expected, 5);
});

test("a nodule told by both levels and by two neighbouring cells is one, the hotter", () => {
  const fine = mapOf(4, [
    { cell: [4, 4, 4], heat: logit(0.7), diameterMm: 12, offset: [0, 0, 0] },
    { cell: [5, 4, 4], heat: logit(0.6), diameterMm: 12, offset: [-1, 0, 0] },
  ]);
  const coarse = mapOf(8, [{ cell: [2, 2, 2], heat: logit(0.9), diameterMm: 13, offset: [-0.1, 0, 0] }]);
  const found = decode([fine, coarse], anywhere, 9);
  expect(found.map(({ diameterMm }) => diameterMm)).toEqual([expect.closeTo(13, 4)]);
});

test("two nodules further apart than their radius stay two, in the order of their scores, and no more are given than asked for", () => {
  const told = [
    { cell: [2, 4, 4], heat: logit(0.5), diameterMm: 6, offset: [0, 0, 0] },
    { cell: [4, 4, 4], heat: logit(0.6), diameterMm: 6, offset: [0, 0, 0] },
  ] as const;
  expect(decode([mapOf(4, told)], anywhere, 9).map(({ score }) => score)).toEqual([expect.closeTo(0.6, 6), expect.closeTo(0.5, 6)]);
  expect(decode([mapOf(4, told)], anywhere, 1)).toHaveLength(1);
  expect(decode([mapOf(4, told)], ([i]) => i < 12, 9).map(({ score }) => score)).toEqual([expect.closeTo(0.5, 6)]);
});

test("of equally hot neighbours one is the peak, and cells without a number are none", () => {
  const map = mapOf(4, [
    { cell: [4, 4, 4], heat: 2, diameterMm: 3, offset: [-0.4, 0, 0] },
    { cell: [5, 4, 4], heat: 2, diameterMm: 3, offset: [0.4, 0, 0] },
  ]);
  map.data[0] = Number.NaN;
  const found = decode([map], anywhere, 9);
  expect(found).toHaveLength(1);
  expect(found[0]?.position[0]).toBeCloseTo(4 * (4 - 0.4) + 1.5, 4);
});
