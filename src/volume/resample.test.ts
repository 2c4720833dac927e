import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { mean } from "../base/stats.ts";
import { allocateInt16 } from "./allocate.ts";
import { axialGrid, type Grid, toPatient, toVoxel } from "./grid.ts";
import { gridOver, resample, resampleOn, resampleTask, sampleLinear } from "./resample.ts";
import { type PatientPoint, patientPoint, type Vector3, voxelPoint } from "./space.ts";
import { inlineThreads } from "./threads.ts";
import { type Volume, type VoxelData, volume } from "./volume.ts";

const size: Vector3 = [40, 36, 20];
const spacingMm: Vector3 = [0.7, 0.7, 1.25];
const source = axialGrid(size, spacingMm, patientPoint(-14, 30, 100));
const linear = { outsideValue: -3000, interpolation: "linear" } as const;

const sin = Math.sin(0.3);
const cos = Math.cos(0.3);
const oblique: Grid = {
  size: [20, 18, 14],
  spacingMm: [1.1, 0.9, 1.4],
  origin: patientPoint(-8, 38, 104),
  directions: [
    [cos, sin, 0],
    [-sin, cos, 0],
    [0, 0, 1],
  ],
};

function eachVoxel(g: Grid, visit: (at: number, i: number, j: number, k: number) => void): void {
  for (let k = 0, at = 0; k < g.size[2]; k++)
    for (let j = 0; j < g.size[1]; j++) for (let i = 0; i < g.size[0]; i++, at++) visit(at, i, j, k);
}

function painted<Data extends VoxelData>(g: Grid, data: Data, value: (at: PatientPoint) => number): Volume<Data> {
  eachVoxel(g, (at, i, j, k) => {
    data[at] = value(toPatient(g, voxelPoint(i, j, k)));
  });
  return volume(g, data);
}

const ramp = ([x, y, z]: PatientPoint): number => 3 * x - 5 * y + 2 * z + 17;

function noise(): Volume {
  const random = seededRandom(6);
  const data = allocateInt16(size[0] * size[1] * size[2]);
  for (let at = 0; at < data.length; at++) data[at] = random.integer(2000) - 1000;
  return volume(source, data);
}

/** Whether a voxel of the target is so deep in the source that averaging meets no edge. */
const isDeep = (target: Grid, i: number, j: number, k: number, margin: number): boolean =>
  toVoxel(source, toPatient(target, voxelPoint(i, j, k))).every((at, n) => at >= margin && at <= size[n as 0 | 1 | 2] - 1 - margin);

test("a linear ramp comes out exact on finer, coarser, shifted, mirrored and oblique grids", () => {
  const given = painted(source, new Float32Array(size[0] * size[1] * size[2]), ramp);
  const whole = { lo: [0, 0, 0], hi: size } as const;
  const mirrored: Grid = {
    ...gridOver(source, whole, [1.3, 1.6, 1.1]),
    origin: patientPoint(13, 30, 100),
    directions: [
      [-1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
  };
  const targets = [gridOver(source, whole, [0.5, 0.4, 0.6]), gridOver(source, whole, [1.7, 2.3, 3.1]), mirrored, oblique];
  for (const target of targets) {
    const put = resample(given, target, linear);
    let deep = 0;
    eachVoxel(target, (at, i, j, k) => {
      if (!isDeep(target, i, j, k, 4)) return;
      deep++;
      expect(Math.abs(put.data[at]! - ramp(toPatient(target, voxelPoint(i, j, k))))).toBeLessThan(1e-3);
    });
    expect(deep).toBeGreaterThan(50);
  }
});

test("on its own grid a volume stays as it is, to the last number", () => {
  const given = noise();
  expect(Array.from(resample(given, source, linear).data)).toEqual(Array.from(given.data));
  expect(Array.from(resample(given, source, { ...linear, interpolation: "nearest" }).data)).toEqual(Array.from(given.data));
});

test("a grid moved by half a voxel takes the mean of neighbours; nearest takes one of them", () => {
  const given = noise();
  const shifted = { ...source, size: [39, 36, 20] as const, origin: patientPoint(-14 + 0.35, 30, 100) };
  const put = resample(given, shifted, linear);
  const near = resample(given, shifted, { ...linear, interpolation: "nearest" });
  eachVoxel(shifted, (at, i, j, k) => {
    const left = given.data[i + 40 * (j + 36 * k)]!;
    const right = given.data[i + 1 + 40 * (j + 36 * k)]!;
    expect(Math.abs(put.data[at]! - (left + right) / 2)).toBeLessThanOrEqual(0.5);
    expect([left, right]).toContain(near.data[at]);
  });
});

test("where the target is coarser fine detail is averaged away instead of aliased", () => {
  const checkered = painted(source, new Float32Array(size[0] * size[1] * size[2]), () => 0);
  eachVoxel(source, (at, i, j, k) => {
    checkered.data[at] = (i + j + k) % 2 === 0 ? 1000 : -1000;
  });
  const target = gridOver(source, { lo: [0, 0, 0], hi: size }, [1.4, 1.4, 2.5]);
  const largest = (of: Volume<Float32Array>): number => {
    let most = 0;
    eachVoxel(target, (at, i, j, k) => {
      if (isDeep(target, i, j, k, 3)) most = Math.max(most, Math.abs(of.data[at]!));
    });
    return most;
  };
  const coarse = { ...target, origin: source.origin };
  expect(largest(resample(checkered, coarse, { ...linear, antiAlias: false }))).toBe(1000);
  expect(largest(resample(checkered, coarse, linear))).toBeLessThan(30);
});

test("the mean of a coarser volume is that of the volume", () => {
  const given = noise();
  const coarse = resample(given, gridOver(source, { lo: [0, 0, 0], hi: size }, [1.4, 1.4, 2.5]), linear);
  expect(coarse.grid.size).toEqual([20, 18, 10]);
  expect(Math.abs(mean(coarse.data) - mean(given.data))).toBeLessThan(5);
});

test("centres outside the outer voxel faces get the outside value, those within never do", () => {
  const given = painted(source, new Int16Array(size[0] * size[1] * size[2]), () => 40);
  const wide: Grid = { ...axialGrid([60, 50, 30], [0.9, 0.9, 1.4], patientPoint(-20, 20, 90)) };
  for (const target of [wide, { ...oblique, size: [60, 60, 30] as const, origin: patientPoint(-20, 20, 90) }]) {
    for (const interpolation of ["linear", "nearest"] as const) {
      const put = resample(given, target, { outsideValue: -3000, interpolation });
      let [inside, outside] = [0, 0];
      eachVoxel(target, (at, i, j, k) => {
        const place = toVoxel(source, toPatient(target, voxelPoint(i, j, k)));
        const beyond = Math.max(...place.map((value, n) => Math.abs(value - (size[n as 0 | 1 | 2] - 1) / 2) - size[n as 0 | 1 | 2] / 2));
        if (Math.abs(beyond) < 1e-6) return;
        if (beyond < 0) inside++;
        else outside++;
        expect(put.data[at]).toBe(beyond < 0 ? 40 : -3000);
      });
      expect(Math.min(inside, outside)).toBeGreaterThan(1000);
    }
  }
});

test("a grid over a box covers it face to face", () => {
  const g = gridOver(source, { lo: [4, 6, 2], hi: [32, 22, 18] }, [1, 1, 1]);
  expect(g.size).toEqual([20, 12, 20]);
  const first = toVoxel(source, toPatient(g, voxelPoint(-0.5, -0.5, -0.5)));
  [3.5, 5.5, 1.5].forEach((value, n) => {
    expect(first[n as 0 | 1 | 2]).toBeCloseTo(value, 9);
  });
  expect(() => gridOver(source, { lo: [0, 0, 0], hi: size }, [1, 0, 1])).toThrow(RangeError);
});

test("a sample at a voxel centre is the voxel, between two their mean, beyond the faces not a number", () => {
  const given = noise();
  expect(sampleLinear(given, voxelPoint(39, 35, 19))).toBe(given.data[given.data.length - 1]);
  expect(sampleLinear(given, voxelPoint(2.5, 3, 4))).toBe((given.data[2 + 40 * (3 + 36 * 4)]! + given.data[3 + 40 * (3 + 36 * 4)]!) / 2);
  expect(sampleLinear(given, voxelPoint(-0.5, 0, 0))).toBe(given.data[0]);
  expect(sampleLinear(given, voxelPoint(-0.51, 0, 0))).toBeNaN();
  expect(sampleLinear(volume(axialGrid([1, 1, 1], [1, 1, 1], patientPoint(0, 0, 0)), Int16Array.of(7)), voxelPoint(0.2, 0, 0))).toBe(7);
});

test("on several threads, aligned or oblique, the numbers are the same", async () => {
  const given = noise();
  const names: string[] = [];
  const threads = {
    count: 3,
    run: (...[task, input]: Parameters<typeof inlineThreads.run>) => {
      names.push(task.name);
      return inlineThreads.run(task, input);
    },
  } as typeof inlineThreads;
  for (const target of [gridOver(source, { lo: [0, 0, 0], hi: size }, [1, 1, 1]), oblique]) {
    expect(Array.from((await resampleOn(threads, given, target, linear)).data)).toEqual(Array.from(resample(given, target, linear).data));
  }
  expect(names).toEqual(Array.from({ length: 6 }, () => resampleTask.name));
});
