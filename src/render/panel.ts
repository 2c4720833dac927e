import type { PatientPoint } from "../volume/space.ts";
import type { Volume } from "../volume/volume.ts";
import { type Color, fromGrey, type RgbImage, type Stroke, strokeSegments } from "./canvas.ts";
import { drawText, textSize } from "./glyphs.ts";
import { frameOf, type PlaneView, patientToPixel } from "./plane-view.ts";
import { slice } from "./slice.ts";
import { type Window, windowed } from "./window.ts";

export const outlineColor: Color = [64, 224, 208];
export const axisColor: Color = [255, 196, 64];
export const markColor: Color = [255, 255, 255];

/** Outside the scan a picture is black: below every window. */
const outsideHu = -4096;

/** A grey picture of a plane through a volume. */
export function panel(volume: Volume, view: PlaneView, window: Window): RgbImage {
  return fromGrey(windowed(slice(volume, view, outsideHu), window), view.width, view.height);
}

/** Letters of the patient's sides in the middle of each edge. */
export function drawOrientation(image: RgbImage, { plane }: PlaneView, scale: number): void {
  const [left, right, top, bottom] = frameOf(plane).letters;
  const [width, height] = textSize("R", scale);
  const edge = 2 * scale;
  const middle = Math.round((image.width - width) / 2);
  const halfway = Math.round((image.height - height) / 2);
  drawText(image, left, edge, halfway, scale);
  drawText(image, right, image.width - width - edge, halfway, scale);
  drawText(image, top, middle, edge, scale);
  drawText(image, bottom, middle, image.height - height - edge, scale);
}

/** A scale at the bottom left: a tick every 10 mm, about a third of the picture long, at least one division. */
export function drawScale(image: RgbImage, { pixelMm }: PlaneView, scale: number): void {
  const divisions = Math.max(1, Math.floor((image.width * pixelMm) / 3 / 10));
  const step = 10 / pixelMm;
  const left = 4 * scale;
  const base = image.height - 4 * scale - 0.5;
  const bar = [
    [
      [left, base],
      [left + divisions * step, base],
    ],
    ...[...Array(divisions + 1).keys()].map(
      (n) =>
        [
          [left + n * step, base],
          [left + n * step, base - 3 * scale],
        ] as const,
    ),
  ] as const;
  strokeSegments(image, bar, { color: [0, 0, 0], widthPixels: scale + 2, opacity: 0.6 });
  strokeSegments(image, bar, { color: markColor, widthPixels: scale * 0.8, opacity: 1 });
  drawText(image, `${divisions * 10} mm`, left, base - 5 * scale - textSize("0", scale)[1], scale);
}

/**
 * Four short lines that point at a place from outside it; they begin a gap away so that what they point at stays clear.
 * @param clearMm distance from the place at which the lines begin
 */
export function drawPointers(image: RgbImage, view: PlaneView, place: PatientPoint, clearMm: number, lengthMm: number): void {
  const [column, row] = patientToPixel(view, place);
  const near = clearMm / view.pixelMm;
  const far = near + lengthMm / view.pixelMm;
  const lines = (
    [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const
  ).map(
    ([x, y]) =>
      [
        [column + x * near, row + y * near],
        [column + x * far, row + y * far],
      ] as const,
  );
  strokeSegments(image, lines, { color: markColor, widthPixels: 1.4, opacity: 0.85 });
}

/** A measured axis: a thin line with a short bar across each end. */
export function drawAxis(image: RgbImage, view: PlaneView, from: PatientPoint, to: PatientPoint, stroke: Stroke): void {
  const a = patientToPixel(view, from);
  const b = patientToPixel(view, to);
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  if (length === 0) return;
  const half = 3;
  const across = [(-(b[1] - a[1]) / length) * half, ((b[0] - a[0]) / length) * half] as const;
  const end = ([x, y]: readonly [number, number]) =>
    [
      [x - across[0], y - across[1]],
      [x + across[0], y + across[1]],
    ] as const;
  strokeSegments(image, [[a, b], end(a), end(b)], stroke);
}
