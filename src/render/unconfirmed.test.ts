import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { canvas, type RgbImage } from "./canvas.ts";
import { textSize } from "./glyphs.ts";
import { drawUnconfirmed } from "./unconfirmed.ts";

function drawn(scale: number): RgbImage {
  const image = canvas(300, 120, [90, 90, 90]);
  drawUnconfirmed(image, scale);
  return image;
}
/** Share of a rectangle's pixels that are nearly of the text's colour. */
function inkIn({ rgb, width }: RgbImage, left: number, top: number, right: number, bottom: number): number {
  let ink = 0;
  for (let row = top; row < bottom; row++)
    for (let column = left; column < right; column++) if (rgb[3 * (row * width + column)]! > 200) ink++;
  return ink / ((right - left) * (bottom - top));
}

test.each([1, 2, 3])("at scale %i four different signs stand in a row above the English word, both at the lower right", (scale) => {
  const image = drawn(scale);
  const size = Math.max(16, 12 * scale);
  const [english, height] = textSize("UNCONFIRMED", scale);
  const baseline = 120 - 4 * scale;
  const right = 300 - 4 * scale;
  expect(inkIn(image, right - english, baseline - height, right, baseline)).toBeGreaterThan(0.2);
  const bottom = baseline - height - 2 * scale;
  const signs = [0, 1, 2, 3].map((place) => {
    const left = right - (4 - place) * size;
    expect(inkIn(image, left, bottom - size, left + size, bottom)).toBeGreaterThan(0.15);
    expect(inkIn(image, left, bottom - size, left + size, bottom)).toBeLessThan(0.6);
    return [...Array(size).keys()].map((row) => inkIn(image, left, bottom - size + row, left + size, bottom - size + row + 1)).join();
  });
  expect(new Set(signs).size).toBe(4);
  expect(inkIn(image, 0, 0, right - 4 * size - 2, 120 - 2 * height - 8 * scale)).toBe(0);
});

test("the table of signs is what the font gives", () => {
  const script = fileURLToPath(new URL("../../scripts/glyphs.ts", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  expect(stderr).not.toContain("chinese-glyphs");
  expect(status).toBe(0);
});
