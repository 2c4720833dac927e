import { concept, language } from "../sr/codes.ts";
import { coded, container, image, text } from "../sr/content-item.ts";
import { deviceObserver } from "../sr/observation-context.ts";
import type { Code } from "../write/code.ts";
import type { DataSet } from "../write/data-set.ts";
import { type ResultContext, type ResultObject, type ResultSeries, resultObject } from "../write/result-object.ts";
import { instancesBySeries, type ObjectReference } from "./object-reference.ts";

const keyObjectSelectionStorage = "1.2.840.10008.5.1.4.1.1.88.59";

/** CID 7010. */
const ofInterest: Code = { value: "113000", scheme: "DCM", meaning: "Of Interest" };
const keyObjectDescription: Code = { value: "113012", scheme: "DCM", meaning: "Key Object Description" };

export interface KeyObjectSelectionInput {
  readonly context: ResultContext;
  readonly series: Pick<ResultSeries, "number" | "description">;
  /** What was selected and why, and that it is unconfirmed. */
  readonly description: string;
  /** Images of this study: source slices, key images, segmentations. */
  readonly references: readonly ObjectReference[];
}

/**
 * The images worth looking at, as a Key Object Selection (PS3.3 A.35.4, PS3.16 TID 2010).
 * @throws RangeError when nothing is selected: the template demands one object
 */
export function keyObjectSelection({ context, series, description, references }: KeyObjectSelectionInput): ResultObject {
  if (references.length === 0) throw new RangeError("a key object selection needs one object or more");
  const body: DataSet = {
    InstanceNumber: "1",
    ReferencedPerformedProcedureStepSequence: [],
    CurrentRequestedProcedureEvidenceSequence: [
      {
        StudyInstanceUID: context.identity.StudyInstanceUID,
        ReferencedSeriesSequence: instancesBySeries(references).map(([uid, items]) => ({
          SeriesInstanceUID: uid,
          ReferencedSOPSequence: items,
        })),
      },
    ],
    ...container(
      null,
      ofInterest,
      [
        coded("HAS CONCEPT MOD", concept.language, language[context.language]),
        ...deviceObserver(context),
        text("CONTAINS", keyObjectDescription, description),
        ...references.map((reference) => image("CONTAINS", null, reference)),
      ],
      "2010",
    ),
  };
  return resultObject(keyObjectSelectionStorage, { kind: "key-objects", modality: "KO", ...series }, body, context);
}
