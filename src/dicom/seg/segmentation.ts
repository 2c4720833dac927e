import { derivedUid } from "../../base/uid.ts";
import type { Mask } from "../../volume/volume.ts";
import type { LossyCompression } from "../objects/lossy-compression.ts";
import { instancesBySeries } from "../objects/object-reference.ts";
import type { DataSet } from "../write/data-set.ts";
import { dictionary } from "../write/dictionary.ts";
import { type ResultContext, type ResultObject, type ResultSeries, resultObject } from "../write/result-object.ts";
import type { SourceImage } from "../write/source-images.ts";
import { functionalGroups } from "./frame-groups.ts";
import { outlineOnPlanes } from "./outline-on-planes.ts";
import { packFrames } from "./pack-frames.ts";
import { type SegmentDescription, segmentItem } from "./segment-item.ts";

const segmentationStorage = "1.2.840.10008.5.1.4.1.1.66.4";

/** A finding that has an outline. */
export interface OutlinedFinding extends SegmentDescription {
  /** 0 and 1, on any grid: a box of the volume's, or a finer one. */
  readonly outline: Mask;
}

export interface SegmentationInput {
  readonly context: ResultContext;
  readonly series: Pick<ResultSeries, "number" | "description">;
  /** Among the segmentations of the study, from 1: one for each stack that was read. */
  readonly instanceNumber: number;
  /** All planes of the stack the findings lie in, from `sourceImages`. */
  readonly sources: readonly SourceImage[];
  readonly frameOfReferenceUid: string | null;
  readonly lossy: LossyCompression;
  /** Name of what drew the outlines, e.g. "Overread lung-nodule"; its version is that of the program. */
  readonly algorithm: string;
  /** In the order of segment numbers. */
  readonly findings: readonly OutlinedFinding[];
}

export interface Segmentation extends ResultObject {
  readonly segmentNumberByTrackingUid: ReadonlyMap<string, number>;
}

/**
 * The outlines of one stack's findings as a binary DICOM Segmentation (PS3.3 A.51): a segment a finding, frames in the planes of the source images, empty ones
 * left out.
 * @returns "no-outlines" without a finding: a segmentation needs one segment
 * @throws RangeError when an outline is empty or lies outside the source images
 */
export function segmentation(input: SegmentationInput): Segmentation | "no-outlines" {
  const { context, series, sources, findings } = input;
  if (findings.length === 0) return "no-outlines";
  const frames = findings.flatMap(({ outline }, index) =>
    outlineOnPlanes(outline, sources).map((frame) => ({ segmentNumber: index + 1, ...frame })),
  );
  const [first] = sources;
  if (first === undefined) throw new RangeError("a segmentation needs one source plane or more");
  const framePixels = first.rows * first.columns;
  const body: DataSet = {
    ...input.lossy,
    ImageType: ["DERIVED", "PRIMARY"],
    InstanceNumber: String(input.instanceNumber),
    ContentLabel: "UNCONFIRMED",
    ContentDescription: series.description,
    ContentCreatorName: "",
    FrameOfReferenceUID: input.frameOfReferenceUid ?? undefined,
    PositionReferenceIndicator: input.frameOfReferenceUid === null ? undefined : "",
    ReferencedSeriesSequence: instancesBySeries(frames.flatMap(({ plane }) => sources[plane] ?? [])).map(([uid, items]) => ({
      SeriesInstanceUID: uid,
      ReferencedInstanceSequence: items,
    })),
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    NumberOfFrames: String(frames.length),
    Rows: first.rows,
    Columns: first.columns,
    BitsAllocated: 1,
    BitsStored: 1,
    HighBit: 0,
    PixelRepresentation: 0,
    SegmentationType: "BINARY",
    SegmentsOverlap: overlap(frames) ? "YES" : "NO",
    SegmentSequence: findings.map((finding, index) => segmentItem(finding, index + 1, input.algorithm, context)),
    ...dimensions(first.seriesInstanceUid),
    ...functionalGroups(frames, sources),
    PixelData: packFrames(frames, framePixels),
  };
  const object = resultObject(segmentationStorage, { kind: "segmentation", modality: "SEG", ...series }, body, context);
  return { ...object, segmentNumberByTrackingUid: new Map(findings.map(({ finding }, index) => [finding.trackingUid, index + 1])) };
}

/** Whether two segments share a pixel of one plane. */
function overlap(frames: readonly { readonly plane: number; readonly pixels: readonly number[] }[]): boolean {
  const taken = new Map<number, Set<number>>();
  return frames.some(({ plane, pixels }) => {
    const before = taken.get(plane);
    if (before === undefined) taken.set(plane, new Set(pixels));
    else if (pixels.some((pixel) => before.has(pixel))) return true;
    else for (const pixel of pixels) before.add(pixel);
    return false;
  });
}

/** Frames are ordered by segment, then by place (PS3.3 C.7.6.17). */
function dimensions(seriesUid: string): Pick<DataSet, "DimensionOrganizationSequence" | "DimensionIndexSequence"> {
  const organization = { DimensionOrganizationUID: derivedUid("segmentation dimensions", seriesUid) };
  const index = (
    pointer: "ReferencedSegmentNumber" | "ImagePositionPatient",
    group: "SegmentIdentificationSequence" | "PlanePositionSequence",
  ) => ({
    ...organization,
    DimensionIndexPointer: dictionary[pointer][0],
    FunctionalGroupPointer: dictionary[group][0],
    DimensionDescriptionLabel: pointer,
  });
  return {
    DimensionOrganizationSequence: [organization],
    DimensionIndexSequence: [
      index("ReferencedSegmentNumber", "SegmentIdentificationSequence"),
      index("ImagePositionPatient", "PlanePositionSequence"),
    ],
  };
}
