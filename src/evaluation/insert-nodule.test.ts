import { expect, test } from "vitest";
import { seededRandom } from "../base/seeded-random.ts";
import { axialGrid, toPatient } from "../volume/grid.ts";
import { patientPoint, type Vector3, voxelPoint } from "../volume/space.ts";
import { volume } from "../volume/volume.ts";
import { choosePlace } from "./choose-place.ts";
import { insertNodule, turns, unturned } from "./insert-nodule.ts";
import { nodulePatch, type OutlinedNodule } from "./nodule-patch.ts";

const LUNG_HU = -850;

/** A ball of 40 HU in lung, partial volume at its edge, its outline agreed on by all. */
function ball(diameterMm: number, spacingMm: Vector3, marginSlices: number, backgroundHu = LUNG_HU): OutlinedNodule {
  const half = Math.ceil(diameterMm / 2 / spacingMm[0]) + 12;
  const halfSlices = Math.floor(diameterMm / 2 / spacingMm[2]) + marginSlices;
  const grid = axialGrid([2 * half + 1, 2 * half + 1, 2 * halfSlices + 1], spacingMm, patientPoint(100, -50, 30));
  const patch = volume(grid, new Int16Array(grid.size[0] * grid.size[1] * grid.size[2]));
  const agreement = volume(grid, new Uint8Array(patch.data.length));
  patch.data.forEach((_, at) => {
    const i = (at % grid.size[0]) - half;
    const j = (Math.floor(at / grid.size[0]) % grid.size[1]) - half;
    const k = Math.floor(at / (grid.size[0] * grid.size[1])) - halfSlices;
    const outside = Math.hypot(i * spacingMm[0], j * spacingMm[1], k * spacingMm[2]) - diameterMm / 2;
    const share = Math.min(1, Math.max(0, 0.5 - outside / spacingMm[0]));
    patch.data[at] = Math.round(backgroundHu + share * (40 - backgroundHu));
    agreement.data[at] = outside <= 0 ? 4 : 0;
  });
  return { patch, agreement, readers: 4 };
}

function lung(size: Vector3, spacingMm: Vector3, hu = LUNG_HU) {
  const grid = axialGrid(size, spacingMm, patientPoint(-20, -20, -20));
  return volume(grid, new Int16Array(size[0] * size[1] * size[2]).fill(hu));
}

const massOf = (scan: { data: Int16Array<ArrayBufferLike>; grid: { spacingMm: Vector3 } }, backgroundHu: number): number =>
  scan.data.reduce((sum, hu) => sum + (hu - backgroundHu), 0) * scan.grid.spacingMm.reduce((a, b) => a * b);

test("the diameter of a prepared ball is the ball's, and its centre the ball's", () => {
  const prepared = nodulePatch(ball(10, [0.5, 0.5, 0.5], 3));
  expect(Math.abs(prepared.diameterMm - 10)).toBeLessThan(0.1);
  expect(prepared.centerMm[0]).toBeCloseTo(100 + 0.5 * ((prepared.grid.size[0] - 1) / 2), 5);
  expect(prepared.backgroundHu).toBe(LUNG_HU);
  expect(prepared.cut).toEqual({ below: false, above: false });
});

test("a ball set into even lung keeps its HU in the core and adds as much as it had, whatever the host's slices", () => {
  const source = ball(10, [0.5, 0.5, 1], 3);
  const own = massOf(source.patch, LUNG_HU);
  for (const thicknessMm of [0.7, 1, 2.5]) {
    const host = lung([80, 80, Math.round(45 / thicknessMm)], [0.7, 0.7, thicknessMm]);
    const place = { centerMm: patientPoint(8.3, 7.1, 2.2), turn: unturned };
    const inserted = insertNodule(host, nodulePatch(source), place);
    expect(inserted?.centerMm).toBe(place.centerMm);
    expect(Math.abs(massOf(host, LUNG_HU) / own - 1)).toBeLessThan(0.02);
    const [i, j, k] = [28.3 / 0.7, 27.1 / 0.7, 22.2 / thicknessMm].map(Math.round);
    expect(host.data[i! + 80 * (j! + 80 * k!)]).toBe(40);
  }
});

test("no voxel changes outside the box that is returned, and a nodule from denser lung comes out as if it had grown in the host's", () => {
  const place = { centerMm: patientPoint(8, 8, 4), turn: unturned };
  const host = lung([80, 80, 60], [0.7, 0.7, 0.8], -900);
  const { lo, hi } = insertNodule(host, nodulePatch(ball(8, [0.6, 0.6, 1.25], 3, -800)), place)!.box;
  const grown = lung([80, 80, 60], [0.7, 0.7, 0.8], -900);
  insertNodule(grown, nodulePatch(ball(8, [0.6, 0.6, 1.25], 3, -900)), place);
  let worst = 0;
  let outside = 0;
  host.data.forEach((hu, at) => {
    const index = [at % 80, Math.floor(at / 80) % 80, Math.floor(at / 6400)];
    if (index.some((n, axis) => n < lo[axis]! || n >= hi[axis]!) && hu !== -900) outside++;
    worst = Math.max(worst, Math.abs(hu - grown.data[at]!));
  });
  expect(outside).toBe(0);
  expect(worst).toBeLessThanOrEqual(5);
});

test("every turn keeps the truth and the mass of a lopsided nodule", () => {
  const source = ball(8, [0.6, 0.6, 1.2], 3);
  source.patch.data.forEach((hu, at) => {
    if (source.agreement.data[at] === 4 && at % source.patch.grid.size[0] > source.patch.grid.size[0] / 2) source.patch.data[at] = hu + 100;
  });
  const prepared = nodulePatch(source);
  const masses = turns.map((turn) => {
    const host = lung([60, 60, 40], [0.7, 0.7, 1]);
    expect(insertNodule(host, prepared, { centerMm: patientPoint(1, 1, 0), turn })?.diameterMm).toBe(prepared.diameterMm);
    return massOf(host, LUNG_HU);
  });
  expect(new Set(turns.map((turn) => JSON.stringify(turn))).size).toBe(16);
  expect(Math.max(...masses) / Math.min(...masses)).toBeLessThan(1.01);
});

test("a nodule cut by its patch fades over one slice instead of ending in a step, and keeps its volume", () => {
  const source = ball(6, [0.6, 0.6, 1], 0);
  const prepared = nodulePatch(source);
  expect(prepared.cut).toEqual({ below: true, above: true });
  const host = lung([60, 60, 80], [0.7, 0.7, 0.5]);
  insertNodule(host, prepared, { centerMm: patientPoint(1, 1, 0), turn: unturned });
  expect(Math.abs(massOf(host, LUNG_HU) / massOf(source.patch, LUNG_HU) - 1)).toBeLessThan(0.1);
});

test("a vessel of the host that passes the nodule stays whole beside it", () => {
  const host = lung([60, 60, 40], [0.7, 0.7, 1]);
  for (let k = 0; k < 40; k++) host.data[40 + 60 * (30 + 60 * k)] = 50;
  insertNodule(host, nodulePatch(ball(12, [0.6, 0.6, 1], 3)), { centerMm: patientPoint(1, 1, 0), turn: unturned });
  // 40 · .7 − 20 = 8 mm: one millimetre from the ball's edge
  for (let k = 0; k < 40; k++) expect(host.data[40 + 60 * (30 + 60 * k)]).toBeGreaterThan(40);
});

test("a nodule that would leave the scan is not set in, and the scan stays as it was", () => {
  const host = lung([60, 60, 40], [0.7, 0.7, 1]);
  expect(insertNodule(host, nodulePatch(ball(10, [0.6, 0.6, 1], 3)), { centerMm: patientPoint(-18, 0, 0), turn: unturned })).toBeNull();
  expect(host.data.every((hu) => hu === LUNG_HU)).toBe(true);
});

test("a nodule that grew at a wall is placed at a wall, on its side; one in free lung away from it", () => {
  const scan = lung([100, 100, 60], [0.7, 0.7, 1]);
  const lungs = volume(scan.grid, new Uint8Array(scan.data.length).fill(1));
  scan.data.forEach((_, at) => {
    if (at % 100 >= 70) {
      scan.data[at] = 40;
      lungs.data[at] = 0;
    }
  });
  const wallMm = toPatient(scan.grid, voxelPoint(70, 0, 0))[0];
  const free = ball(6, [0.6, 0.6, 1], 8);
  const atWall = ball(6, [0.6, 0.6, 1], 8);
  const { size } = atWall.patch.grid;
  atWall.patch.data.forEach((_, at) => {
    if (at % size[0] > (size[0] - 1) / 2 + 6) atWall.patch.data[at] = 40;
  });
  const place = (nodule: OutlinedNodule) => choosePlace(scan, lungs, nodulePatch(nodule), seededRandom(5), { occupied: [], tries: 80 })!;
  expect(wallMm - place(atWall).centerMm[0]).toBeLessThan(7);
  expect(wallMm - place(free).centerMm[0]).toBeGreaterThan(7);
});

test("a place keeps its distance from what is occupied, and none is given where all is", () => {
  const scan = lung([60, 60, 40], [0.7, 0.7, 1]);
  const lungs = volume(scan.grid, new Uint8Array(scan.data.length).fill(1));
  const nodule = nodulePatch(ball(5, [0.6, 0.6, 1], 2));
  const centerMm = patientPoint(0, 0, 0);
  const found = choosePlace(scan, lungs, nodule, seededRandom(1), { occupied: [{ centerMm, distanceMm: 12 }] })!;
  expect(Math.hypot(...found.centerMm)).toBeGreaterThanOrEqual(12);
  expect(choosePlace(scan, lungs, nodule, seededRandom(1), { occupied: [{ centerMm, distanceMm: 100 }] })).toBeNull();
});

test("readers who agree on no voxel make no nodule", () => {
  const source = ball(5, [0.6, 0.6, 1], 2);
  source.agreement.data.fill(1);
  expect(() => nodulePatch(source)).toThrow(RangeError);
});
