import { type Reason, reason } from "../../base/reason.ts";
import type { ReportedDocument, ReportedFinding, ReportedImage } from "../../findings/reported-finding.ts";
import { allocateUint8 } from "../../volume/allocate.ts";
import { type Box, cropGrid } from "../../volume/crop.ts";
import { type Grid, voxelCount, voxelVolumeMm3 } from "../../volume/grid.ts";
import { type Mask, volume } from "../../volume/volume.ts";
import type { Attributes } from "../attributes.ts";
import { describeFrames } from "../describe-frames.ts";
import type { Frame } from "../image-file.ts";
import type { Header } from "../read-header.ts";
import { documentOf, eachOnce, readReference } from "../reported-document.ts";
import { tag } from "../tags.ts";
import { openFrames, type SegmentFrames } from "./read-frames.ts";
import { type Layout, layoutOf } from "./read-layout.ts";
import { readSegments } from "./read-segments.ts";

export const segmentationClassUid = "1.2.840.10008.5.1.4.1.1.66.4";
export const labelMapClassUid = "1.2.840.10008.5.1.4.1.1.66.7";

export type SegmentMask = { readonly kind: "mask"; readonly mask: Mask } | { readonly kind: "no-mask"; readonly because: Reason };

export type SegmentationReading =
  | {
      readonly kind: "document";
      readonly document: ReportedDocument;
      /** The voxels of a segment, on the box of the segmentation's grid that just holds them. The file must still be open. */
      readonly maskOf: (segmentNumber: number) => Promise<SegmentMask>;
    }
  | { readonly kind: "refused"; readonly because: Reason };

/** The pixels of a segment in one frame. */
interface Slab {
  readonly frame: Frame;
  readonly count: number;
  readonly sum: readonly [i: number, j: number];
  readonly lo: readonly [i: number, j: number];
  readonly hi: readonly [i: number, j: number];
}

const mostMaskMegavoxels = 512;
const farthestPlanesMm = 1e4;

/**
 * The segments of a Segmentation object (PS3.3 A.51, BINARY or FRACTIONAL) of any maker as findings: codes, voxels, volume and centre. The
 * centre is the mean of voxel centres; the volume, voxels times pixel area times the real distance of planes.
 */
export async function readSegmentation(header: Header): Promise<SegmentationReading> {
  const { attributes } = header;
  const refuse = (because: Reason): SegmentationReading => ({ kind: "refused", because });
  if (attributes.text(tag.sopClassUid) === labelMapClassUid) return refuse(reason("seg.label-map"));
  const opened = await openFrames(header);
  if ("code" in opened) return refuse(opened);
  const groups = functionalGroups(attributes);
  const frames = describeFrames(attributes, new Array(opened.count).fill([]));
  const measures = groups.of(0, tag.pixelMeasuresSequence);
  const stated = measures?.decimal(tag.spacingBetweenSlices) ?? null;
  const thicknessMm = measures?.decimal(tag.sliceThickness) ?? null;
  const layout = layoutOf(frames, opened.columns, opened.rows, stated !== null && stated > 0 && stated < farthestPlanesMm ? stated : null);
  const segments = readSegments(attributes);
  const segmentOf = ({ index }: Frame): number | null =>
    groups.of(index, tag.segmentIdentificationSequence)?.unsigned16(tag.referencedSegmentNumber) ?? null;
  const framesOf = Map.groupBy(frames, segmentOf);
  const strange = frames.filter((frame) => !segments.has(segmentOf(frame) ?? Number.NaN)).length;
  if (strange > 0) return refuse(reason("seg.frames-of-no-segment", { count: strange }));
  const placed = new Map<number, { slabs: Slab[]; planes: number[] | Reason }>();
  const findings: ReportedFinding[] = [];
  for (const [number, said] of segments) {
    const own: Slab[] = [];
    try {
      for (const frame of framesOf.get(number) ?? []) own.push(slabOf(await opened.read(frame.index), opened.columns, frame));
    } catch {
      return refuse(reason("seg.frame-undecodable"));
    }
    const slabs = own.filter(({ count }) => count > 0);
    const planes = planesOf(slabs, layout);
    placed.set(number, { slabs, planes });
    const flags = [...(opened.maximum === null ? [] : [reason("seg.fractional", { maximum: opened.maximum })]), ...limitsOf(planes)];
    findings.push({ ...said, ...measured(slabs, planes, layout), images: groups.sourcesOf(slabs), flags: flags.map(plain) });
  }
  const sliceThicknessMm = thicknessMm !== null && thicknessMm > 0 ? thicknessMm : null;
  const document = documentOf(attributes, { kind: "segmentation", title: null, findings, otherGroups: [], sliceThicknessMm });
  if (document === null) return refuse(reason("intake.no-uids"));
  const maskOf = async (number: number): Promise<SegmentMask> => {
    const { slabs, planes } = placed.get(number) ?? { slabs: [], planes: reason("seg.empty") };
    return "code" in planes ? { kind: "no-mask", because: planes } : drawMask(slabs, planes, (layout as Layout).grid, opened);
  };
  return { kind: "document", document, maskOf };
}

const plain = ({ code, values }: Reason): ReportedFinding["flags"][number] => ({ code, values: { ...values } });

/** Functional group macros, per frame before shared (PS3.3 C.7.6.16). */
function functionalGroups(attributes: Attributes) {
  const [shared] = attributes.items(tag.sharedFunctionalGroupsSequence);
  const perFrame = attributes.items(tag.perFrameFunctionalGroupsSequence);
  const sources = (group: Attributes | undefined): ReportedImage[] =>
    (group?.items(tag.derivationImageSequence) ?? []).flatMap((derivation) =>
      derivation.items(tag.sourceImageSequence).flatMap((item) => readReference(item) ?? []),
    );
  return {
    of: (frame: number, sequence: string): Attributes | null => perFrame[frame]?.items(sequence)[0] ?? shared?.items(sequence)[0] ?? null,
    /** The images that these frames were drawn on; all of the series where only that is said. */
    sourcesOf: (slabs: readonly Slab[]): ReportedImage[] => {
      const own = slabs.flatMap(({ frame }) => sources(perFrame[frame.index]));
      return eachOnce(own.length > 0 ? own : sources(shared));
    },
  };
}

function slabOf(values: Uint8Array, columns: number, frame: Frame): Slab {
  let [count, sumI, sumJ, lowI, highI, lowJ, highJ] = [0, 0, 0, columns, 0, values.length, 0];
  for (let n = values.indexOf(1); n >= 0; n = values.indexOf(1, n + 1)) {
    const i = n % columns;
    const j = (n - i) / columns;
    count++;
    sumI += i;
    sumJ += j;
    lowI = Math.min(lowI, i);
    highI = Math.max(highI, i + 1);
    lowJ = Math.min(lowJ, j);
    highJ = j + 1;
  }
  return { frame, count, sum: [sumI, sumJ], lo: [lowI, lowJ], hi: [highI, highJ] };
}

/** The plane of each slab in the grid, or why the segment has none of its own. */
function planesOf(slabs: readonly Slab[], layout: Layout | Reason): number[] | Reason {
  if (slabs.length === 0) return reason("seg.empty");
  if ("code" in layout) return layout;
  const planes = slabs.map(({ frame }) => layout.planes[frame.index]!);
  const repeated = planes.length - new Set(planes).size;
  return repeated > 0 ? reason("seg.planes-repeated", { count: repeated }) : planes;
}

function limitsOf(planes: number[] | Reason): Reason[] {
  if ("code" in planes) return [planes];
  const missing = Math.max(...planes) - Math.min(...planes) + 1 - planes.length;
  return missing > 0 ? [reason("seg.planes-missing", { count: missing })] : [];
}

function measured(slabs: readonly Slab[], planes: number[] | Reason, layout: Layout | Reason) {
  const count = slabs.reduce((sum, slab) => sum + slab.count, 0);
  const volumeMm3 = "code" in planes || "code" in layout ? null : count * voxelVolumeMm3(layout.grid);
  const centerMm = count > 0 ? centerOf(slabs, count) : null;
  return { voxelCount: count, volumeMm3, centerMm, centerFrom: centerMm && ("segment" as const) };
}

/** The mean of voxel centres, each frame in its own place; null when one has none. */
function centerOf(slabs: readonly Slab[], count: number): [number, number, number] | null {
  const sum: [number, number, number] = [0, 0, 0];
  for (const { frame, count: weight, sum: pixels } of slabs) {
    const { positionMm: at, rowDirection: x, columnDirection: y, pixelSpacingMm: spacing } = frame;
    if (!at || !x || !y || !spacing) return null;
    for (const axis of [0, 1, 2] as const)
      sum[axis] += weight * at[axis] + pixels[0] * spacing[0] * x[axis] + pixels[1] * spacing[1] * y[axis];
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

async function drawMask(slabs: readonly Slab[], planes: readonly number[], grid: Grid, frames: SegmentFrames): Promise<SegmentMask> {
  const least = (of: (slab: Slab) => number): number => Math.min(...slabs.map(of));
  const most = (of: (slab: Slab) => number): number => Math.max(...slabs.map(of));
  const box: Box = {
    lo: [least(({ lo }) => lo[0]), least(({ lo }) => lo[1]), Math.min(...planes)],
    hi: [most(({ hi }) => hi[0]), most(({ hi }) => hi[1]), Math.max(...planes) + 1],
  };
  const target = cropGrid(grid, box);
  const megavoxels = Math.round(voxelCount(target) / 1e6);
  if (megavoxels > mostMaskMegavoxels) return { kind: "no-mask", because: reason("seg.too-large", { megavoxels }) };
  const data = allocateUint8(voxelCount(target));
  const [ni, nj] = target.size;
  for (const [n, { frame }] of slabs.entries()) {
    const values = await frames.read(frame.index);
    for (let j = 0; j < nj; j++) {
      const from = box.lo[0] + frames.columns * (box.lo[1] + j);
      data.set(values.subarray(from, from + ni), ni * (j + nj * (planes[n]! - box.lo[2])));
    }
  }
  return { kind: "mask", mask: volume(target, data) };
}
