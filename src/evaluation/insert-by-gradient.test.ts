import { expect, test } from "vitest";
import { axialGrid } from "../volume/grid.ts";
import { patientPoint, type Vector3 } from "../volume/space.ts";
import { type Volume, volume } from "../volume/volume.ts";
import { insertByGradient } from "./insert-by-gradient.ts";
import { turns, unturned } from "./insert-nodule.ts";
import { type NodulePatch, nodulePatch } from "./nodule-patch.ts";

const SIZE: Vector3 = [60, 60, 40];
const SPACING: Vector3 = [0.7, 0.7, 1];

/** A ball in even lung, partial volume at its edge; `slices` of lung beyond its ends. */
function ball(diameterMm: number, lungHu: number, ballHu = 40, slices = 4): NodulePatch {
  const half = Math.ceil(diameterMm / 1.2) + 10;
  const halfSlices = Math.floor(diameterMm / 2) + slices;
  const grid = axialGrid([2 * half + 1, 2 * half + 1, 2 * halfSlices + 1], [0.6, 0.6, 1], patientPoint(50, 9, -7));
  const patch = volume(grid, new Int16Array((2 * half + 1) ** 2 * (2 * halfSlices + 1)));
  const agreement = volume(grid, new Uint8Array(patch.data.length));
  for (let at = 0; at < patch.data.length; at++) {
    const [i, j] = [(at % grid.size[0]) - half, (Math.floor(at / grid.size[0]) % grid.size[1]) - half];
    const k = Math.floor(at / (grid.size[0] * grid.size[1])) - halfSlices;
    const outside = Math.hypot(0.6 * i, 0.6 * j, k) - diameterMm / 2;
    patch.data[at] = Math.round(lungHu + Math.min(1, Math.max(0, 0.5 - outside / 0.6)) * (ballHu - lungHu));
    agreement.data[at] = outside <= 0 ? 1 : 0;
  }
  return nodulePatch({ patch, agreement, readers: 1 });
}

const lung = (hu: number): Volume =>
  volume(axialGrid(SIZE, SPACING, patientPoint(-20.65, -20.65, -19.5)), new Int16Array(SIZE[0] * SIZE[1] * SIZE[2]).fill(hu));
const middle = { centerMm: patientPoint(0.1, 0.2, 0.3), turn: unturned };

/** Distance of a voxel's centre from the middle, mm. */
const fromMiddle = ({ grid }: Volume, at: number): number =>
  Math.hypot(
    ...[at % 60, Math.floor(at / 60) % 60, Math.floor(at / 3600)].map(
      (n, axis) => grid.origin[axis]! + n * SPACING[axis]! - middle.centerMm[axis]!,
    ),
  );

test("a ball set into the lung it grew in comes out as if it had grown there: core, edge and no seam round it", () => {
  const host = lung(-850);
  insertByGradient(host, ball(10, -850), middle);
  let mass = 0;
  host.data.forEach((hu, at) => {
    const mm = fromMiddle(host, at);
    if (mm < 3.8) expect(Math.abs(hu - 40)).toBeLessThanOrEqual(5);
    if (mm > 6.5) expect(Math.abs(hu + 850)).toBeLessThanOrEqual(15);
    mass += hu + 850;
  });
  const expected = (890 * Math.PI * 10 ** 3) / 6 / 0.49;
  expect(Math.abs(mass / expected - 1)).toBeLessThan(0.05);
});

test("the middle of a solid ball keeps its HU within 15 where the host's lung is 80 HU darker, and the difference is gone at the border", () => {
  const host = lung(-900);
  insertByGradient(host, ball(8, -820), middle);
  host.data.forEach((hu, at) => {
    const mm = fromMiddle(host, at);
    if (mm < 2.5) expect(Math.abs(hu - 40)).toBeLessThanOrEqual(15);
    if (mm > 4.5 + 2.5) expect(Math.abs(hu + 900)).toBeLessThanOrEqual(45);
  });
});

test("no voxel beyond the outline and its rim changes", () => {
  const host = lung(-850);
  const { box } = insertByGradient(host, ball(8, -780), middle)!;
  let changed = 0;
  host.data.forEach((hu, at) => {
    if (fromMiddle(host, at) > 4 + 2.5 + 1) expect(hu).toBe(-850);
    else if (hu !== -850) changed++;
  });
  expect(changed).toBeGreaterThan(500);
  expect(box.lo.every((n) => n >= 0)).toBe(true);
});

test("a vessel of the host that passes in the rim stays", () => {
  const host = lung(-850);
  // 44 · .7 − 20.65 = 10.15: 4 mm from the ball's edge; 40 · .7 − 20.65 = 7.35: 1.25 mm from it
  for (const i of [40, 44]) for (let k = 0; k < SIZE[2]; k++) host.data[i + 60 * (30 + 60 * k)] = 50;
  insertByGradient(host, ball(12, -850), middle);
  for (let k = 0; k < SIZE[2]; k++) {
    expect(host.data[44 + 60 * (30 + 60 * k)]).toBe(50);
    expect(Math.abs(host.data[40 + 60 * (30 + 60 * k)]! - 50)).toBeLessThan(60);
  }
});

test("a ball cut by its patch ends in lung, not in a column of soft tissue, and keeps the HU of its core", () => {
  const host = lung(-850);
  insertByGradient(host, ball(8, -850, 40, 0), middle);
  host.data.forEach((hu, at) => {
    if (fromMiddle(host, at) < 2.5) expect(Math.abs(hu - 40)).toBeLessThanOrEqual(10);
    if (fromMiddle(host, at) > 6.5) expect(Math.abs(hu + 850)).toBeLessThanOrEqual(15);
  });
});

test("a faint ball stays faint, and a turn moves no mass", () => {
  const masses = turns.map((turn) => {
    const host = lung(-850);
    insertByGradient(host, ball(8, -850, -600), { ...middle, turn });
    expect(host.data.reduce((most, hu) => Math.max(most, hu))).toBeLessThan(-590);
    return host.data.reduce((sum, hu) => sum + hu + 850, 0);
  });
  expect(Math.min(...masses)).toBeGreaterThan(0.9 * ((250 * Math.PI * 8 ** 3) / 6 / 0.49));
  expect(Math.max(...masses) / Math.min(...masses)).toBeLessThan(1.01);
});

test("a ball that would leave the scan is not set in, and the scan stays as it was", () => {
  const host = lung(-850);
  expect(insertByGradient(host, ball(10, -850), { ...middle, centerMm: patientPoint(-18, 0, 0) })).toBeNull();
  expect(host.data.every((hu) => hu === -850)).toBe(true);
});
