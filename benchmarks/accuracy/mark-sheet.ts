import { type Color, canvas, paste, type RgbImage, strokeRectangle } from "../../src/render/canvas.ts";
import { drawText } from "../../src/render/glyphs.ts";
import { drawPointers, panel } from "../../src/render/panel.ts";
import type { Plane, PlaneView } from "../../src/render/plane-view.ts";
import { lungWindow } from "../../src/render/window.ts";
import { patientPoint } from "../../src/volume/space.ts";
import type { Volume } from "../../src/volume/volume.ts";
import type { FoundMark } from "./read-scan.ts";

const TILE = 120;
const PIXEL_MM = 0.5;
const planes: readonly Plane[] = ["axial", "coronal", "sagittal"];
const GAP = 2;
/** Marks side by side. */
const COLUMNS = 2;
const falseColor: Color = [255, 150, 40];
const ignoredColor: Color = [110, 130, 150];

/**
 * Each mark in three planes, 60 mm a side, with its score, on one sheet; framed orange when it lies on no mark of a reader, grey when it lies on one
 * that does not count. A grey step of 16 keeps it small.
 * @returns null when there is no mark
 */
export function markSheet(volume: Volume, marks: ReadonlyArray<{ mark: FoundMark; false: boolean }>): RgbImage | null {
  if (marks.length === 0) return null;
  const [wide, high] = [planes.length * TILE + GAP, TILE + GAP];
  const sheet = canvas(Math.min(marks.length, COLUMNS) * wide, Math.ceil(marks.length / COLUMNS) * high, [0, 0, 0]);
  for (const [n, { mark, false: isFalse }] of marks.entries()) {
    const [left, top] = [(n % COLUMNS) * wide, Math.floor(n / COLUMNS) * high];
    const center = patientPoint(...mark.centerMm);
    for (const [at, plane] of planes.entries()) {
      const view: PlaneView = { plane, center, pixelMm: PIXEL_MM, width: TILE, height: TILE };
      const image = coarse(panel(volume, view, lungWindow));
      drawPointers(image, view, center, Math.max(4, (mark.diameterMm ?? 0) / 2 + 2), 5);
      if (at === 0) drawText(image, mark.score.toFixed(2), 4, 4, 1);
      paste(sheet, image, left + at * TILE, top);
    }
    const color = isFalse ? falseColor : ignoredColor;
    strokeRectangle(sheet, [left, top], [left + planes.length * TILE - 1, top + TILE - 1], { color, widthPixels: 1.5, opacity: 1 });
  }
  return sheet;
}

const coarse = ({ rgb, ...size }: RgbImage): RgbImage => ({ ...size, rgb: rgb.map((value) => Math.min(240, value & ~15)) });
