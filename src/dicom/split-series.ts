import { type Reason, reason } from "../base/reason.ts";
import { cross, dot } from "../volume/space.ts";
import type { Frame, ImageFile } from "./image-file.ts";

/** One frame with the file it lies in. */
export interface Slice {
  readonly file: ImageFile;
  readonly frame: Frame;
}

/** Slices that may form one stack, and what was noticed while they were told apart. */
export interface SliceGroup {
  readonly slices: readonly Slice[];
  readonly warnings: readonly Reason[];
}

/** Groups of at most this many slices, or this fraction of the largest, count as stray slices of it. */
const straySlices = 3;
const strayFraction = 0.05;
/** Positions must repeat this often before a series is taken for several stacks in the same place. */
const repeatedFraction = 0.25;
/** No series is looked at in more directions; of more, each slice stands alone. */
const mostOrientations = 100;
/** Slices nearer than this lie in the same place, mm. */
export const samePlaceMm = 0.01;

/**
 * Tells apart the stacks that share one SeriesInstanceUID: first different series under one UID (number, description, frame of reference, object
 * class), then kinds of picture that cannot lie in one grid (size, spacing, orientation, kernel, thickness), then stacks in the same place
 * (acquisition, time point, tube voltage …). The largest group comes first.
 */
export function splitSeries(slices: readonly Slice[]): readonly SliceGroup[] {
  const unique = withoutRepeatedObjects(slices);
  const series = groupBy(unique.slices, ({ file }) => seriesKey(file));
  const shared = series.length > 1 ? [reason("series.uid-shared", { series: series.length })] : [];
  const repeated = unique.repeated > 0 ? [reason("series.objects-repeated", { count: unique.repeated })] : [];
  const groups = series.flatMap((one) => {
    const kinds = splitKinds(one).sort((a, b) => b.length - a.length);
    return kinds.flatMap((kind, index) => {
      const strays = index === 0 ? strayCount(kinds) : 0;
      const aside = strays > 0 ? [reason("series.slices-set-aside", { count: strays })] : [];
      const stacks = splitPlaces(kind);
      const several = stacks.length > 1 ? [reason("series.stacks-split", { count: stacks.length })] : [];
      return stacks.map((stack): SliceGroup => ({ slices: stack, warnings: [...shared, ...repeated, ...aside, ...several] }));
    });
  });
  return groups.sort((a, b) => b.slices.length - a.slices.length || lowestNumber(a.slices) - lowestNumber(b.slices));
}

/** The same object given twice (a file and its copy) is one object. */
function withoutRepeatedObjects(slices: readonly Slice[]): { slices: readonly Slice[]; repeated: number } {
  const kept = new Map<string, Slice>();
  for (const slice of slices) {
    const key = `${slice.file.sopInstanceUid}#${slice.frame.index}#${slice.frame.positionMm ?? ""}`;
    if (!kept.has(key)) kept.set(key, slice);
  }
  return { slices: [...kept.values()], repeated: slices.length - kept.size };
}

function seriesKey(file: ImageFile): string {
  const { modality, sopClassUid, frameOfReferenceUid, seriesNumber, seriesDescription } = file.context.series;
  return JSON.stringify([modality, sopClassUid, frameOfReferenceUid, seriesNumber, seriesDescription]);
}

/** What all slices of one voxel grid must share; orientation is compared apart, with a tolerance. */
function kindKey({ file, frame }: Slice): string {
  const { rows, columns, samplesPerPixel } = file.format;
  const rounded = (value: number | null | undefined, digits: number): string => value?.toFixed(digits) ?? "-";
  return JSON.stringify([
    isLocalizer(frame.imageType),
    frame.imageType[2] ?? "",
    rows,
    columns,
    samplesPerPixel,
    rounded(frame.pixelSpacingMm?.[0], 3),
    rounded(frame.pixelSpacingMm?.[1], 3),
    rounded(frame.sliceThicknessMm, 2),
    frame.kernel,
    frame.positionMm !== null,
    frame.rescale !== null,
    frame.dimensionStack,
  ]);
}

/** Whether an image is a localizer (scout), by Image Type value 3 (DICOM PS3.3 C.8.2.1.1.1). */
export function isLocalizer(imageType: readonly string[]): boolean {
  return imageType.some((value) => value.toUpperCase() === "LOCALIZER");
}

function splitKinds(slices: readonly Slice[]): Slice[][] {
  return groupBy(slices, kindKey).flatMap((group) => {
    const clusters: Slice[][] = [];
    for (const slice of group) {
      const cluster = clusters
        .slice(0, mostOrientations)
        .find(([first]) => first !== undefined && sameOrientation(first.frame, slice.frame));
      if (cluster) cluster.push(slice);
      else clusters.push([slice]);
    }
    return clusters;
  });
}

/** Both directions within about half a degree. */
function sameOrientation(a: Frame, b: Frame): boolean {
  if (!a.rowDirection || !a.columnDirection || !b.rowDirection || !b.columnDirection) return a.rowDirection === b.rowDirection;
  return dot(a.rowDirection, b.rowDirection) > 0.99996 && dot(a.columnDirection, b.columnDirection) > 0.99996;
}

/** Slices that would belong to the largest group but for size, spacing, orientation or a missing attribute. */
function strayCount(kinds: readonly (readonly Slice[])[]): number {
  const [main, ...others] = kinds;
  const first = main?.[0];
  if (!main || !first || isLocalizer(first.frame.imageType)) return 0;
  const few = Math.max(straySlices, strayFraction * main.length);
  const strays = others.filter((group) => {
    const [slice] = group;
    return slice && group.length <= few && group.length < main.length && slice.frame.imageType[2] === first.frame.imageType[2];
  });
  return strays.reduce((sum, group) => sum + group.length, 0);
}

/** Attributes that tell stacks in the same place apart, the most telling first. */
const placeKeys: ReadonlyArray<(slice: Slice) => string> = [
  ({ frame }) => String(frame.temporalPosition),
  ({ frame }) => String(frame.acquisition),
  ({ frame }) => String(frame.kvp),
  ({ frame }) => frame.imageType.join("\\"),
  ({ frame }) => String(frame.exposureMas),
  ({ frame }) => String(frame.acquisitionTime),
];

function splitPlaces(slices: readonly Slice[]): readonly (readonly Slice[])[] {
  const before = repeats(slices);
  if (before.repeated < repeatedFraction * before.places || before.repeated === 0) return [slices];
  for (const key of placeKeys) {
    const parts = groupBy(slices, key);
    if (parts.length < 2 || parts.length > before.most) continue;
    const after = parts.reduce((sum, part) => sum + repeats(part).repeated, 0);
    if (after < 0.1 * before.repeated) return parts;
  }
  return [slices];
}

/** How many places there are, how many slices lie in a place already taken, and how many share the fullest place. */
function repeats(slices: readonly Slice[]): { places: number; repeated: number; most: number } {
  const positions = slices.flatMap(({ frame }) => (frame.positionMm ? [alongNormal(frame)] : [])).sort((a, b) => a - b);
  let repeated = 0;
  let most = 1;
  let run = 1;
  for (let n = 1; n < positions.length; n++) {
    run = (positions[n] as number) - (positions[n - 1] as number) < samePlaceMm ? run + 1 : 1;
    if (run > 1) repeated++;
    most = Math.max(most, run);
  }
  return { places: positions.length - repeated, repeated, most };
}

function alongNormal({ positionMm, rowDirection, columnDirection }: Frame): number {
  if (!positionMm || !rowDirection || !columnDirection) return 0;
  return dot(positionMm, cross(rowDirection, columnDirection));
}

const lowestNumber = (slices: readonly Slice[]): number =>
  slices.reduce((lowest, { file }) => Math.min(lowest, file.instanceNumber ?? Number.POSITIVE_INFINITY), Number.MAX_SAFE_INTEGER);

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return [...groups.values()];
}
