import type { DataSet } from "../write/data-set.ts";

/** An object that another one refers to; a `ResultObject` and a `SourceImage` are such. */
export interface ObjectReference {
  readonly seriesInstanceUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** 1-based; null or left out: the whole object. */
  readonly frameNumber?: number | null;
}

/** A SOP instance reference (PS3.3 table 10-11). */
export const instanceItem = ({ sopClassUid, sopInstanceUid }: ObjectReference): DataSet => ({
  ReferencedSOPClassUID: sopClassUid,
  ReferencedSOPInstanceUID: sopInstanceUid,
});

/** An image SOP instance reference (PS3.3 table 10-3): the frame too, where it is one of several. */
export const imageItem = (reference: ObjectReference): DataSet => ({
  ...instanceItem(reference),
  ReferencedFrameNumber: typeof reference.frameNumber === "number" ? String(reference.frameNumber) : undefined,
});

/** Each object once (whatever its frames), in the order of first mention. */
export function eachInstance(references: readonly ObjectReference[]): readonly ObjectReference[] {
  return [...new Map(references.map((reference) => [reference.sopInstanceUid, reference])).values()];
}

/** Each object once, by series: series UID → instance items. */
export function instancesBySeries(
  references: readonly ObjectReference[],
): readonly (readonly [seriesUid: string, items: readonly DataSet[]])[] {
  return [...Map.groupBy(eachInstance(references), ({ seriesInstanceUid }) => seriesInstanceUid)].map(
    ([series, instances]) => [series, instances.map(instanceItem)] as const,
  );
}
