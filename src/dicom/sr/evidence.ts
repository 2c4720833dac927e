import { instancesBySeries, type ObjectReference } from "../objects/object-reference.ts";
import type { DataSet } from "../write/data-set.ts";

/**
 * Every object of a study that a content tree refers to, once, by series (PS3.3 C.17.2, table C.17-3).
 * @param objects among which those referred to are found
 * @returns no item when nothing is referred to
 */
export function evidence(tree: DataSet, objects: readonly ObjectReference[], studyInstanceUid: string): DataSet[] {
  const referenced = new Set(referencedIn(tree));
  const series = instancesBySeries(objects.filter(({ sopInstanceUid }) => referenced.has(sopInstanceUid)));
  if (series.length === 0) return [];
  const items = series.map(([uid, instances]): DataSet => ({ SeriesInstanceUID: uid, ReferencedSOPSequence: instances }));
  return [{ StudyInstanceUID: studyInstanceUid, ReferencedSeriesSequence: items }];
}

const referencedIn = ({ ReferencedSOPSequence = [], ContentSequence = [] }: DataSet): DataSet["ReferencedSOPInstanceUID"][] => [
  ...ReferencedSOPSequence.map((item) => item.ReferencedSOPInstanceUID),
  ...ContentSequence.flatMap(referencedIn),
];
