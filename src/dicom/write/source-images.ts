import type { Vector3 } from "../../volume/space.ts";
import type { Stack } from "../stack.ts";

/** One plane of the images a result was made from: what a reference to it says, and where it lies in the patient. */
export interface SourceImage {
  readonly seriesInstanceUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** 1-based, in a multi-frame object; null in a single-frame one. */
  readonly frameNumber: number | null;
  readonly rows: number;
  readonly columns: number;
  /** Centre of the first pixel, LPS mm. */
  readonly positionMm: Vector3;
  readonly rowDirection: Vector3;
  readonly columnDirection: Vector3;
  /** (x along a row, y along a column); Pixel Spacing (0028,0030) is written the other way round. */
  readonly pixelSpacingMm: readonly [x: number, y: number];
  readonly sliceThicknessMm: number | null;
}

/**
 * The slices of a stack in the order of their places (along the stack's normal).
 * @throws RangeError when the stack has no arrangement, so that no volume was made of it
 */
export function sourceImages(stack: Stack): readonly SourceImage[] {
  if (stack.arrangement === null) throw new RangeError("a stack without arrangement has no places");
  return stack.arrangement.slices.map(({ file, frame }) => {
    const { positionMm, rowDirection, columnDirection, pixelSpacingMm, sliceThicknessMm } = frame;
    if (!positionMm || !rowDirection || !columnDirection || !pixelSpacingMm) throw new RangeError("a slice without geometry");
    return {
      seriesInstanceUid: file.context.series.seriesInstanceUid,
      sopClassUid: file.context.series.sopClassUid,
      sopInstanceUid: file.sopInstanceUid,
      frameNumber: file.frames.length > 1 ? frame.index + 1 : null,
      rows: file.format.rows,
      columns: file.format.columns,
      positionMm,
      rowDirection,
      columnDirection,
      pixelSpacingMm,
      sliceThicknessMm,
    };
  });
}
