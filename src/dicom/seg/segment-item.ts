import type { Finding } from "../../findings/finding.ts";
import { laterality, lung } from "../sr/codes.ts";
import { type Code, codeItem } from "../write/code.ts";
import type { DataSet } from "../write/data-set.ts";
import type { ResultContext } from "../write/result-object.ts";

/** What one segment says of its finding. */
export interface SegmentDescription {
  readonly finding: Pick<Finding, "trackingUid" | "kind" | "side">;
  /** The finding's tracking identifier, the same in all objects of the read. */
  readonly trackingId: string;
  /** A short name for the list of segments, at most 64 characters. */
  readonly label: string;
}

/** CID 7150. */
const abnormalStructure: Code = { value: "49755003", scheme: "SCT", meaning: "Morphologically Abnormal Structure" };
/** CID 7159; that it lies in the lung is said by the anatomic region. */
const types: Readonly<Record<Finding["kind"], Code>> = {
  nodule: { value: "27925004", scheme: "SCT", meaning: "Nodule" },
  mass: { value: "4147007", scheme: "SCT", meaning: "Mass" },
};
/** CID 7162: outlines follow the edge at half contrast. */
const edgeDetection: Code = { value: "123103", scheme: "DCM", meaning: "Edge Detection" };

/** An item of the Segment Sequence (PS3.3 tables C.8.20-2 and C.8.20-4). */
export function segmentItem(
  { finding, trackingId, label }: SegmentDescription,
  number: number,
  algorithm: string,
  { overread: { version, commit } }: ResultContext,
): DataSet {
  const side = finding.side === "unknown" ? undefined : [codeItem(laterality[finding.side])];
  return {
    // Inherited from the data set (PS3.5 7.5.3), but dcmjs 0.50 and with it Cornerstone forget it within sequences.
    SpecificCharacterSet: "ISO_IR 192",
    SegmentNumber: number,
    SegmentLabel: label,
    SegmentAlgorithmType: "AUTOMATIC",
    SegmentAlgorithmName: algorithm,
    SegmentationAlgorithmIdentificationSequence: [
      { AlgorithmFamilyCodeSequence: [codeItem(edgeDetection)], AlgorithmName: algorithm, AlgorithmVersion: `${version} (${commit})` },
    ],
    SegmentedPropertyCategoryCodeSequence: [codeItem(abnormalStructure)],
    SegmentedPropertyTypeCodeSequence: [codeItem(types[finding.kind])],
    AnatomicRegionSequence: [{ ...codeItem(lung), AnatomicRegionModifierSequence: side }],
    TrackingID: trackingId,
    TrackingUID: finding.trackingUid,
    RecommendedDisplayCIELabValue: displayColor(number),
  };
}

/** Colours of one lightness, each the golden angle from the last, so that neighbours in the list differ; encoded as PS3.3 C.10.7.1.1 says. */
function displayColor(number: number): readonly number[] {
  const hue = 3.4 + number * Math.PI * (3 - Math.sqrt(5));
  const encode = (value: number, low: number, high: number): number => Math.round(((value - low) / (high - low)) * 0xffff);
  return [encode(78, 0, 100), encode(48 * Math.cos(hue), -128, 127), encode(48 * Math.sin(hue), -128, 127)];
}
