import { allocateUint8 } from "./allocate.ts";
import { type Box, boxOf, crop, growBox, paste } from "./crop.ts";
import { close } from "./morphology.ts";
import { type Mask, volume } from "./volume.ts";

/**
 * The mask and every place outside it that a ball of this radius, rolled along its outside, cannot reach: closing by a ball, exact by
 * Euclidean distance. Narrow bays (a nodule on the pleura, a vessel that enters) are filled, convex outlines kept. Beyond the grid's edge
 * there is no room for the ball, so a bay that the edge cuts open is filled as if it ended there. Labels become 1.
 * @throws RangeError when radiusMm is negative or not finite
 */
export function rollingBallClose(mask: Mask, radiusMm: number): Mask {
  if (!(radiusMm >= 0 && Number.isFinite(radiusMm))) throw new RangeError(`radiusMm must be 0 or more, got ${radiusMm}`);
  const closed = volume(mask.grid, allocateUint8(mask.data.length));
  const box = boxOf(mask);
  if (box === null) return closed;
  const around = surroundings(mask, box, radiusMm);
  paste(closed, close(crop(mask, around), radiusMm), around.lo);
  return closed;
}

/** A closing stays within the mask's own box; a margin of one radius keeps the ball's moves exact. */
function surroundings(mask: Mask, box: Box, radiusMm: number): Box {
  const { size, spacingMm } = mask.grid;
  const reach = (axis: 0 | 1 | 2): number => Math.floor((radiusMm / spacingMm[axis]) * (1 + 1e-6)) + 1;
  return growBox(box, [reach(0), reach(1), reach(2)], size);
}

/** As rollingBallClose with a disc, in each slice (i, j) for itself. @throws RangeError when radiusMm is negative or not finite */
export function closeSlices(mask: Mask, radiusMm: number): Mask {
  const { size } = mask.grid;
  const closed = allocateUint8(mask.data.length);
  const plane = size[0] * size[1];
  const sliceGrid = { ...mask.grid, size: [size[0], size[1], 1] as const };
  for (let k = 0; k < size[2]; k++) {
    const slice = volume(sliceGrid, mask.data.subarray(k * plane, (k + 1) * plane));
    closed.set(rollingBallClose(slice, radiusMm).data, k * plane);
  }
  return volume(mask.grid, closed);
}
