import { beforeAll, expect, test } from "vitest";
import { toPatient, toVoxel, voxelVolumeMm3 } from "../grid.ts";
import { patientPoint, type Vector3, voxelPoint } from "../space.ts";
import type { Volume } from "../volume.ts";
import { type ChestOptions, type ChestPhantom, chestPhantom } from "./chest.ts";
import type { NoduleTruth } from "./nodules.ts";
import { withAxesFlipped } from "./variants.ts";

const coarse = { seed: 5, spacingMm: [1.6, 1.6, 2] as Vector3, noiseHu: 15, kernel: "soft" } satisfies ChestOptions;
let phantom: ChestPhantom;
beforeAll(async () => {
  phantom = await chestPhantom(coarse);
}, 60_000);

/** Mean and standard deviation of the values within a radius of a place. */
function around(volume: Volume, [x, y, z]: Vector3, radiusMm: number): { mean: number; deviation: number } {
  const { size } = volume.grid;
  const values: number[] = [];
  for (let index = 0; index < volume.data.length; index++) {
    const at = toPatient(
      volume.grid,
      voxelPoint(index % size[0], Math.floor(index / size[0]) % size[1], Math.floor(index / (size[0] * size[1]))),
    );
    if (Math.hypot(at[0] - x, at[1] - y, at[2] - z) <= radiusMm) values.push(volume.data[index]!);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

test("the same seed gives the same voxels and truth; another seed gives others", { timeout: 60_000 }, async () => {
  const again = await chestPhantom(coarse);
  expect(Buffer.compare(Buffer.from(again.volume.data.buffer as ArrayBuffer), Buffer.from(phantom.volume.data.buffer as ArrayBuffer))).toBe(
    0,
  );
  expect(again.truth).toEqual(phantom.truth);
  const other = await chestPhantom({ ...coarse, seed: 6 });
  expect(other.truth.nodules[0]!.centerMm).not.toEqual(phantom.truth.nodules[0]!.centerMm);
  expect(other.truth.lungsMl.right).not.toBe(phantom.truth.lungsMl.right);
});

test("blood, trachea and outside air have the HU they should, and the noise its strength", () => {
  const blood = around(phantom.volume, [21, 48, -40], 8);
  expect(Math.abs(blood.mean - 40)).toBeLessThan(8);
  expect(blood.deviation).toBeGreaterThan(9);
  expect(blood.deviation).toBeLessThan(21);
  expect(around(phantom.volume, [0, 9, 95], 4).mean).toBeLessThan(-930);
  expect(around(phantom.volume, [0, -150, 0], 8).mean).toBeLessThan(-985);
});

test("lungs hold a plausible volume of plausible density, each in one piece", () => {
  const { truth, truthLungs, volume } = phantom;
  expect(truth.lungsMl.right).toBeGreaterThan(truth.lungsMl.left);
  expect(truth.lungsMl.left).toBeGreaterThan(1500);
  expect(truth.lungsMl.right).toBeLessThan(4500);
  for (const label of [1, 2]) {
    let [sum, count, first] = [0, 0, -1];
    truthLungs.data.forEach((value, index) => {
      if (value !== label) return;
      if (first < 0) first = index;
      sum += volume.data[index]!;
      count++;
    });
    expect(sum / count).toBeGreaterThan(-890);
    expect(sum / count).toBeLessThan(-780);
    expect(reached(truthLungs.data, truthLungs.grid.size, first, label)).toBeGreaterThan(0.999 * count);
  }
});

function reached(labels: Uint8Array, [width, height]: Vector3, first: number, label: number): number {
  const seen = new Uint8Array(labels.length);
  const open = [first];
  seen[first] = 1;
  let count = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    count++;
    for (const step of [1, -1, width, -width, width * height, -width * height]) {
      const next = at + step;
      if (labels[next] === label && seen[next] === 0) {
        seen[next] = 1;
        open.push(next);
      }
    }
  }
  return count;
}

test("nodules lie in the lung they name, apart from one another", () => {
  const { nodules } = phantom.truth;
  for (const { centerMm, side } of nodules) {
    const [i, j, k] = toVoxel(phantom.truthLungs.grid, patientPoint(...centerMm)).map(Math.round) as [number, number, number];
    const [width, height] = phantom.truthLungs.grid.size;
    expect(phantom.truthLungs.data[i + width * (j + height * k)]).toBe(side === "right" ? 1 : 2);
  }
  nodules.forEach((a, index) => {
    for (const b of nodules.slice(index + 1)) {
      expect(Math.hypot(...a.centerMm.map((mm, axis) => mm - b.centerMm[axis]!))).toBeGreaterThan((a.diameterMm + b.diameterMm) / 2);
    }
  });
});

/** A small field round a place, without vessels and noise: what a nodule adds there. */
async function difference(nodule: Pick<NoduleTruth, "diameterMm" | "centerMm">, kernel: "soft" | "sharp"): Promise<number> {
  const field: ChestOptions = { seed: 9, spacingMm: [0.7, 0.7, 1], size: [512, 512, 300], noiseHu: 0, kernel, vessels: false };
  const { centerMm, diameterMm } = nodule;
  // The grid is moved so that its middle, (0, 12, −42), lies on the nodule.
  const small: ChestOptions = { ...field, size: [60, 60, 44], originShiftMm: [centerMm[0] + 0.2, centerMm[1] - 12, centerMm[2] + 42.3] };
  const lungHu = -868 + 0.42 * centerMm[1];
  const [without, with_] = [
    await chestPhantom({ ...small, nodules: [] }),
    await chestPhantom({ ...small, nodules: [{ diameterMm, centerMm, texture: "solid", hu: 40 }] }),
  ];
  let sum = 0;
  for (let at = 0; at < without.volume.data.length; at++) sum += with_.volume.data[at]! - without.volume.data[at]!;
  return (sum * voxelVolumeMm3(without.volume.grid)) / (40 - lungHu);
}

test("a nodule holds its analytic volume within 1 %, whatever the kernel", { timeout: 60_000 }, async () => {
  for (const kernel of ["soft", "sharp"] as const) {
    for (const diameterMm of [5, 12, 20]) {
      const volumeMm3 = await difference({ diameterMm, centerMm: [-75, 20, 20] }, kernel);
      expect(Math.abs(volumeMm3 / ((Math.PI * diameterMm ** 3) / 6) - 1)).toBeLessThan(0.01);
    }
  }
});

test("flipped copies keep every place's value", () => {
  const { volume } = phantom;
  for (const flipped of [
    [true, false, false],
    [false, true, true],
    [true, true, true],
  ] as const) {
    const copy = withAxesFlipped(volume, flipped);
    for (const { centerMm } of phantom.truth.nodules) {
      const value = (v: Volume): number => {
        const [i, j, k] = toVoxel(v.grid, patientPoint(...centerMm)).map((at) => Math.round(at + 1e-9)) as [number, number, number];
        return v.data[i + v.grid.size[0] * (j + v.grid.size[1] * k)]!;
      };
      expect(value(copy)).toBe(value(volume));
    }
    const back = withAxesFlipped(copy, flipped);
    expect(back.grid.origin.every((mm, axis) => Math.abs(mm - volume.grid.origin[axis]!) < 1e-9)).toBe(true);
    expect(Buffer.compare(Buffer.from(back.data.buffer as ArrayBuffer), Buffer.from(volume.data.buffer as ArrayBuffer))).toBe(0);
  }
});

test("an aborted phantom stops; impossible requests are refused", { timeout: 60_000 }, async () => {
  await expect(chestPhantom({ ...coarse, signal: AbortSignal.abort(new Error("stop")) })).rejects.toThrow("stop");
  await expect(chestPhantom({ ...coarse, sliceThicknessMm: 1 })).rejects.toThrow(RangeError);
  await expect(chestPhantom({ ...coarse, nodules: [{ diameterMm: 9, texture: "part-solid" }] })).rejects.toThrow(RangeError);
});
