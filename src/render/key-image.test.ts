import { decode } from "fast-png";
import { expect, test } from "vitest";
import { axialGrid, voxelCount } from "../volume/grid.ts";
import { patientPoint } from "../volume/space.ts";
import type { Mask, Volume } from "../volume/volume.ts";
import type { RgbImage } from "./canvas.ts";
import { keyImage, keyImageTask } from "./key-image.ts";
import { overview } from "./overview.ts";
import { png } from "./png.ts";

const g = axialGrid([96, 80, 60], [2, 2, 3], patientPoint(-95, -79, -90));
const centerMm: [number, number, number] = [31, -11, 15];
const insideBall = (at: number, radiusMm: number): boolean => {
  const p = [-95 + 2 * (at % 96), -79 + 2 * (Math.floor(at / 96) % 80), -90 + 3 * Math.floor(at / 7680)];
  return Math.hypot(p[0]! - centerMm[0], p[1]! - centerMm[1], p[2]! - centerMm[2]) <= radiusMm;
};
const volume: Volume = { grid: g, data: Int16Array.from({ length: voxelCount(g) }, (_, at) => (insideBall(at, 9) ? 40 : -860)) };
const outline: Mask = { grid: g, data: Uint8Array.from({ length: voxelCount(g) }, (_, at) => (insideBall(at, 9) ? 1 : 0)) };
const finding = { centerMm, measurements: [] };

const pixelAt = ({ rgb, width }: RgbImage, column: number, row: number): number[] => [
  ...rgb.subarray(3 * (row * width + column), 3 * (row * width + column) + 3),
];

test("the middle of each large panel shows the finding and nothing is drawn over it", () => {
  const plain = keyImage({ volume, finding, sizeMm: 60, pixels: 200 });
  for (const panel of [0, 1, 2]) {
    const [red, green, blue] = pixelAt(plain, panel * 203 + 100, 100);
    expect([red, green, blue]).toEqual([red, red, red]);
    expect(red).toBeGreaterThan(200);
  }
});

test("the outline is drawn in colour where the ball's border lies, 9 mm from the middle", () => {
  const image = keyImage({ volume, finding, outline, sizeMm: 60, pixels: 200 });
  const coloured = [...Array(200).keys()].filter((column) => {
    const [red, green] = pixelAt(image, column, 105);
    return column > 60 && column < 140 && green! - red! > 40;
  });
  expect(coloured.length).toBeGreaterThan(1);
  for (const column of coloured) expect(Math.abs(Math.abs(column - 99.5) * 0.3 - 9)).toBeLessThan(1.5);
});

test("a large finding widens the panels to three times its long axis", () => {
  const measurements = [{ plane: "axial" as const, longAxisMm: 40, shortAxisMm: 30, meanDiameterMm: 35 }];
  const wide = keyImage({ volume, finding: { centerMm, measurements }, pixels: 100 });
  const stated = keyImage({ volume, finding: { centerMm, measurements }, sizeMm: 120, pixels: 100 });
  expect(wide.rgb).toEqual(stated.rgb);
});

test("the same input gives the same PNG, and the PNG holds the pixels drawn", async () => {
  const image = keyImage({ volume, finding, outline, pixels: 100 });
  const picture = await keyImageTask.compute({ volume, finding, outline, pixels: 100 });
  expect(picture.png).toEqual(png(image));
  const decoded = decode(picture.png);
  expect([decoded.width, decoded.height, decoded.channels]).toEqual([image.width, image.height, 3]);
  expect(Uint8Array.from(decoded.data)).toEqual(image.rgb);
});

test("a finding at the edge of the scan still gives a picture", () => {
  const image = keyImage({ volume, finding: { centerMm: [-95, -79, 87], measurements: [] }, pixels: 100 });
  expect(image.height).toBe(100);
});

test("a size or a number of pixels that cannot be drawn is refused", () => {
  expect(() => keyImage({ volume, finding, sizeMm: 0 })).toThrow(RangeError);
  expect(() => keyImage({ volume, finding, pixels: 12.5 })).toThrow(RangeError);
});

test("the overview passes through the mask's middle and draws its contour", () => {
  const image = overview({ volume, lungs: outline, pixels: 120 });
  const bare = overview({ volume, pixels: 120 });
  expect([image.width, image.height]).toEqual([bare.width, bare.height]);
  const turquoise = (picture: RgbImage): number => {
    let count = 0;
    for (let at = 0; at < picture.rgb.length; at += 3) if (picture.rgb[at + 1]! - picture.rgb[at]! > 60) count += 1;
    return count;
  };
  expect(turquoise(image)).toBeGreaterThan(40);
  expect(turquoise(bare)).toBe(0);
});
