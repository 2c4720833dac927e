import { quantile } from "../../base/stats.ts";
import { cross, dot } from "../../volume/space.ts";
import { imageItem } from "../objects/object-reference.ts";
import { type Code, codeItem } from "../write/code.ts";
import type { DataSet } from "../write/data-set.ts";
import { decimalString } from "../write/elements.ts";
import type { SourceImage } from "../write/source-images.ts";

/** One frame of a segmentation: one segment on one source plane. */
export interface SegmentFrame {
  readonly segmentNumber: number;
  /** Index among the source planes. */
  readonly plane: number;
}

const segmentationCode: Code = { value: "113076", scheme: "DCM", meaning: "Segmentation" };
const sourceImageCode: Code = { value: "121322", scheme: "DCM", meaning: "Source image for image processing operation" };

/**
 * The functional groups of a segmentation (PS3.3 A.51.5): each frame has the geometry of the source plane it was drawn on and names that image. Orientation and
 * pixel size are shared where all planes agree to the last digit.
 */
export function functionalGroups(
  frames: readonly SegmentFrame[],
  planes: readonly SourceImage[],
): Pick<DataSet, "SharedFunctionalGroupsSequence" | "PerFrameFunctionalGroupsSequence"> {
  const used = [...new Set(frames.map(({ plane }) => plane))].sort((a, b) => a - b);
  const spacingMm = planeSpacingMm(planes);
  const geometries = used.map((plane) => geometryItem(planeAt(planes, plane), spacingMm));
  const [first = {}] = geometries;
  const agree = geometries.every((each) => JSON.stringify(each) === JSON.stringify(first));
  return {
    SharedFunctionalGroupsSequence: [agree ? first : {}],
    PerFrameFunctionalGroupsSequence: frames.map(({ segmentNumber, plane }) => {
      const rank = used.indexOf(plane);
      return {
        ...(agree ? {} : geometries[rank]),
        ...frameItem(planeAt(planes, plane)),
        FrameContentSequence: [{ DimensionIndexValues: [segmentNumber, rank + 1] }],
        SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segmentNumber }],
      };
    }),
  };
}

function planeAt(planes: readonly SourceImage[], index: number): SourceImage {
  const plane = planes[index];
  if (plane === undefined) throw new RangeError(`no source plane ${index}`);
  return plane;
}

/** Median distance of neighbouring planes along their normal; null for a single one. */
function planeSpacingMm(planes: readonly SourceImage[]): number | null {
  const along = planes.map(({ positionMm, rowDirection, columnDirection }) => dot(positionMm, cross(rowDirection, columnDirection)));
  const gaps = along.slice(1).map((mm, index) => Math.abs(mm - (along[index] ?? mm)));
  return gaps.length === 0 ? null : Number(quantile(gaps, 0.5).toFixed(6));
}

/**
 * Pixel Measures and Plane Orientation macros (PS3.3 C.7.6.16.2.1, C.7.6.16.2.4). Where the source tells no slice thickness, a frame stands for the slab up to
 * the middle between its neighbours.
 */
function geometryItem({ sliceThicknessMm, pixelSpacingMm, rowDirection, columnDirection }: SourceImage, spacingMm: number | null): DataSet {
  const thicknessMm = sliceThicknessMm ?? spacingMm;
  return {
    PixelMeasuresSequence: [
      {
        SliceThickness: thicknessMm === null ? undefined : decimalString(thicknessMm),
        SpacingBetweenSlices: spacingMm === null ? undefined : decimalString(spacingMm),
        PixelSpacing: [pixelSpacingMm[1], pixelSpacingMm[0]].map(decimalString),
      },
    ],
    PlaneOrientationSequence: [{ ImageOrientationPatient: [...rowDirection, ...columnDirection].map(decimalString) }],
  };
}

/** Plane Position and Derivation Image macros (PS3.3 C.7.6.16.2.3, C.7.6.16.2.6). */
function frameItem(plane: SourceImage): DataSet {
  return {
    PlanePositionSequence: [{ ImagePositionPatient: plane.positionMm.map(decimalString) }],
    DerivationImageSequence: [
      {
        DerivationCodeSequence: [codeItem(segmentationCode)],
        SourceImageSequence: [
          { ...imageItem(plane), SpatialLocationsPreserved: "YES", PurposeOfReferenceCodeSequence: [codeItem(sourceImageCode)] },
        ],
      },
    ],
  };
}
