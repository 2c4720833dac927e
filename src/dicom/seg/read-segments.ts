import type { ReportedFinding } from "../../findings/reported-finding.ts";
import type { Attributes } from "../attributes.ts";
import { readCode } from "../read-code.ts";
import { oneOf, unsaidFinding } from "../reported-document.ts";
import { tag } from "../tags.ts";

/** What the Segment Sequence says of each segment (PS3.3 C.8.20.4), by segment number; nothing of its pixels. */
export function readSegments(attributes: Attributes): ReadonlyMap<number, ReportedFinding> {
  const sopInstanceUid = attributes.text(tag.sopInstanceUid) ?? "";
  const sourceSeriesUid = attributes.items(tag.referencedSeriesSequence)[0]?.text(tag.seriesInstanceUid) ?? null;
  const described = attributes.items(tag.segmentSequence).flatMap((segment): [number, ReportedFinding][] => {
    const number = segment.unsigned16(tag.segmentNumber);
    if (number === null) return [];
    const site = segment.items(tag.anatomicRegionSequence)[0];
    const description = segment.prose(tag.segmentDescription);
    const finding: ReportedFinding = {
      ...unsaidFinding,
      trackingUid: segment.text(tag.trackingUid),
      trackingId: segment.prose(tag.trackingId),
      label: segment.text(tag.segmentLabel),
      kind: readCode(segment, tag.segmentedPropertyTypeCodeSequence),
      site: readCode(segment, tag.anatomicRegionSequence),
      laterality: site ? readCode(site, tag.anatomicRegionModifierSequence) : null,
      algorithm: algorithmOf(segment),
      segment: { sopInstanceUid, number },
      sourceSeriesUid,
      comments: description === null ? [] : [description],
    };
    return [[number, finding]];
  });
  return new Map(described);
}

function algorithmOf(segment: Attributes): ReportedFinding["algorithm"] {
  const type = oneOf(segment.text(tag.segmentAlgorithmType), ["AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"]);
  const identified = segment.items(tag.segmentationAlgorithmIdentificationSequence)[0];
  const name = identified?.text(tag.algorithmName) ?? segment.text(tag.segmentAlgorithmName);
  const version = identified?.text(tag.algorithmVersion) ?? null;
  return type === null && name === null && version === null ? null : { name, version, type };
}
