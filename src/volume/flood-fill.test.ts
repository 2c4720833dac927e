import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { labelComponents } from "./components.ts";
import { floodFill } from "./flood-fill.ts";
import { axialGrid } from "./grid.ts";
import { patientPoint } from "./space.ts";
import { volume } from "./volume.ts";

const random = seededRandom(11);
const size = [11, 9, 8] as const;
const grid = axialGrid(size, [1, 1, 1], patientPoint(0, 0, 0));
const given = volume(
  grid,
  Int16Array.from({ length: 792 }, () => random.integer(100)),
);

test("a fill reaches the seed's 6-connected part of the values in range, and no other", () => {
  const inRange = volume(
    grid,
    Uint8Array.from(given.data, (value) => (value >= 20 && value <= 60 ? 1 : 0)),
  );
  const { labels, voxels } = labelComponents(inRange, 6);
  for (let seed = 0; seed < labels.length; seed += 13) {
    const at = [seed % 11, Math.floor(seed / 11) % 9, Math.floor(seed / 99)] as const;
    const flood = floodFill(given, [at], { min: 20, max: 60 });
    const label = labels[seed]!;
    expect(Array.from(flood.mask.data)).toEqual(Array.from(labels, (other) => (label > 0 && other === label ? 1 : 0)));
    expect(flood.voxels).toBe(label > 0 ? voxels[label] : 0);
    expect(flood.complete).toBe(true);
  }
});

test("a fill that passes its limit stops and says so", () => {
  const flood = floodFill(given, [[0, 0, 0]], { min: 0, max: 99, maxVoxels: 50 });
  expect(flood.complete).toBe(false);
  expect(flood.voxels).toBeLessThan(60);
});

test("a seed that is not a voxel is refused", () => {
  expect(() => floodFill(given, [[11, 0, 0]], { min: 0, max: 99 })).toThrow(RangeError);
  expect(() => floodFill(given, [[0.5, 0, 0]], { min: 0, max: 99 })).toThrow(RangeError);
});
