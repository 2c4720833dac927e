import type { Vector3 } from "../volume/space.ts";
import type { ByteOrigin } from "./byte-source.ts";

/** How one frame's stored values are laid out (DICOM PS3.3 C.7.6.3, PS3.5 chapter 8). */
export interface PixelFormat {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly photometricInterpretation: string;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
}

/** Stored values that stand for "no measurement here" (PS3.3 C.7.5.1.1.2): one value, or all between the two. */
export interface PaddingRange {
  readonly low: number;
  readonly high: number;
}

/** Pieces of the (inflated) file that, joined, hold one frame. */
export type FramePieces = ReadonlyArray<{ readonly offset: number; readonly length: number }>;

/** What a file says of the person, the study and the series; null is what it does not say. */
export interface ImageContext {
  readonly patient: {
    readonly id: string | null;
    readonly name: string | null;
    readonly birthDate: string | null;
    readonly sex: string | null;
    readonly ageYears: number | null;
  };
  readonly study: {
    readonly studyInstanceUid: string;
    readonly studyDate: string | null;
    readonly studyTime: string | null;
    readonly accessionNumber: string | null;
    readonly studyDescription: string | null;
    readonly institutionName: string | null;
  };
  readonly series: {
    readonly seriesInstanceUid: string;
    readonly frameOfReferenceUid: string | null;
    readonly seriesNumber: number | null;
    readonly seriesDescription: string | null;
    readonly protocolName: string | null;
    readonly bodyPartExamined: string | null;
    readonly modality: string;
    readonly sopClassUid: string;
    readonly manufacturer: string | null;
    readonly manufacturerModelName: string | null;
    readonly contrastAgent: string | null;
    readonly patientPosition: string | null;
  };
}

/** One image file: what all its frames share. */
export interface ImageFile {
  readonly origin: ByteOrigin;
  /** Size of the file as it lies there, compressed or not. */
  readonly fileBytes: number;
  readonly context: ImageContext;
  readonly sopInstanceUid: string;
  readonly instanceNumber: number | null;
  readonly transferSyntaxUid: string;
  readonly lossyCompressed: boolean;
  readonly format: PixelFormat;
  readonly padding: PaddingRange | null;
  readonly frames: readonly Frame[];
}

/** One frame: one slice, as its header describes it. */
export interface Frame {
  /** 0-based within the file. */
  readonly index: number;
  readonly pieces: FramePieces;
  readonly imageType: readonly string[];
  /** Centre of the first pixel, LPS mm. */
  readonly positionMm: Vector3 | null;
  /** Unit vectors along which columns and rows count up: (x of a row, y of a column). */
  readonly rowDirection: Vector3 | null;
  readonly columnDirection: Vector3 | null;
  /** Distance of neighbouring columns (x) and rows (y). */
  readonly pixelSpacingMm: readonly [number, number] | null;
  readonly sliceThicknessMm: number | null;
  readonly rescale: { readonly slope: number; readonly intercept: number } | null;
  readonly kernel: string | null;
  readonly kvp: number | null;
  readonly exposureMas: number | null;
  readonly gantryTiltDegrees: number | null;
  readonly acquisition: string | null;
  readonly acquisitionTime: string | null;
  readonly temporalPosition: string | null;
  readonly dimensionStack: string | null;
}
