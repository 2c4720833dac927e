import type { Volume, VoxelData } from "../volume/volume.ts";
import type { PlaneView } from "./plane-view.ts";
import { slice } from "./slice.ts";

type Pixel = readonly [column: number, row: number];
export type Segment = readonly [from: Pixel, to: Pixel];

/**
 * Where the border of a mask cuts a view: the line at half, by marching squares (Lorensen and Cline 1987 in two dimensions, the middle
 * value deciding the two ambiguous cases) on the mask sampled linearly at the pixels. Several labels count as one.
 * @returns pixel coordinates, unordered
 */
export function maskContour(mask: Volume<VoxelData>, view: PlaneView): Segment[] {
  return contour(slice(mask, view, 0), view.width, view.height, 0.5);
}

/** Line segments where a field of width × height values passes a level. */
export function contour(field: Float32Array, width: number, height: number, level: number): Segment[] {
  if (field.length !== width * height) throw new RangeError(`${width} × ${height} values wanted, got ${field.length}`);
  const segments: Segment[] = [];
  for (let row = 0; row + 1 < height; row++) {
    for (let column = 0; column + 1 < width; column++) {
      const at = row * width + column;
      cell(segments, column, row, field[at]! - level, field[at + 1]! - level, field[at + width + 1]! - level, field[at + width]! - level);
    }
  }
  return segments;
}

/** One square; corner values a, b, c, d run clockwise from the top left, positive inside. */
function cell(segments: Segment[], x: number, y: number, a: number, b: number, c: number, d: number): void {
  const key = (a > 0 ? 1 : 0) | (b > 0 ? 2 : 0) | (c > 0 ? 4 : 0) | (d > 0 ? 8 : 0);
  if (key === 0 || key === 15) return;
  const top = (): Pixel => [x + a / (a - b), y];
  const right = (): Pixel => [x + 1, y + b / (b - c)];
  const bottom = (): Pixel => [x + d / (d - c), y + 1];
  const left = (): Pixel => [x, y + a / (a - d)];
  const middle = a + b + c + d > 0;
  switch (key > 7 ? 15 - key : key) {
    case 1:
      segments.push([left(), top()]);
      break;
    case 2:
      segments.push([top(), right()]);
      break;
    case 3:
      segments.push([left(), right()]);
      break;
    case 4:
      segments.push([right(), bottom()]);
      break;
    case 6:
      segments.push([top(), bottom()]);
      break;
    case 7:
      segments.push([left(), bottom()]);
      break;
    default:
      // Two opposite corners inside: key 5 is a and c, key 10 is b and d.
      if ((key === 5) === middle) segments.push([top(), right()], [left(), bottom()]);
      else segments.push([left(), top()], [right(), bottom()]);
  }
}
