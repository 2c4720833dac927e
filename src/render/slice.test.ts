import { expect, test } from "vitest";
import { axialGrid, type Grid, grid, toPatient, voxelCount } from "../volume/grid.ts";
import { type PatientPoint, patientPoint, voxelPoint } from "../volume/space.ts";
import { type Volume, volume } from "../volume/volume.ts";
import { type Plane, type PlaneView, patientToPixel, pixelToPatient } from "./plane-view.ts";
import { slice } from "./slice.ts";

const angle = 0.3;
const turned: Grid = grid({
  size: [24, 22, 20],
  spacingMm: [1.1, 0.9, 2],
  origin: patientPoint(-12, 7, -30),
  directions: [
    [Math.cos(angle), Math.sin(angle), 0],
    [-Math.sin(angle), Math.cos(angle), 0],
    [0, 0, 1],
  ],
});
const ramp = ([x, y, z]: PatientPoint): number => 3 * x - 2 * y + 0.5 * z;

function filled(g: Grid, value: (point: PatientPoint) => number): Volume<Float32Array> {
  const data = new Float32Array(voxelCount(g));
  const [nx, ny] = g.size;
  for (let at = 0; at < data.length; at++) {
    data[at] = value(toPatient(g, voxelPoint(at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny)))));
  }
  return volume(g, data);
}

test.each(["axial", "coronal", "sagittal"] as const)(
  "a linear ramp is reproduced exactly in the %s plane of a turned grid",
  (plane: Plane) => {
    const center = toPatient(turned, voxelPoint(11.3, 10.6, 9.4));
    const view: PlaneView = { plane, center, pixelMm: 0.37, width: 15, height: 11 };
    const values = slice(filled(turned, ramp), view, Number.NaN);
    for (let row = 0; row < view.height; row++) {
      for (let column = 0; column < view.width; column++) {
        expect(values[row * view.width + column]).toBeCloseTo(ramp(pixelToPatient(view, column, row)), 3);
      }
    }
  },
);

test("pixels beyond the volume get the value for outside", () => {
  const g = axialGrid([4, 4, 4], [1, 1, 1], patientPoint(0, 0, 0));
  const view: PlaneView = { plane: "axial", center: patientPoint(0, 0, 0), pixelMm: 1, width: 5, height: 5 };
  const values = slice(
    filled(g, () => 7),
    view,
    -1,
  );
  expect([...values.subarray(10, 15)]).toEqual([-1, -1, 7, 7, 7]);
});

test("the patient's left is on the right of axial and coronal pictures, the front on the left of sagittal ones, the head on top", () => {
  const view = (plane: Plane): PlaneView => ({ plane, center: patientPoint(0, 0, 0), pixelMm: 1, width: 101, height: 101 });
  const left = patientPoint(20, 0, 0);
  const back = patientPoint(0, 20, 0);
  const head = patientPoint(0, 0, 20);
  expect(patientToPixel(view("axial"), left)).toEqual([70, 50]);
  expect(patientToPixel(view("axial"), back)).toEqual([50, 70]);
  expect(patientToPixel(view("coronal"), left)).toEqual([70, 50]);
  expect(patientToPixel(view("coronal"), head)).toEqual([50, 30]);
  expect(patientToPixel(view("sagittal"), back)).toEqual([70, 50]);
  expect(patientToPixel(view("sagittal"), head)).toEqual([50, 30]);
});

test("a pixel's patient position falls back on that pixel", () => {
  const view: PlaneView = { plane: "coronal", center: patientPoint(5, -8, 300), pixelMm: 0.4, width: 64, height: 48 };
  const [column, row] = patientToPixel(view, pixelToPatient(view, 12, 31));
  expect(column).toBeCloseTo(12, 9);
  expect(row).toBeCloseTo(31, 9);
});
