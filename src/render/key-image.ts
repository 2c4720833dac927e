import type { Finding } from "../findings/finding.ts";
import { type PatientPoint, patientPoint } from "../volume/space.ts";
import type { Task } from "../volume/threads.ts";
import type { Mask, Volume } from "../volume/volume.ts";
import { bodyExtent, viewOf } from "./body-extent.ts";
import { canvas, paste, type RgbImage, strokeRectangle, strokeSegments } from "./canvas.ts";
import { maskContour } from "./contour.ts";
import { drawText } from "./glyphs.ts";
import { axisColor, drawAxis, drawOrientation, drawPointers, drawScale, markColor, outlineColor, panel } from "./panel.ts";
import { frameOf, type Plane, type PlaneView, patientToPixel } from "./plane-view.ts";
import { png } from "./png.ts";
import { drawUnconfirmed } from "./unconfirmed.ts";
import { lungWindow, type Window } from "./window.ts";

export interface KeyImageInput {
  readonly volume: Volume;
  readonly finding: Pick<Finding, "centerMm" | "measurements">;
  /** Voxels of the finding, on any grid. */
  readonly outline?: Mask;
  /** Edge of each large panel in the patient; without it the larger of 60 mm and three times the finding's long axis. */
  readonly sizeMm?: number;
  /** Edge of each large panel in pixels. */
  readonly pixels?: number;
  readonly window?: Window;
}

/** A picture, and the same encoded as PNG. */
export interface Picture extends RgbImage {
  readonly png: Uint8Array;
}

const planes: readonly Plane[] = ["axial", "coronal", "sagittal"];
const gap = 3;

/**
 * The picture of one finding: axial, coronal and sagittal through it with outline, measured axes, pointers and a 10 mm scale, then a column
 * with the whole axial and coronal slice and a box where the large panels lie. Each panel lies at the level its axes were measured on.
 * "UNCONFIRMED 未经确认" is burned in. The same input gives the same pixels.
 * @throws RangeError when sizeMm or pixels is not positive
 */
export function keyImage(input: KeyImageInput): RgbImage {
  const pixels = input.pixels ?? 360;
  const sizeMm = input.sizeMm ?? Math.max(60, 3 * longestMm(input.finding));
  if (!(Number.isInteger(pixels) && pixels >= 64)) throw new RangeError(`pixels must be a whole number of at least 64, got ${pixels}`);
  if (!(sizeMm > 0 && Number.isFinite(sizeMm))) throw new RangeError(`sizeMm must be positive, got ${sizeMm}`);
  const columnWidth = Math.round(0.74 * pixels);
  const whole = canvas(3 * (pixels + gap) + columnWidth, pixels, [255, 255, 255]);
  for (const [index, plane] of planes.entries()) paste(whole, largePanel(input, plane, sizeMm, pixels), index * (pixels + gap), 0);
  const upper = Math.round((pixels - gap) * 0.5);
  const left = 3 * (pixels + gap);
  paste(whole, smallPanel(input, "axial", sizeMm, columnWidth, upper), left, 0);
  paste(whole, smallPanel(input, "coronal", sizeMm, columnWidth, pixels - gap - upper), left, upper + gap);
  return whole;
}

const longestMm = ({ measurements }: KeyImageInput["finding"]): number => Math.max(0, ...measurements.map(({ longAxisMm }) => longAxisMm));
const centerOf = ({ centerMm }: KeyImageInput["finding"]): PatientPoint => patientPoint(...centerMm);

/** `keyImage` and its PNG, for a thread of its own. */
export const keyImageTask: Task<KeyImageInput, Picture> = {
  name: "render.key-image",
  compute: (input) => {
    const image = keyImage(input);
    return { ...image, png: png(image) };
  },
};

/** The finding's centre, moved through the plane to where the plane's long axis was measured. */
function levelOf(finding: KeyImageInput["finding"], plane: Plane): PatientPoint {
  const axis = finding.measurements.find((each) => each.plane === plane)?.longAxis;
  const [x, y, z] = finding.centerMm;
  if (axis === undefined) return patientPoint(x, y, z);
  const { through } = frameOf(plane);
  const level = (axis.from[through] + axis.to[through]) / 2;
  return patientPoint(through === 0 ? level : x, through === 1 ? level : y, through === 2 ? level : z);
}

function largePanel({ volume, finding, outline, window }: KeyImageInput, plane: Plane, sizeMm: number, pixels: number): RgbImage {
  const view: PlaneView = { plane, center: levelOf(finding, plane), pixelMm: sizeMm / pixels, width: pixels, height: pixels };
  const image = panel(volume, view, window ?? lungWindow);
  const scale = Math.max(1, Math.round(pixels / 200));
  const measured = finding.measurements.find((each) => each.plane === plane);
  if (outline !== undefined)
    strokeSegments(image, maskContour(outline, view), { color: outlineColor, widthPixels: Math.max(1.2, pixels / 260), opacity: 0.9 });
  for (const axis of [measured?.longAxis, measured?.shortAxis]) {
    if (axis === undefined) continue;
    drawAxis(image, view, patientPoint(...axis.from), patientPoint(...axis.to), {
      color: axisColor,
      widthPixels: Math.max(1, pixels / 360),
      opacity: 0.7,
    });
  }
  drawPointers(image, view, centerOf(finding), Math.max(4, longestMm(finding) / 2) + 3, sizeMm / 14);
  drawOrientation(image, view, Math.max(1, Math.round(pixels / 130)));
  drawScale(image, view, scale);
  drawText(image, plane.toUpperCase(), 4 * scale, 4 * scale, scale);
  drawUnconfirmed(image, scale);
  return image;
}

function smallPanel(
  { volume, finding }: KeyImageInput,
  plane: "axial" | "coronal",
  sizeMm: number,
  width: number,
  height: number,
): RgbImage {
  const center = levelOf(finding, plane);
  const view = viewOf(plane, bodyExtent(volume, finding.centerMm[2]), center[frameOf(plane).through], width, height);
  const image = panel(volume, view, lungWindow);
  const [column, row] = patientToPixel(view, center);
  const half = sizeMm / 2 / view.pixelMm;
  strokeRectangle(image, [column - half, row - half], [column + half, row + half], { color: markColor, widthPixels: 1.5, opacity: 0.95 });
  drawOrientation(image, view, 1);
  return image;
}
