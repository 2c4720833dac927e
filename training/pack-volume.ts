import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { boxOf, growBox } from "../src/volume/crop.ts";
import type { Grid } from "../src/volume/grid.ts";
import { gridOver, resample } from "../src/volume/resample.ts";
import type { Vector3 } from "../src/volume/space.ts";
import type { Mask, Volume } from "../src/volume/volume.ts";

/** How far round a place that a reader marked nothing is a negative. */
export const markRadiusMm = 6;
const marginMm = 12;

/** HU as packed bytes: (HU + 1024) / 8. */
export const stored = (hu: ArrayLike<number>): Uint8Array =>
  Uint8Array.from(hu, (value) => Math.min(255, Math.max(0, Math.round((value + 1024) / 8))));

/** The lungs and 12 mm round them, at 1 mm. @throws Error when the labels are empty */
export function lungGrid({ grid }: Volume, labels: Mask): Grid {
  const box = boxOf(labels);
  if (box === null) throw new Error("empty lungs");
  const margin = grid.spacingMm.map((mm) => Math.ceil(marginMm / mm)) as unknown as Vector3;
  return gridOver(grid, growBox(box, margin, grid.size), [1, 1, 1]);
}

/** Writes NAME.ct.u8 and NAME.lung.u8: a volume and its lungs on a grid of 1 mm. */
export function packVolume(folder: string, name: string, volume: Volume, labels: Mask, grid: Grid): void {
  writeFileSync(join(folder, `${name}.ct.u8`), stored(resample(volume, grid, { interpolation: "linear", outsideValue: -1000 }).data));
  writeFileSync(join(folder, `${name}.lung.u8`), resample(labels, grid, { interpolation: "nearest", outsideValue: 0 }).data);
}
