import { toPatient } from "../volume/grid.ts";
import { type PatientPoint, patientPoint, voxelPoint } from "../volume/space.ts";
import type { Mask, Volume } from "../volume/volume.ts";
import { bodyExtent, gridExtent, viewOf } from "./body-extent.ts";
import { canvas, paste, type RgbImage, strokeSegments } from "./canvas.ts";
import { maskContour } from "./contour.ts";
import { drawOrientation, drawScale, outlineColor, panel } from "./panel.ts";
import { frameOf } from "./plane-view.ts";
import { drawUnconfirmed } from "./unconfirmed.ts";
import { lungWindow } from "./window.ts";

export interface OverviewInput {
  readonly volume: Volume;
  /** Voxels that were read (any label), on any grid; without it the pictures carry no contour. */
  readonly lungs?: Mask;
  /** Height of the picture. */
  readonly pixels?: number;
}

const gap = 3;

/**
 * What was read: an axial and a coronal slice through the middle of the lungs (of the scan when no lungs are given), with their contour.
 * @throws RangeError when pixels is not a whole number of at least 64
 */
export function overview({ volume, lungs, pixels = 420 }: OverviewInput): RgbImage {
  if (!(Number.isInteger(pixels) && pixels >= 64)) throw new RangeError(`pixels must be a whole number of at least 64, got ${pixels}`);
  const middle = (lungs === undefined ? null : centerOfMask(lungs)) ?? centerOfScan(volume);
  const width = Math.round(pixels * 1.3);
  const whole = canvas(2 * width + gap, pixels, [255, 255, 255]);
  const extent = bodyExtent(volume, middle[2]);
  for (const [index, plane] of (["axial", "coronal"] as const).entries()) {
    const view = viewOf(plane, extent, middle[frameOf(plane).through], width, pixels);
    const image = panel(volume, view, lungWindow);
    if (lungs !== undefined) strokeSegments(image, maskContour(lungs, view), { color: outlineColor, widthPixels: 1.2, opacity: 0.9 });
    const scale = Math.max(1, Math.round(pixels / 200));
    drawOrientation(image, view, Math.max(1, Math.round(pixels / 130)));
    drawScale(image, view, scale);
    drawUnconfirmed(image, scale);
    paste(whole, image, index * (width + gap), 0);
  }
  return whole;
}

function centerOfScan({ grid }: Volume): PatientPoint {
  const { lowMm, highMm } = gridExtent(grid);
  return patientPoint((lowMm[0] + highMm[0]) / 2, (lowMm[1] + highMm[1]) / 2, (lowMm[2] + highMm[2]) / 2);
}

/** Mean position of a sample of the mask's voxels; null when it is empty. */
function centerOfMask({ grid, data }: Mask): PatientPoint | null {
  const step = Math.max(1, Math.floor(data.length / 2_000_000)) | 1;
  const [nx, ny] = grid.size;
  let count = 0;
  let i = 0;
  let j = 0;
  let k = 0;
  for (let at = 0; at < data.length; at += step) {
    if (data[at] === 0) continue;
    count += 1;
    i += at % nx;
    j += Math.floor(at / nx) % ny;
    k += Math.floor(at / (nx * ny));
  }
  return count === 0 ? null : toPatient(grid, voxelPoint(i / count, j / count, k / count));
}
