import { type Reason, reason } from "../base/reason.ts";
import type { SeriesSummary } from "../findings/study.ts";
import { cross, type Vector3 } from "../volume/space.ts";
import { type Arrangement, arrangeSlices } from "./arrange-slices.ts";
import type { Slice, SliceGroup } from "./split-series.ts";
import { straightenedPixels } from "./straighten.ts";

/** Images of one series that lie in one grid, as headers describe them. */
export interface Stack {
  readonly summary: SeriesSummary;
  readonly slices: readonly Slice[];
  /** Null when no volume can be made; `summary.faults` says why. */
  readonly arrangement: Arrangement | null;
}

/** Lays out a group of slices and sums up its headers; faults and warnings included. */
export function stackOf(stackId: string, group: SliceGroup, refusedSlices: number): Stack {
  const [first] = group.slices;
  if (!first) throw new RangeError("a stack needs one slice or more");
  const headerFaults = faultsOf(group.slices);
  const arrangement = headerFaults.length === 0 ? arrangeSlices(group.slices) : null;
  const faults = [...headerFaults, ...(arrangement?.faults ?? [])];
  if (headerFaults.length === 0 && arrangement === null) faults.push(reason("series.single-slice"));
  if (arrangement !== null) faults.push(...sizeFaults(first, arrangement));
  const warnings: Reason[] = [...group.warnings, ...(arrangement?.warnings ?? [])];
  if (refusedSlices > 0) warnings.push(reason("series.slices-refused", { count: refusedSlices }));
  if (group.slices.some(({ file }) => file.lossyCompressed)) warnings.push(reason("series.lossy"));
  return { summary: summarise(stackId, group.slices, first, arrangement, faults, warnings), slices: group.slices, arrangement };
}

function faultsOf(slices: readonly Slice[]): Reason[] {
  const missing = (code: string, lacks: (slice: Slice) => boolean): Reason[] => {
    const count = slices.filter(lacks).length;
    return count > 0 ? [reason(code, { count })] : [];
  };
  return [
    ...missing("series.no-position", ({ frame }) => frame.positionMm === null),
    ...missing("series.no-orientation", ({ frame }) => frame.rowDirection === null),
    ...missing("series.no-pixel-spacing", ({ frame }) => frame.pixelSpacingMm === null),
    ...missing("series.no-rescale", ({ file, frame }) => file.context.series.modality === "CT" && frame.rescale === null),
    ...missing("series.not-greyscale", ({ file }) => file.format.samplesPerPixel !== 1),
    ...missing("series.too-many-bits", ({ file }) => file.format.bitsAllocated > 16),
  ];
}

/** Bytes of a volume beyond which none is made, and those from which on it must not be too many times what its files hold. */
const mostBytes = 2 ** 32;
const blankBytes = 2 ** 28;
const mostTimesFiles = 200;

function sizeFaults({ file: { format } }: Slice, arrangement: Arrangement): Reason[] {
  const pixels = arrangement.sheared ? straightenedPixels(format.rows, format.columns, arrangement) : format.rows * format.columns;
  const bytes = 2 * pixels * arrangement.slots;
  const files = new Set(arrangement.slices.map(({ file }) => file));
  const fileBytes = [...files].reduce((sum, file) => sum + file.fileBytes, 0);
  const tooLarge = bytes > mostBytes || (bytes > blankBytes && bytes > mostTimesFiles * fileBytes);
  return tooLarge ? [reason("series.too-large", { megabytes: Math.round(bytes / 1e6) })] : [];
}

/** The value that all slices share or the first one that says any. */
function firstSaid<Value>(slices: readonly Slice[], of: (slice: Slice) => Value | null): Value | null {
  for (const slice of slices) {
    const value = of(slice);
    if (value !== null) return value;
  }
  return null;
}

function summarise(
  stackId: string,
  slices: readonly Slice[],
  first: Slice,
  arrangement: Arrangement | null,
  faults: Reason[],
  warnings: Reason[],
): SeriesSummary {
  const { frame, file } = first;
  const { manufacturer, manufacturerModelName, contrastAgent, patientPosition, ...series } = file.context.series;
  const normal = frame.rowDirection && frame.columnDirection ? cross(frame.rowDirection, frame.columnDirection) : null;
  return {
    stackId,
    ...series,
    imageType: [...frame.imageType],
    manufacturer,
    manufacturerModelName,
    kernel: firstSaid(slices, (slice) => slice.frame.kernel),
    kvp: firstSaid(slices, (slice) => slice.frame.kvp),
    exposureMas: firstSaid(slices, (slice) => slice.frame.exposureMas),
    contrastAgent,
    patientPosition,
    lossyCompressed: slices.some((slice) => slice.file.lossyCompressed),
    slices: arrangement?.slices.length ?? slices.length,
    rows: file.format.rows,
    columns: file.format.columns,
    pixelSpacingMm: frame.pixelSpacingMm ? [...frame.pixelSpacingMm] : null,
    sliceThicknessMm: frame.sliceThicknessMm,
    sliceSpacingMm: arrangement?.spacingMm ?? null,
    coverageMm: arrangement ? (arrangement.slots - 1) * arrangement.slotSpacingMm + arrangement.spacingMm : null,
    normal: normal ? [...normal] : null,
    plane: normal ? planeOf(normal) : null,
    gantryTiltDegrees: arrangement?.tiltDegrees ?? 0,
    duplicatePositions: arrangement?.duplicatePositions ?? 0,
    missingPositions: arrangement?.missingPositions ?? 0,
    irregularSpacing: arrangement?.irregularSpacing ?? false,
    faults: [...faults].map(plain),
    warnings: [...warnings].map(plain),
  };
}

const plain = ({ code, values }: Reason): { code: string; values: Record<string, string | number> } => ({ code, values: { ...values } });

/** Within 20° (cosine .94) of a body axis. */
function planeOf(normal: Vector3): "axial" | "coronal" | "sagittal" | "oblique" {
  const [x, y, z] = normal.map(Math.abs) as unknown as Vector3;
  return z >= 0.94 ? "axial" : y >= 0.94 ? "coronal" : x >= 0.94 ? "sagittal" : "oblique";
}
