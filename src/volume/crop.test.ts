import { expect, test } from "vitest";
import { boxOf, crop, growBox, paste } from "./crop.ts";
import { axialGrid, toPatient } from "./grid.ts";
import { patientPoint, voxelPoint } from "./space.ts";
import { volume } from "./volume.ts";

const whole = volume(
  axialGrid([5, 6, 7], [0.5, 0.75, 2], patientPoint(-3, 4, 5)),
  Int16Array.from({ length: 210 }, (_, n) => n),
);
const box = { lo: [1, 2, 3], hi: [4, 4, 7] } as const;

test("a crop keeps each voxel's value at its place in the patient", () => {
  const part = crop(whole, box);
  expect(part.grid.size).toEqual([3, 2, 4]);
  expect(part.data[2 + 3 * (1 + 2 * 3)]).toBe(3 + 5 * (3 + 6 * 6));
  expect(toPatient(part.grid, voxelPoint(2, 1, 3))).toEqual(toPatient(whole.grid, voxelPoint(3, 3, 6)));
});

test("pasting a crop back where it was changes nothing, elsewhere it writes only its own box", () => {
  const copy = volume(whole.grid, whole.data.slice());
  const part = crop(whole, box);
  paste(copy, part, box.lo);
  expect(copy.data).toEqual(whole.data);
  paste(copy, volume(part.grid, new Int16Array(24).fill(-1)), [0, 0, 0]);
  expect(copy.data.filter((value) => value === -1).length).toBe(24);
});

test("a box that is empty or reaches out of the volume is refused", () => {
  expect(() => crop(whole, { lo: [0, 0, 0], hi: [6, 6, 7] })).toThrow(RangeError);
  expect(() => crop(whole, { lo: [2, 0, 0], hi: [2, 6, 7] })).toThrow(RangeError);
  expect(() => crop(whole, { lo: [0.5, 0, 0], hi: [2, 6, 7] })).toThrow(RangeError);
  expect(() => paste(whole, crop(whole, box), [3, 0, 0])).toThrow(RangeError);
});

test("the box of a mask touches its outermost voxels, of a label only those with it", () => {
  const data = new Uint8Array(210);
  const mask = volume(whole.grid, data);
  expect(boxOf(mask)).toBeNull();
  data[1 + 5 * (2 + 6 * 3)] = 1;
  data[4 + 5 * (0 + 6 * 6)] = 2;
  data[0 + 5 * (5 + 6 * 6)] = 2;
  expect(boxOf(mask)).toEqual({ lo: [0, 0, 3], hi: [5, 6, 7] });
  expect(boxOf(mask, 1)).toEqual({ lo: [1, 2, 3], hi: [2, 3, 4] });
  expect(boxOf(mask, 2)).toEqual({ lo: [0, 0, 6], hi: [5, 6, 7] });
  expect(boxOf(mask, 3)).toBeNull();
});

test("a grown box stops at the volume's faces", () => {
  expect(growBox(box, [2, 1, 9], [5, 6, 7])).toEqual({ lo: [0, 1, 0], hi: [5, 5, 7] });
});
