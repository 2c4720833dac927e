import type { ReportedDocument, ReportedFinding, ReportedImage } from "../findings/reported-finding.ts";
import type { Attributes } from "./attributes.ts";
import { tag } from "./tags.ts";

/** What an object says of itself (PS3.3 C.7.5.1, C.12.1, C.17.2); null when it does not even name its class and instance. */
export function documentOf(
  attributes: Attributes,
  of: Pick<ReportedDocument, "kind" | "title" | "findings" | "otherGroups" | "sliceThicknessMm">,
): ReportedDocument | null {
  const { text } = attributes;
  const sopClassUid = text(tag.sopClassUid);
  const sopInstanceUid = text(tag.sopInstanceUid);
  if (sopClassUid === null || sopInstanceUid === null) return null;
  return {
    ...of,
    sopClassUid,
    sopInstanceUid,
    studyInstanceUid: text(tag.studyInstanceUid),
    seriesInstanceUid: text(tag.seriesInstanceUid),
    frameOfReferenceUid: text(tag.frameOfReferenceUid),
    manufacturer: text(tag.manufacturer),
    manufacturerModelName: text(tag.manufacturerModelName),
    contentDate: text(tag.contentDate),
    verification: oneOf(text(tag.verificationFlag), ["VERIFIED", "UNVERIFIED"]),
    stage: oneOf(text(tag.preliminaryFlag), ["PRELIMINARY", "FINAL"]),
    completion: oneOf(text(tag.completionFlag), ["PARTIAL", "COMPLETE"]),
  };
}

/** A finding of which nothing is said yet. */
export const unsaidFinding: ReportedFinding = {
  trackingUid: null,
  trackingId: null,
  label: null,
  kind: null,
  site: null,
  laterality: null,
  algorithm: null,
  certainty: null,
  measurements: [],
  evaluations: [],
  regions: [],
  centerMm: null,
  centerFrom: null,
  volumeMm3: null,
  longAxisMm: null,
  shortAxisMm: null,
  voxelCount: null,
  images: [],
  segment: null,
  sourceSeriesUid: null,
  comments: [],
  flags: [],
};

/** A reference to a SOP instance (PS3.3 table 10-3); null when it names none. */
export function readReference(item: Attributes): ReportedImage | null {
  const sopInstanceUid = item.text(tag.referencedSopInstanceUid);
  const frames = (item.decimals(tag.referencedFrameNumber) ?? []).filter((frame) => Number.isSafeInteger(frame) && frame > 0);
  return sopInstanceUid === null ? null : { sopClassUid: item.text(tag.referencedSopClassUid), sopInstanceUid, frames };
}

/** Each image once. */
export function eachOnce(images: readonly ReportedImage[]): ReportedImage[] {
  return [...new Map(images.map((image) => [JSON.stringify(image), image])).values()];
}

/** A defined term, or null where the text is none. */
export function oneOf<const Term extends string>(text: string | null, terms: readonly Term[]): Term | null {
  return terms.find((term) => term === text) ?? null;
}
