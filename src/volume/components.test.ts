import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { type Connectivity, keepComponents, labelComponents, largestComponent } from "./components.ts";
import { boxOf } from "./crop.ts";
import { axialGrid } from "./grid.ts";
import { patientPoint, type Vector3 } from "./space.ts";
import { type Mask, volume } from "./volume.ts";

const connectivities: readonly Connectivity[] = [6, 18, 26];

function randomMask(size: Vector3, fraction: number, seed: number): Mask {
  const random = seededRandom(seed);
  const data = Uint8Array.from({ length: size[0] * size[1] * size[2] }, () => (random.uniform() < fraction ? 1 + random.integer(3) : 0));
  return volume(axialGrid(size, [1, 1, 1], patientPoint(0, 0, 0)), data);
}

/** Parts by flooding from each voxel in memory order, neighbour by neighbour. */
function bruteForce(mask: Mask, connectivity: Connectivity): Int32Array {
  const [ni, nj, nk] = mask.grid.size;
  const reach = connectivity === 6 ? 1 : connectivity === 18 ? 2 : 3;
  const labels = new Int32Array(mask.data.length);
  let count = 0;
  for (let start = 0; start < labels.length; start++) {
    if (mask.data[start] === 0 || labels[start] !== 0) continue;
    const queue = [start];
    labels[start] = ++count;
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      const [i, j, k] = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
      for (let dk = -1; dk <= 1; dk++)
        for (let dj = -1; dj <= 1; dj++)
          for (let di = -1; di <= 1; di++) {
            const [x, y, z] = [i + di, j + dj, k + dk];
            if (Math.abs(di) + Math.abs(dj) + Math.abs(dk) > reach || x < 0 || y < 0 || z < 0 || x >= ni || y >= nj || z >= nk) continue;
            const next = x + ni * (y + nj * z);
            if (mask.data[next] === 0 || labels[next] !== 0) continue;
            labels[next] = count;
            queue.push(next);
          }
    }
  }
  return labels;
}

test("parts, and their order, are those that flooding from each voxel in turn finds", () => {
  for (const connectivity of connectivities) {
    for (const [seed, fraction] of [0.05, 0.15, 0.3, 0.5, 0.9].entries()) {
      for (const size of [
        [13, 9, 11],
        [1, 17, 6],
        [16, 1, 1],
        [5, 6, 1],
      ] as const) {
        const mask = randomMask(size, fraction, seed);
        const { labels } = labelComponents(mask, connectivity);
        expect(Array.from(labels), `${connectivity} ${size} ${fraction}`).toEqual(Array.from(bruteForce(mask, connectivity)));
      }
    }
  }
});

test("counts and boxes are those of the labels, and the background is counted too", () => {
  const mask = randomMask([12, 10, 9], 0.2, 7);
  const parts = labelComponents(mask, 18);
  expect(parts.voxels.length).toBe(parts.count + 1);
  for (let label = 0; label <= parts.count; label++) {
    const only = volume(
      mask.grid,
      Uint8Array.from(parts.labels, (at) => (at === label ? 1 : 0)),
    );
    expect(parts.voxels[label]).toBe(only.data.reduce((sum, value) => sum + value, 0));
    if (label > 0) expect(parts.boxes[label]).toEqual(boxOf(only));
  }
});

test("two voxels that share a corner are one part by 26, two by 18 and 6", () => {
  const data = new Uint8Array(8);
  data[0] = 1;
  data[7] = 1;
  const mask = volume(axialGrid([2, 2, 2], [1, 1, 1], patientPoint(0, 0, 0)), data);
  expect(connectivities.map((connectivity) => labelComponents(mask, connectivity).count)).toEqual([2, 2, 1]);
});

test("the largest part is the one with most voxels, the first of equals; an empty mask has none", () => {
  const mask = randomMask([12, 10, 9], 0.15, 3);
  const parts = labelComponents(mask, 26);
  const most = Math.max(...parts.voxels.slice(1));
  const label = parts.voxels.indexOf(most, 1);
  expect(Array.from(largestComponent(mask)!.data)).toEqual(Array.from(parts.labels, (at) => (at === label ? 1 : 0)));
  expect(largestComponent(volume(mask.grid, new Uint8Array(mask.data.length)))).toBeNull();
});

test("parts that are refused are gone, the others whole", () => {
  const mask = randomMask([12, 10, 9], 0.15, 4);
  const parts = labelComponents(mask, 6);
  const kept = keepComponents(mask, 6, (voxels) => voxels >= 3);
  expect(Array.from(kept.data)).toEqual(Array.from(parts.labels, (label) => (label > 0 && parts.voxels[label]! >= 3 ? 1 : 0)));
});

test("a connectivity that does not exist is refused", () => {
  expect(() => labelComponents(randomMask([2, 2, 2], 0.5, 1), 8 as Connectivity)).toThrow(RangeError);
});
