import { allocateInt16 } from "../volume/allocate.ts";
import type { Arrangement, PlacedSlice } from "./arrange-slices.ts";
import { paddingMark } from "./hounsfield.ts";

/**
 * Fills the planes of the regular grid that no slice fills: between the slices below and above, linearly; beyond the last one, as that one.
 * Where one of the two is padding the other counts, where both are the result is.
 * @param data planes at whole slots (filled in place), or slice by slice when the arrangement is interpolated (a new array is returned)
 * @param present slices that were decoded, from the lowest position on; one or more
 */
export function interpolateSlots(
  data: Int16Array<ArrayBufferLike>,
  sliceVoxels: number,
  present: readonly PlacedSlice[],
  arrangement: Arrangement,
): Int16Array<ArrayBufferLike> {
  const { interpolated, slices, slots } = arrangement;
  const out = interpolated ? allocateInt16(slots * sliceVoxels) : data;
  const plane = (n: number): Int16Array<ArrayBufferLike> => data.subarray(n * sliceVoxels, (n + 1) * sliceVoxels);
  const indexOf = new Map(slices.map((slice, n) => [slice, n]));
  const planeOf = (slice: PlacedSlice): Int16Array<ArrayBufferLike> => plane(interpolated ? (indexOf.get(slice) ?? 0) : slice.slot);
  let above = 0;
  for (let slot = 0; slot < slots; slot++) {
    while (above < present.length - 1 && (present[above] as PlacedSlice).slot < slot) above++;
    const high = present[above] as PlacedSlice;
    const low = high.slot > slot && above > 0 ? (present[above - 1] as PlacedSlice) : high;
    if (!interpolated && high.slot === slot) continue;
    const weight = high.slot === low.slot ? 0 : (slot - low.slot) / (high.slot - low.slot);
    blend(planeOf(low), planeOf(high), Math.min(1, Math.max(0, weight)), out.subarray(slot * sliceVoxels, (slot + 1) * sliceVoxels));
  }
  return out;
}

function blend(
  low: Int16Array<ArrayBufferLike>,
  high: Int16Array<ArrayBufferLike>,
  weight: number,
  out: Int16Array<ArrayBufferLike>,
): void {
  if (weight === 0 || weight === 1) {
    out.set(weight === 0 ? low : high);
    return;
  }
  for (let n = 0; n < out.length; n++) {
    const a = low[n] as number;
    const b = high[n] as number;
    out[n] = a === paddingMark ? b : b === paddingMark ? a : Math.round(a + weight * (b - a));
  }
}
