import { allocateInt16 } from "../volume/allocate.ts";
import type { Arrangement, PlacedSlice } from "./arrange-slices.ts";
import { paddingMark } from "./hounsfield.ts";

/** Planes whose pixels lie above one another. */
export interface StraightPlanes {
  readonly data: Int16Array<ArrayBufferLike>;
  readonly rows: number;
  readonly columns: number;
  /** Place of its first pixel (i, j) counted in pixels of the first slice; negative when the grid had to grow that way. */
  readonly firstPixel: readonly [number, number];
}

/**
 * Undoes the shear of a stack whose slices are shifted against one another in their plane (a tilted gantry): each is resampled bilinearly on one
 * common grid, widened so that nothing is cut off. Outside the slices lies padding. A stack that is not sheared is returned as it is.
 */
export function straighten(
  data: Int16Array<ArrayBufferLike>,
  stack: { rows: number; columns: number; arrangement: Arrangement; slices: readonly PlacedSlice[] },
): StraightPlanes {
  const { rows, columns, arrangement, slices } = stack;
  if (!arrangement.sheared) return { data, rows, columns, firstPixel: [0, 0] };
  const shifts = shiftsOf(arrangement, slices);
  const { wide, tall, i, j } = commonGrid(rows, columns, shifts);
  const out = allocateInt16(wide * tall * arrangement.slots).fill(paddingMark);
  shifts.forEach(([shiftI, shiftJ], slot) => {
    const source = data.subarray(slot * rows * columns, (slot + 1) * rows * columns);
    shiftPlane(
      source,
      columns,
      rows,
      out.subarray(slot * wide * tall, (slot + 1) * wide * tall),
      wide,
      tall,
      i.first - shiftI,
      j.first - shiftJ,
    );
  });
  return { data: out, rows: tall, columns: wide, firstPixel: [i.first, j.first] };
}

/** Pixels of the common grid of a sheared stack, which may be many more than those of its slices. */
export function straightenedPixels(rows: number, columns: number, { slices }: Arrangement): number {
  const { wide, tall } = commonGrid(rows, columns, slices.map(({ shiftPixels }) => shiftPixels)); // biome-ignore format: one line
  return wide * tall;
}

function commonGrid(rows: number, columns: number, shifts: ReadonlyArray<readonly [number, number]>) {
  const i = spanOf(shifts.map(([shift]) => shift));
  const j = spanOf(shifts.map(([, shift]) => shift));
  return { wide: columns + i.last - i.first, tall: rows + j.last - j.first, i, j };
}

const spanOf = (shifts: readonly number[]): { first: number; last: number } => ({
  first: Math.floor(shifts.reduce((least, shift) => Math.min(least, shift), 0)),
  last: Math.ceil(shifts.reduce((most, shift) => Math.max(most, shift), 0)),
});

/** The shift of every plane; that of an interpolated one lies between its neighbours'. */
function shiftsOf(arrangement: Arrangement, slices: readonly PlacedSlice[]): ReadonlyArray<readonly [number, number]> {
  let above = 0;
  return Array.from({ length: arrangement.slots }, (_, slot): readonly [number, number] => {
    while (above < slices.length - 1 && (slices[above] as PlacedSlice).slot < slot) above++;
    const high = slices[above] as PlacedSlice;
    const low = high.slot > slot && above > 0 ? (slices[above - 1] as PlacedSlice) : high;
    const weight = high.slot === low.slot ? 0 : (slot - low.slot) / (high.slot - low.slot);
    const between = (axis: 0 | 1): number => low.shiftPixels[axis] + weight * (high.shiftPixels[axis] - low.shiftPixels[axis]);
    return [between(0), between(1)];
  });
}

/** out(i, j) = source(i + offsetI, j + offsetJ), bilinear; beside padding the nearest. */
function shiftPlane(
  source: Int16Array<ArrayBufferLike>,
  columns: number,
  rows: number,
  out: Int16Array<ArrayBufferLike>,
  wide: number,
  tall: number,
  offsetI: number,
  offsetJ: number,
): void {
  const wholeI = Math.floor(offsetI);
  const wholeJ = Math.floor(offsetJ);
  const fi = offsetI - wholeI;
  const fj = offsetJ - wholeJ;
  const at = (i: number, j: number): number =>
    i < 0 || j < 0 || i >= columns || j >= rows ? paddingMark : (source[j * columns + i] as number);
  for (let j = 0; j < tall; j++) {
    for (let i = 0; i < wide; i++) {
      const x = i + wholeI;
      const y = j + wholeJ;
      const top = mix(at(x, y), at(x + 1, y), fi);
      const bottom = mix(at(x, y + 1), at(x + 1, y + 1), fi);
      const value = mix(top, bottom, fj);
      out[j * wide + i] = value === paddingMark ? paddingMark : Math.round(value);
    }
  }
}

/** Where one of the two is padding, the nearer of them counts. */
function mix(a: number, b: number, weight: number): number {
  if (a === paddingMark || b === paddingMark) return weight <= 0.5 ? a : b;
  return a + weight * (b - a);
}
