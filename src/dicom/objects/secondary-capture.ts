import { type Code, codeItem } from "../write/code.ts";
import type { DataSet } from "../write/data-set.ts";
import { type ResultContext, type ResultObject, type ResultSeries, resultObject } from "../write/result-object.ts";
import type { LossyCompression } from "./lossy-compression.ts";
import { imageItem, type ObjectReference } from "./object-reference.ts";

const secondaryCaptureStorage = "1.2.840.10008.5.1.4.1.1.7";
const sourceImageCode: Code = { value: "121322", scheme: "DCM", meaning: "Source image for image processing operation" };

export interface SecondaryCaptureInput {
  readonly context: ResultContext;
  readonly series: Pick<ResultSeries, "number" | "description">;
  /** Among the key images of the study, from 1. */
  readonly instanceNumber: number;
  /** 8-bit RGB, row by row, with "unconfirmed" burned in. */
  readonly image: { readonly width: number; readonly height: number; readonly rgb: Uint8Array };
  /** What was examined, an unpaired part (PS3.16 annex L), e.g. CHEST: of a paired one the series would have to say which side. */
  readonly bodyPart: string;
  /** What the picture shows, and that it is unconfirmed. */
  readonly description: string;
  /** The slices the picture was drawn from. */
  readonly sources: readonly ObjectReference[];
  readonly lossy: LossyCompression;
}

/**
 * A key image as a Secondary Capture (PS3.3 A.8.1), uncompressed. Its modality is OT, so that nobody takes the series for a scan. The IOD has no attribute for a
 * tracking UID: structured report and key object selection tie the picture to its finding.
 */
export function secondaryCapture({ context, series, image, ...input }: SecondaryCaptureInput): ResultObject {
  const body: DataSet = {
    ...input.lossy,
    ImageType: ["DERIVED", "SECONDARY"],
    ConversionType: "WSD",
    InstanceNumber: String(input.instanceNumber),
    PatientOrientation: "",
    BodyPartExamined: input.bodyPart,
    DerivationDescription: input.description,
    SourceImageSequence: input.sources.map((source) => ({
      ...imageItem(source),
      PurposeOfReferenceCodeSequence: [codeItem(sourceImageCode)],
    })),
    BurnedInAnnotation: "YES",
    SamplesPerPixel: 3,
    PhotometricInterpretation: "RGB",
    PlanarConfiguration: 0,
    Rows: image.height,
    Columns: image.width,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: image.rgb,
  };
  return resultObject(secondaryCaptureStorage, { kind: "key-images", modality: "OT", ...series }, body, context);
}
