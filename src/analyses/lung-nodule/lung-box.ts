import type { Lungs } from "../../anatomy/lungs.ts";
import { boxOf, growBox } from "../../volume/crop.ts";
import { gridOver, resampleOn } from "../../volume/resample.ts";
import type { Vector3 } from "../../volume/space.ts";
import type { Threads } from "../../volume/threads.ts";
import type { Mask, Volume } from "../../volume/volume.ts";

/** Spacing of the box that candidates are looked for on, mm, along all axes. */
export const boxSpacingMm = 1;
const marginMm = 10;
/** Air: what lies beyond the slices is none of the lung. */
const outsideHu = -1000;

/** The lungs and a margin around them, at 1 mm along all axes. */
export interface LungBox {
  readonly hu: Volume;
  /** 1 right lung, 2 left lung, 0 elsewhere, on the grid of `hu`. */
  readonly labels: Mask;
  /** 1 trachea and main bronchi, on the grid of `hu`. */
  readonly airways: Mask;
}

/**
 * The part of a CT that holds the lungs, resampled to 1 mm isotropic voxels (linear for HU, nearest for labels).
 * @throws RangeError when the lung labels are empty
 */
export async function lungBox(ct: Volume, lungs: Pick<Lungs, "labels" | "airways">, threads: Threads): Promise<LungBox> {
  const box = boxOf(lungs.labels);
  if (box === null) throw new RangeError("lung labels are empty");
  const { spacingMm, size } = ct.grid;
  const margin: Vector3 = [0, 1, 2].map((axis) => Math.ceil(marginMm / spacingMm[axis]!)) as unknown as Vector3;
  const grid = gridOver(ct.grid, growBox(box, margin, size), [boxSpacingMm, boxSpacingMm, boxSpacingMm]);
  const hu = await resampleOn(threads, ct, grid, { interpolation: "linear", outsideValue: outsideHu });
  const labels = await resampleOn(threads, lungs.labels, grid, { interpolation: "nearest", outsideValue: 0 });
  const airways = await resampleOn(threads, lungs.airways, grid, { interpolation: "nearest", outsideValue: 0 });
  return { hu, labels, airways };
}
