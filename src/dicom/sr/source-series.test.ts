import { expect, test } from "vitest";
import { cross, type Vector3 } from "../../volume/space.ts";
import type { SourceImage } from "../write/source-images.ts";
import { pixelOf, planeOf, type SourceSeries, sourceHolding } from "./source-series.ts";

const rowDirection: Vector3 = [Math.SQRT1_2, Math.SQRT1_2, 0];
const columnDirection: Vector3 = [0, 0, -1];
const normal = cross(rowDirection, columnDirection);
const along = (start: Vector3, direction: Vector3, mm: number): Vector3 => [
  start[0] + mm * direction[0],
  start[1] + mm * direction[1],
  start[2] + mm * direction[2],
];
const origin: Vector3 = [10, -20, 300];
const frame = (number: number): SourceImage => ({
  seriesInstanceUid: "2.25.1",
  sopClassUid: "1.2.840.10008.5.1.4.1.1.2.1",
  sopInstanceUid: "2.25.2",
  frameNumber: number,
  rows: 64,
  columns: 64,
  positionMm: along(origin, normal, 3 * (number - 1)),
  rowDirection,
  columnDirection,
  pixelSpacingMm: [0.5, 0.8],
  sliceThicknessMm: 3,
});
const source: SourceSeries = { modality: "CT", frameOfReferenceUid: "2.25.3", images: [1, 2, 3, 4].map(frame) };

test("a point is found on the frame nearest to it, at its column and row, on oblique planes too", () => {
  const point = along(along(along(origin, rowDirection, 5), columnDirection, 8), normal, 6.4);
  const plane = planeOf(source, "2.25.2", point);
  expect(plane.frameNumber).toBe(3);
  expect(pixelOf(plane, point)).toEqual([expect.closeTo(10.5, 9), expect.closeTo(10.5, 9)]);
});

test("an image that no source holds is the caller's mistake", () => {
  expect(sourceHolding([source], "2.25.2")).toBe(source);
  expect(() => sourceHolding([source], "2.25.9")).toThrow(RangeError);
  expect(() => planeOf(source, "2.25.9", origin)).toThrow(RangeError);
});
