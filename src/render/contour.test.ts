import { expect, test } from "vitest";
import { axialGrid, voxelCount } from "../volume/grid.ts";
import { patientPoint } from "../volume/space.ts";
import { contour, maskContour, type Segment } from "./contour.ts";
import type { PlaneView } from "./plane-view.ts";

const lengthOf = (segments: readonly Segment[]): number => segments.reduce((sum, [a, b]) => sum + Math.hypot(b[0] - a[0], b[1] - a[1]), 0);

test("the contour of a cone at half height is a circle of the right radius and length", () => {
  const size = 81;
  const radius = 20;
  const field = Float32Array.from({ length: size * size }, (_, at) => radius - Math.hypot((at % size) - 40, Math.floor(at / size) - 40));
  const segments = contour(field, size, size, 0);
  for (const [[x, y]] of segments) expect(Math.hypot(x - 40, y - 40)).toBeCloseTo(radius, 1);
  expect(lengthOf(segments)).toBeCloseTo(2 * Math.PI * radius, 0);
});

test("a contour has no loose end", () => {
  const size = 40;
  const field = Float32Array.from(
    { length: size * size },
    (_, at) => Math.sin((at % size) / 3) * Math.cos(Math.floor(at / size) / 4) + 0.05,
  );
  field.forEach((_, at) => {
    const column = at % size;
    if (column === 0 || column === size - 1 || at < size || at >= size * (size - 1)) field[at] = -1;
  });
  const ends = new Map<string, number>();
  for (const end of contour(field, size, size, 0).flat()) {
    const key = end.map((value) => String(value)).join();
    ends.set(key, (ends.get(key) ?? 0) + 1);
  }
  expect(ends.size).toBeGreaterThan(20);
  expect([...ends.values()].every((count) => count % 2 === 0)).toBe(true);
});

test("two diagonal corners are joined or parted by the middle of the square", () => {
  const joined = contour(Float32Array.of(1, -0.5, -0.5, 1), 2, 2, 0);
  const parted = contour(Float32Array.of(0.5, -1, -1, 0.5), 2, 2, 0);
  expect([joined.length, parted.length]).toEqual([2, 2]);
  const cutsTopLeft = (segments: readonly Segment[]): boolean =>
    segments.some((ends) => ends.some(([, y]) => y === 0) && ends.some(([x]) => x === 0));
  expect(cutsTopLeft(parted)).toBe(true);
  expect(cutsTopLeft(joined)).toBe(false);
});

test("the outline of a ball mask lies within half a voxel of the ball in every plane", () => {
  const g = axialGrid([40, 40, 40], [0.7, 0.7, 0.7], patientPoint(-13.65, -13.65, -13.65));
  const data = new Uint8Array(voxelCount(g));
  data.forEach((_, at) => {
    const p = [at % 40, Math.floor(at / 40) % 40, Math.floor(at / 1600)].map((n) => -13.65 + 0.7 * n);
    data[at] = Math.hypot(...p) <= 9 ? 2 : 0;
  });
  for (const plane of ["axial", "coronal", "sagittal"] as const) {
    const view: PlaneView = { plane, center: patientPoint(0, 0, 0), pixelMm: 0.2, width: 121, height: 121 };
    const radii = maskContour({ grid: g, data }, view).map(([[x, y]]) => Math.hypot(x - 60, y - 60) * 0.2);
    expect(radii.length).toBeGreaterThan(100);
    expect(Math.max(...radii)).toBeLessThan(9.45);
    expect(Math.min(...radii)).toBeGreaterThan(8.55);
  }
});
