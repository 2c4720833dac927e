import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { axialGrid, toPatient, toVoxel } from "../volume/grid.ts";
import { patientPoint, voxelPoint } from "../volume/space.ts";
import { type Volume, volume } from "../volume/volume.ts";
import { noisier } from "./degrade.ts";
import { insertNodule, unturned } from "./insert-nodule.ts";
import { type NodulePatch, nodulePatch } from "./nodule-patch.ts";
import { emptied, pieceFrom, pieceOf } from "./sham.ts";

/** A solid ball of 8 mm in lung of −850 HU with noise of 20 HU, a wall 8 mm to its left. */
function ball(): NodulePatch {
  const grid = axialGrid([41, 41, 25], [0.6, 0.6, 1], patientPoint(0, 0, 0));
  const patch = noisier(volume(grid, new Int16Array(41 * 41 * 25).fill(-850)), 20, 0.7, seededRandom(3));
  const agreement = volume(grid, new Uint8Array(patch.data.length));
  for (let at = 0; at < patch.data.length; at++) {
    const [i, j, k] = [(at % 41) - 20, (Math.floor(at / 41) % 41) - 20, Math.floor(at / 1681) - 12];
    const inside = Math.hypot(0.6 * i, 0.6 * j, k) <= 4;
    if (inside || i > 13) patch.data[at] = 40;
    agreement.data[at] = inside ? 1 : 0;
  }
  return nodulePatch({ patch, agreement, readers: 1 });
}

/** Lung with a vessel along z through voxel (30, 30). */
function scanWithVessel(): { scan: Volume; lungs: Volume<Uint8Array> } {
  const scan = volume(axialGrid([80, 80, 50], [0.7, 0.7, 1], patientPoint(-10, -10, -10)), new Int16Array(80 * 80 * 50));
  for (let at = 0; at < scan.data.length; at++)
    scan.data[at] = Math.hypot((at % 80) - 30, (Math.floor(at / 80) % 80) - 30) < 3 ? 30 : -850 + (at % 7);
  return { scan, lungs: volume(scan.grid, new Uint8Array(scan.data.length).fill(1)) };
}

test("an emptied nodule leaves lung with its noise where the nodule was, and the wall beside it as it was", () => {
  const nodule = ball();
  const empty = emptied(nodule, seededRandom(1));
  const inside = [...empty.hu.keys()].filter((at) => nodule.consensus[at] === 1).map((at) => empty.hu[at]!);
  const mean = inside.reduce((sum, hu) => sum + hu, 0) / inside.length;
  const spread = Math.sqrt(inside.reduce((sum, hu) => sum + (hu - mean) ** 2, 0) / inside.length);
  expect(Math.abs(mean + 850)).toBeLessThan(10);
  expect(spread).toBeGreaterThan(12);
  expect(spread).toBeLessThan(30);
  expect(empty.hu.filter((hu) => hu === 40).length).toBe(nodule.hu.filter((hu) => hu === 40).length - inside.length);
  expect(empty.diameterMm).toBeCloseTo(nodule.diameterMm, 6);
});

test("a piece carries the scan's own HU in the nodule's outline, whole or scaled", () => {
  const { scan } = scanWithVessel();
  const nodule = ball();
  const centerMm = toPatient(scan.grid, voxelPoint(30, 30, 25));
  const piece = pieceOf(scan, nodule, centerMm)!;
  expect(Math.abs(piece.diameterMm - nodule.diameterMm)).toBeLessThan(0.4);
  expect(Math.abs(pieceOf(scan, nodule, centerMm, 1.5)!.diameterMm - 1.5 * nodule.diameterMm)).toBeLessThan(0.4);
  const [i, j, k] = toVoxel(piece.grid, centerMm).map(Math.round);
  expect(piece.hu[i! + piece.grid.size[0] * (j! + piece.grid.size[1] * k!)]).toBe(30);
  expect(pieceOf(scan, nodule, patientPoint(-9, 0, 0))).toBeNull();
});

test("plain lung set into plain lung by the code that sets nodules in leaves plain lung", () => {
  const { scan, lungs } = scanWithVessel();
  const from = pieceFrom(scan, lungs, ball(), "lung", seededRandom(2), [])!;
  const [i, j] = toVoxel(scan.grid, from);
  expect(0.7 * Math.hypot(i - 30, j - 30)).toBeGreaterThan(4 + 2);
  const piece = pieceOf(scan, ball(), from)!;
  const centerMm = toPatient(scan.grid, voxelPoint(58, 58, 22));
  expect(insertNodule(scan, piece, { centerMm, turn: unturned })).not.toBeNull();
  scan.data.forEach((hu, at) => {
    if (Math.hypot((at % 80) - 58, (Math.floor(at / 80) % 80) - 58) < 12) expect(hu).toBeLessThan(-830);
  });
});

test("a vessel piece holds vessel, and is not cut where it must not", () => {
  const { scan, lungs } = scanWithVessel();
  const nodule = ball();
  const from = pieceFrom(scan, lungs, nodule, "vessel", seededRandom(2), [])!;
  const [i, j] = toVoxel(scan.grid, from);
  expect(0.7 * Math.hypot(i - 30, j - 30)).toBeLessThan(4 + 2);
  const everywhere = [{ centerMm: from, distanceMm: 200 }];
  expect(pieceFrom(scan, lungs, nodule, "vessel", seededRandom(2), everywhere)).toBeNull();
});
