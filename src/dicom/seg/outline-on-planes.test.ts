import { expect, test } from "vitest";
import { crop } from "../../volume/crop.ts";
import { axialGrid, type Grid, grid, toPatient, voxelCount } from "../../volume/grid.ts";
import { cross, type PatientPoint, patientPoint, type Vector3, voxelPoint } from "../../volume/space.ts";
import { type Mask, volume } from "../../volume/volume.ts";
import type { SourceImage } from "../write/source-images.ts";
import { outlineOnPlanes } from "./outline-on-planes.ts";

/** The planes a scanner would have made of a grid, in the order of k. */
function planesOf(g: Grid): SourceImage[] {
  return Array.from({ length: g.size[2] }, (_, k) => {
    const [x, y, z] = toPatient(g, voxelPoint(0, 0, k));
    return {
      seriesInstanceUid: "2.25.1",
      sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
      sopInstanceUid: `2.25.2${k}`,
      frameNumber: null,
      rows: g.size[1],
      columns: g.size[0],
      positionMm: [x, y, z],
      rowDirection: g.directions[0],
      columnDirection: g.directions[1],
      pixelSpacingMm: [g.spacingMm[0], g.spacingMm[1]],
      sliceThicknessMm: g.spacingMm[2],
    };
  });
}

const voxelOf = (g: Grid, n: number): PatientPoint => {
  const [ni, nj] = g.size;
  return toPatient(g, voxelPoint(n % ni, Math.floor(n / ni) % nj, Math.floor(n / (ni * nj))));
};
const center = patientPoint(4.2, -3.1, 12.4);
function ellipsoid(g: Grid, radiiMm: Vector3): Mask {
  const inside = (p: PatientPoint): boolean => Math.hypot(...radiiMm.map((radius, axis) => (p[axis]! - center[axis]!) / radius)) <= 1;
  return volume(
    g,
    Uint8Array.from({ length: voxelCount(g) }, (_, n) => (inside(voxelOf(g, n)) ? 1 : 0)),
  );
}
const places = (points: readonly PatientPoint[]): string[] =>
  points.map((p) => p.map((mm) => (Math.round(mm * 100) / 100 || 0).toFixed(2)).join(" ")).sort();
const drawn = (outline: Mask, g: Grid): PatientPoint[] =>
  outlineOnPlanes(outline, planesOf(g)).flatMap(({ plane, pixels }) =>
    pixels.map((pixel) => voxelOf(g, pixel + plane * g.size[0] * g.size[1])),
  );
const voxels = ({ grid: g, data }: Mask): PatientPoint[] => [...data].flatMap((value, n) => (value === 0 ? [] : [voxelOf(g, n)]));

const axial = axialGrid([40, 36, 16], [0.7, 0.8, 2.5], patientPoint(-10, -17, -6));
/** The same voxels counted from other corners, along other axes. */
function recounted(from: Vector3, order: readonly [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2], signs: Vector3): Grid {
  const pick = <Item>(items: readonly [Item, Item, Item]): [Item, Item, Item] => [items[order[0]], items[order[1]], items[order[2]]];
  const directions = pick(axial.directions).map((d, axis) => d.map((x) => x * signs[axis]! || 0)) as unknown as Grid["directions"];
  return grid({ size: pick(axial.size), spacingMm: pick(axial.spacingMm), origin: toPatient(axial, voxelPoint(...from)), directions });
}
test.each([
  ["from feet to head", axial],
  ["from head to feet", recounted([0, 0, 15], [0, 1, 2], [1, 1, -1])],
  ["feet first", recounted([39, 0, 15], [0, 1, 2], [-1, 1, -1])],
  ["prone", recounted([39, 35, 0], [0, 1, 2], [-1, -1, 1])],
  ["coronal", recounted([0, 0, 15], [0, 2, 1], [1, -1, 1])],
  ["sagittal", recounted([0, 0, 15], [1, 2, 0], [1, -1, 1])],
])("on planes through the mask's voxels (%s) the outline is the mask itself", (_name, planes) => {
  const mask = ellipsoid(axial, [7, 8, 9]);
  const box = crop(mask, { lo: [3, 4, 1], hi: [36, 34, 15] });
  expect(voxels(mask).length).toBeGreaterThan(1000);
  expect(places(drawn(box, planes))).toEqual(places(voxels(mask)));
});

const ballMm3 = (4 / 3) * Math.PI * 7 ** 3;
const turn = (degrees: number): Grid["directions"] => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [i, j]: Vector3[] = [
    [c, s, 0],
    [-s * c, c * c, s],
  ];
  return [i as Vector3, j as Vector3, cross(i as Vector3, j as Vector3)];
};
test.each([
  ["axial planes", axialGrid([40, 36, 40], [0.7, 0.8, 1], patientPoint(-10, -17, -6)), turn(0)],
  ["planes tilted by 20° about two axes", axialGrid([40, 36, 40], [0.7, 0.8, 1], patientPoint(-8, -15, -10)), turn(20)],
])("a ball of .5 mm voxels keeps volume and centre on %s", (_name, g, directions) => {
  const fine = axialGrid([36, 36, 36], [0.5, 0.5, 0.5], patientPoint(center[0] - 8.9, center[1] - 8.7, center[2] - 8.8));
  const source = { ...g, directions };
  const points = drawn(ellipsoid(fine, [7, 7, 7]), source);
  expect((points.length * 0.7 * 0.8) / ballMm3).toBeGreaterThan(0.98);
  expect((points.length * 0.7 * 0.8) / ballMm3).toBeLessThan(1.02);
  for (const axis of [0, 1, 2] as const) {
    const mean = points.reduce((sum, point) => sum + point[axis], 0) / points.length;
    expect(Math.abs(mean - center[axis])).toBeLessThan(0.1);
  }
});

test("an outline between two planes is drawn on the nearer one, in its place", () => {
  const thin = axialGrid([6, 6, 1], [0.5, 0.5, 0.3], patientPoint(3, -4, 5));
  const outline = volume(thin, new Uint8Array(36).fill(1));
  const points = drawn(outline, axial);
  expect(new Set(points.map((point) => point[2]))).toEqual(new Set([4]));
  expect(places(points)).toContain("4.00 -3.40 4.00");
  expect(points.length).toBeGreaterThanOrEqual(9);
});

test("an outline finer than a pixel is drawn as one", () => {
  const dot = volume(axialGrid([1, 1, 1], [0.1, 0.1, 0.1], patientPoint(4.33, -3.1, 4.02)), Uint8Array.of(1));
  expect(places(drawn(dot, axial))).toEqual(["4.00 -3.40 4.00"]);
});

test("an outline that is empty or far from every plane is refused", () => {
  const g = axialGrid([2, 2, 2], [1, 1, 1], patientPoint(500, 0, 0));
  expect(() => outlineOnPlanes(volume(g, new Uint8Array(8)), planesOf(axial))).toThrow(RangeError);
  expect(() => outlineOnPlanes(volume(g, new Uint8Array(8).fill(1)), planesOf(axial))).toThrow(RangeError);
});

test("a 30 mm outline on 512 × 512 planes takes less than 150 ms", () => {
  const source = axialGrid([512, 512, 120], [0.7, 0.7, 1.25], patientPoint(-170, -170, -60));
  const mask = ellipsoid(axialGrid([72, 72, 72], [0.5, 0.5, 0.5], patientPoint(-14, -21, -6)), [15, 15, 15]);
  const planes = planesOf(source);
  const start = performance.now();
  outlineOnPlanes(mask, planes);
  // Twice the limit, as the machine that runs this may be busy.
  expect(performance.now() - start).toBeLessThan(300);
});
