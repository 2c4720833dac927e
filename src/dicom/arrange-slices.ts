import { type Reason, reason } from "../base/reason.ts";
import { cross, dot, type Vector3 } from "../volume/space.ts";
import { type Slice, samePlaceMm } from "./split-series.ts";

/** A slice in its place: `slot` counts slices of the grid and is a whole number unless the spacing is too irregular for that. */
export interface PlacedSlice extends Slice {
  /** Along the direction in which k grows, mm; LPS z for axial stacks. */
  readonly positionMm: number;
  readonly slot: number;
  /** Offset of this slice in its own plane from the line through the first slice along the normal, in pixels (i, j). */
  readonly shiftPixels: readonly [number, number];
}

/** The stack on a regular grid. */
export interface Arrangement {
  readonly slices: readonly PlacedSlice[];
  /** Row direction × column direction. */
  readonly normal: Vector3;
  /** ± normal, chosen so that k grows to the left, the back or the head. */
  readonly kDirection: Vector3;
  readonly slots: number;
  readonly slotSpacingMm: number;
  /** Median of neighbouring distances. */
  readonly spacingMm: number;
  readonly duplicatePositions: number;
  readonly missingPositions: number;
  readonly irregularSpacing: boolean;
  /** Slots are fractional: slices must be interpolated onto the grid. */
  readonly interpolated: boolean;
  /** Slices are shifted against one another in their plane (gantry tilt) by at least a quarter of a pixel. */
  readonly sheared: boolean;
  readonly tiltDegrees: number;
  readonly faults: readonly Reason[];
  readonly warnings: readonly Reason[];
}

/** Neighbouring distances that differ from the median by more than this fraction make a stack irregular. */
const irregularFraction = 0.05;
/** A slice further than this fraction of the spacing from its slot is interpolated, not moved. */
const slotTolerance = 0.1;
/** No volume is made when a distance exceeds the median this many times without being a whole multiple (a missing slice). */
const widestGap = 2.5;
/** Missing slices are interpolated up to this many in a row and this fraction of the stack; beyond it no volume is made. */
const longestMissingRun = 3;
const missingFraction = 0.05;
const steepestTiltDegrees = 30;

/**
 * Sorts slices by position along their normal (never by InstanceNumber), drops those in a place already taken, counts missing ones and lays the
 * rest on a regular grid.
 * @param slices of one orientation, all with position, directions and pixel spacing
 * @returns null with fewer than two places
 */
export function arrangeSlices(slices: readonly Slice[]): Arrangement | null {
  const [first] = slices;
  if (!first?.frame.rowDirection || !first.frame.columnDirection || !first.frame.pixelSpacingMm) return null;
  const normal = cross(first.frame.rowDirection, first.frame.columnDirection);
  const dominant = [0, 1, 2].reduce((best, axis) => (Math.abs(normal[axis] ?? 0) > Math.abs(normal[best] ?? 0) + 1e-9 ? axis : best), 0);
  const sign = (normal[dominant] ?? 0) < 0 ? -1 : 1;
  const kDirection: Vector3 = [sign * normal[0], sign * normal[1], sign * normal[2]];
  const places = distinctPlaces(slices, kDirection);
  const gaps = places.slice(1).map(({ positionMm }, n) => positionMm - (places[n]?.positionMm ?? 0));
  if (gaps.length === 0) return null;
  const spacingMm = [...gaps].sort((a, b) => a - b)[gaps.length >> 1] as number;
  const grid = layOut(
    places.map(({ positionMm }) => positionMm),
    gaps,
    spacingMm,
  );
  const placed = places.map(
    (slice, n): PlacedSlice => ({ ...slice, slot: grid.slots[n] as number, shiftPixels: shiftOf(slice, places[0] as Place, kDirection) }),
  );
  const shear = shearOf(placed, kDirection);
  const duplicatePositions = slices.length - places.length;
  const faults: Reason[] = [...grid.faults];
  const warnings: Reason[] = [...grid.warnings];
  if (duplicatePositions > 0) warnings.push(reason("series.duplicates-dropped", { count: duplicatePositions }));
  if (shear.sheared && shear.tiltDegrees > steepestTiltDegrees) faults.push(reason("series.gantry-tilt", { degrees: shear.tiltDegrees }));
  else if (shear.sheared) warnings.push(reason("series.tilt-corrected", { degrees: shear.tiltDegrees }));
  return {
    slices: placed,
    normal,
    kDirection,
    slots: grid.count,
    slotSpacingMm: grid.slotSpacingMm,
    spacingMm,
    duplicatePositions,
    missingPositions: grid.missing,
    irregularSpacing: grid.irregular,
    interpolated: grid.interpolated,
    ...shear,
    faults,
    warnings,
  };
}

interface Place extends Slice {
  readonly positionMm: number;
}

/** Sorted by position; of several slices in one place the one with the lowest instance number stays. */
function distinctPlaces(slices: readonly Slice[], kDirection: Vector3): readonly Place[] {
  const number = ({ file }: Slice): number => file.instanceNumber ?? Number.MAX_SAFE_INTEGER;
  const sorted = slices
    .map((slice): Place => ({ ...slice, positionMm: dot(slice.frame.positionMm ?? [0, 0, 0], kDirection) }))
    .sort((a, b) => a.positionMm - b.positionMm);
  const places: Place[] = [];
  for (const slice of sorted) {
    const last = places.at(-1);
    if (last === undefined || slice.positionMm - last.positionMm >= samePlaceMm) places.push(slice);
    else if (number(slice) < number(last)) places[places.length - 1] = slice;
  }
  return places;
}

interface Layout {
  readonly slots: readonly number[];
  readonly count: number;
  readonly slotSpacingMm: number;
  readonly missing: number;
  readonly irregular: boolean;
  readonly interpolated: boolean;
  readonly faults: readonly Reason[];
  readonly warnings: readonly Reason[];
}

function layOut(positions: readonly number[], gaps: readonly number[], spacingMm: number): Layout {
  const first = positions[0] as number;
  const extentMm = (positions.at(-1) as number) - first;
  const steps = gaps.map((gap) => Math.max(1, Math.round(gap / spacingMm)));
  const wide = gaps.map((gap, n) => Math.abs(gap / (steps[n] as number) - spacingMm) / spacingMm);
  const missingRuns = steps.map((step, n) => ((wide[n] as number) <= irregularFraction * 2 ? step - 1 : 0));
  const missing = missingRuns.reduce((sum, run) => sum + run, 0);
  const irregular = wide.some((deviation) => deviation > irregularFraction);
  const whole = slotsOf(steps);
  const wholeSpacingMm = extentMm / (whole.at(-1) as number);
  const displacedMm = positions.reduce(
    (worst, position, n) => Math.max(worst, Math.abs(position - first - (whole[n] as number) * wholeSpacingMm)),
    0,
  );
  const interpolated = displacedMm > slotTolerance * spacingMm;
  const intervals = interpolated ? Math.max(1, Math.round(extentMm / spacingMm)) : (whole.at(-1) as number);
  const slotSpacingMm = extentMm / intervals;
  const slots = interpolated ? positions.map((position) => (position - first) / slotSpacingMm) : whole;
  const faults: Reason[] = [];
  const warnings: Reason[] = [];
  const widest = gaps.reduce((most, gap, n) => ((wide[n] as number) > irregularFraction * 2 ? Math.max(most, gap) : most), 0);
  const longestRun = missingRuns.reduce((most, run) => Math.max(most, run), 0);
  if (longestRun > longestMissingRun || missing > Math.max(2, missingFraction * (positions.length + missing))) {
    faults.push(reason("series.missing-slices", { count: missing, longestRun }));
  } else if (missing > 0) warnings.push(reason("series.missing-interpolated", { count: missing }));
  if (widest > widestGap * spacingMm || longestRunIsUnclear(widest, spacingMm)) {
    faults.push(reason("series.irregular-spacing", { widestMm: round(widest), medianMm: round(spacingMm) }));
  } else if (interpolated) warnings.push(reason("series.spacing-resampled", { medianMm: round(spacingMm) }));
  else if (irregular) warnings.push(reason("series.spacing-uneven", { medianMm: round(spacingMm) }));
  return { slots, count: intervals + 1, slotSpacingMm, missing, irregular, interpolated, faults, warnings };
}

/** An odd gap that leaves more than a centimetre unseen. */
const longestRunIsUnclear = (widestMm: number, spacingMm: number): boolean => widestMm > spacingMm + 10;

function slotsOf(steps: readonly number[]): readonly number[] {
  const slots = [0];
  for (const step of steps) slots.push((slots.at(-1) as number) + step);
  return slots;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

function shiftOf(slice: Place, origin: Place, kDirection: Vector3): readonly [number, number] {
  const { rowDirection, columnDirection, pixelSpacingMm } = origin.frame;
  const a = slice.frame.positionMm;
  const b = origin.frame.positionMm;
  if (!a || !b || !rowDirection || !columnDirection || !pixelSpacingMm) return [0, 0];
  const along = slice.positionMm - origin.positionMm;
  const offset: Vector3 = [a[0] - b[0] - along * kDirection[0], a[1] - b[1] - along * kDirection[1], a[2] - b[2] - along * kDirection[2]];
  return [dot(offset, rowDirection) / pixelSpacingMm[0], dot(offset, columnDirection) / pixelSpacingMm[1]];
}

/** The tilt is the angle between the normal and the line from the first slice's corner to that of the last. */
function shearOf(slices: readonly PlacedSlice[], kDirection: Vector3): { sheared: boolean; tiltDegrees: number } {
  const sheared = slices.some(({ shiftPixels: [i, j] }) => Math.abs(i) > 0.25 || Math.abs(j) > 0.25);
  const from = slices[0]?.frame.positionMm;
  const to = slices.at(-1)?.frame.positionMm;
  if (!sheared || !from || !to) return { sheared, tiltDegrees: 0 };
  const line: Vector3 = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const along = dot(line, kDirection) / Math.hypot(...line);
  return { sheared, tiltDegrees: Math.round((Math.acos(Math.min(1, along)) * 180 * 100) / Math.PI) / 100 };
}
