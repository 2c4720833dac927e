import { expect, test } from "vitest";
import { axialGrid } from "../volume/grid.ts";
import { patientPoint, type Vector3 } from "../volume/space.ts";
import { type Mask, type Volume, volume } from "../volume/volume.ts";
import type { Session } from "./session.ts";
import { slideWindows } from "./sliding-window.ts";

const encoding = { offsetHu: 300, scaleHu: 700, least: -1.1, most: 1.9 };
const size: Vector3 = [250, 90, 331];
const hu = (i: number, j: number, k: number): number => 2 * i - 3 * j + k - 500;
const signal = new AbortController().signal;
const progress = (): void => {};

/** A net whose answer is known: one channel holds the value at a cell's first voxel, the other the cell's place in its window along i. */
const firstVoxel: Session = {
  run: async ({ ct }) => {
    if (ct === undefined) throw new Error("no input ct");
    const [, , nk, nj, ni] = ct.shape as [number, number, number, number, number];
    const cells = (nk / 4) * (nj / 4) * (ni / 4);
    const data = new Float32Array(2 * cells);
    let at = 0;
    for (let k = 0; k < nk; k += 4) {
      for (let j = 0; j < nj; j += 4) {
        for (let i = 0; i < ni; i += 4, at++) {
          data[at] = ct.data[i + ni * (j + nj * k)] ?? Number.NaN;
          data[at + cells] = i / 4;
        }
      }
    }
    return { first: { data, shape: [1, 2, nk / 4, nj / 4, ni / 4] } };
  },
};

function ramp(): { ct: Volume; wanted: Mask } {
  const grid = axialGrid(size, [1, 1, 1], patientPoint(0, 0, 0));
  const data = new Int16Array(size[0] * size[1] * size[2]);
  for (let k = 0, at = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++) for (let i = 0; i < size[0]; i++, at++) data[at] = hu(i, j, k);
  return { ct: volume(grid, data), wanted: volume(grid, new Uint8Array(data.length)) };
}

test("every cell tells of its own voxel, whichever window it came from; beyond the volume there is air", async () => {
  const { ct, wanted } = ramp();
  wanted.data.fill(1);
  const map = (await slideWindows({ session: firstVoxel, encoding, ct, wanted, signal, progress })).get("first");
  expect(map).toMatchObject({ channels: 2, stride: 4, size: [64, 24, 84] });
  const [ni, nj, nk] = map?.size ?? [0, 0, 0];
  let worst = 0;
  let starts = 0;
  for (let k = 0, at = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, at++) {
        const inside = 4 * i < size[0] && 4 * j < size[1] && 4 * k < size[2];
        const expected = Math.min(1.9, Math.max(-1.1, ((inside ? hu(4 * i, 4 * j, 4 * k) : -1000) + 300) / 700));
        worst = Math.max(worst, Math.abs((map?.data[at] ?? Number.NaN) - expected));
        if (map?.data[at + ni * nj * nk] !== i) starts++;
      }
    }
  }
  expect(worst).toBeLessThan(1e-6);
  // More than one window along i, or this test would show nothing of seams.
  expect(starts).toBeGreaterThan(0);
});

test("a window that nothing is wanted from is not run, and its cells hold no number", async () => {
  const { ct, wanted } = ramp();
  wanted.data[0] = 1;
  let runs = 0;
  const counting: Session = {
    run: (inputs) => {
      runs++;
      return firstVoxel.run(inputs);
    },
  };
  const map = (await slideWindows({ session: counting, encoding, ct, wanted, signal, progress })).get("first");
  expect(runs).toBe(1);
  expect(map?.data[0]).toBeCloseTo((hu(0, 0, 0) + 300) / 700, 6);
  expect(map?.data[(map?.data.length ?? 0) - 1]).toBeNaN();
});

test("an abort ends the work after the window that runs, with the signal's reason", async () => {
  const { ct, wanted } = ramp();
  wanted.data.fill(1);
  const abort = new AbortController();
  let runs = 0;
  const aborting: Session = {
    run: (inputs) => {
      runs++;
      abort.abort(new Error("enough"));
      return firstVoxel.run(inputs);
    },
  };
  const work = slideWindows({ session: aborting, encoding, ct, wanted, signal: abort.signal, progress });
  await expect(work).rejects.toThrow("enough");
  expect(runs).toBe(1);
});
