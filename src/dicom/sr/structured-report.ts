import type { DataSet } from "../write/data-set.ts";
import { type ResultObject, type ResultSeries, resultObject } from "../write/result-object.ts";
import { evidence } from "./evidence.ts";
import type { SrInput } from "./sr-input.ts";

/**
 * A content tree as a document (PS3.3 C.17.1, C.17.2): unverified and preliminary; complete when every analysis read all it meant to read.
 */
export function structuredReport(
  sopClassUid: string,
  series: Pick<ResultSeries, "kind" | "number" | "description">,
  tree: DataSet,
  { context, result, sources, segmentations }: SrInput,
): ResultObject {
  const complete = result.analyses.length > 0 && result.analyses.every(({ outcome }) => outcome === "done");
  const objects = [...sources.flatMap(({ images }) => images), ...segmentations];
  const referenced = evidence(tree, objects, result.study.studyInstanceUid);
  const body: DataSet = {
    InstanceNumber: "1",
    CompletionFlag: complete ? "COMPLETE" : "PARTIAL",
    VerificationFlag: "UNVERIFIED",
    PreliminaryFlag: "PRELIMINARY",
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    ...(referenced.length > 0 && { CurrentRequestedProcedureEvidenceSequence: referenced }),
    ...tree,
  };
  return resultObject(sopClassUid, { ...series, modality: "SR" }, body, context);
}
