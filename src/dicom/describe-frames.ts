import type { Vector3 } from "../volume/space.ts";
import type { Attributes } from "./attributes.ts";
import type { Frame, FramePieces } from "./image-file.ts";
import { tag } from "./tags.ts";

/** Finds an attribute for one frame: in its functional group, in the shared one, or at the top of a single-frame image. */
interface FrameAttributes {
  /** @param sequence functional group macro that holds the attribute in an Enhanced image */
  readonly in: (sequence: string) => Attributes | null;
  readonly top: Attributes;
}

/**
 * The header facts of each frame of a file: the attributes of a single-frame image, or the functional groups of an Enhanced or Legacy Converted one
 * (DICOM PS3.3 C.7.6.16), per frame before shared.
 */
export function describeFrames(attributes: Attributes, pieces: readonly FramePieces[]): readonly Frame[] {
  const shared = attributes.items(tag.sharedFunctionalGroupsSequence)[0];
  const perFrame = attributes.items(tag.perFrameFunctionalGroupsSequence);
  return pieces.map((bytes, index) => {
    const own = perFrame[index];
    const find = (sequence: string): Attributes | null => own?.items(sequence)[0] ?? shared?.items(sequence)[0] ?? null;
    return describe(index, bytes, { in: find, top: attributes });
  });
}

function describe(index: number, pieces: FramePieces, frame: FrameAttributes): Frame {
  const { top } = frame;
  const orientation = (frame.in(tag.planeOrientationSequence) ?? top).decimals(tag.imageOrientationPatient);
  const directions = orientation && directionsOf(orientation);
  const measures = frame.in(tag.pixelMeasuresSequence) ?? top;
  const spacing = measures.decimals(tag.pixelSpacing);
  const content = frame.in(tag.frameContentSequence);
  const frameType = frame.in(tag.ctImageFrameTypeSequence)?.texts(tag.frameType);
  return {
    index,
    pieces,
    imageType: frameType?.length ? frameType : top.texts(tag.imageType),
    positionMm: positionOf((frame.in(tag.planePositionSequence) ?? top).decimals(tag.imagePositionPatient)),
    rowDirection: directions?.[0] ?? null,
    columnDirection: directions?.[1] ?? null,
    pixelSpacingMm: spacingOf(spacing),
    sliceThicknessMm: lengthOf(measures.decimal(tag.sliceThickness)),
    rescale: rescaleOf(frame.in(tag.pixelValueTransformationSequence) ?? top),
    kernel: (frame.in(tag.ctReconstructionSequence) ?? top).texts(tag.convolutionKernel).join("\\") || null,
    kvp: (frame.in(tag.ctXRayDetailsSequence) ?? top).decimal(tag.kvp),
    exposureMas: frame.in(tag.ctExposureSequence)?.double(tag.enhancedExposureMas) ?? top.decimal(tag.exposureMas),
    gantryTiltDegrees: top.decimal(tag.gantryDetectorTilt),
    acquisition: numberText(content?.unsigned16(tag.frameAcquisitionNumber)) ?? top.text(tag.acquisitionNumber),
    acquisitionTime: top.text(tag.acquisitionTime),
    temporalPosition: top.text(tag.temporalPositionIdentifier),
    dimensionStack: content?.text(tag.stackId) ?? null,
  };
}

const numberText = (value: number | null | undefined): string | null => (value === null || value === undefined ? null : String(value));

/** Lengths and places beyond these say nothing of a patient: they count as not said. */
const shortestMm = 1e-4;
const longestMm = 1e4;
const furthestMm = 1e6;
const isLength = (value: number | null | undefined): value is number =>
  typeof value === "number" && value >= shortestMm && value <= longestMm;
const lengthOf = (value: number | null): number | null => (isLength(value) ? value : null);

/** Pixel Spacing is given as (between rows, between columns): (y, x). */
function spacingOf(values: readonly number[] | null): readonly [number, number] | null {
  const [y, x] = values ?? [];
  return isLength(x) && isLength(y) ? [x, y] : null;
}

function positionOf(values: readonly number[] | null): Vector3 | null {
  const position = vector(values);
  return position?.every((mm) => Math.abs(mm) <= furthestMm) ? position : null;
}

function vector(values: readonly number[] | null): Vector3 | null {
  const [x, y, z] = values ?? [];
  return x !== undefined && y !== undefined && z !== undefined ? [x, y, z] : null;
}

/** Row and column direction, made unit and perpendicular; null when they are not so within 1°. */
function directionsOf(values: readonly number[]): readonly [Vector3, Vector3] | null {
  const row = vector(values.slice(0, 3));
  const column = vector(values.slice(3, 6));
  if (!row || !column) return null;
  const rowLength = Math.hypot(...row);
  const columnLength = Math.hypot(...column);
  if (Math.abs(rowLength - 1) > 0.02 || Math.abs(columnLength - 1) > 0.02) return null;
  const a: Vector3 = [row[0] / rowLength, row[1] / rowLength, row[2] / rowLength];
  const skew = (a[0] * column[0] + a[1] * column[1] + a[2] * column[2]) / columnLength;
  if (Math.abs(skew) > Math.sin(Math.PI / 180)) return null;
  const b: Vector3 = [
    column[0] / columnLength - skew * a[0],
    column[1] / columnLength - skew * a[1],
    column[2] / columnLength - skew * a[2],
  ];
  const length = Math.hypot(...b);
  return [a, [b[0] / length, b[1] / length, b[2] / length]];
}

/** No unit of stored values needs more. */
const largestRescale = 1e9;

function rescaleOf(attributes: Attributes): { slope: number; intercept: number } | null {
  const slope = attributes.decimal(tag.rescaleSlope);
  const intercept = attributes.decimal(tag.rescaleIntercept);
  if (slope === null || slope === 0 || intercept === null) return null;
  return Math.abs(slope) <= largestRescale && Math.abs(intercept) <= largestRescale ? { slope, intercept } : null;
}
