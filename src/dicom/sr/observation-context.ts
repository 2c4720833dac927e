import { derivedUid } from "../../base/uid.ts";
import type { DataSet } from "../write/data-set.ts";
import type { ResultContext } from "../write/result-object.ts";
import { concept, device, language, procedure } from "./codes.ts";
import { coded, text, uidReference } from "./content-item.ts";
import type { SrInput } from "./sr-input.ts";

/** Language, observer and procedure: what holds for a whole document (PS3.16 TID 1204, TID 1001 with 1002 and 1004, TID 1500 row 4). */
export function documentContext({ context, sources }: SrInput): DataSet[] {
  const allCt = sources.length > 0 && sources.every(({ modality }) => modality === "CT");
  return [
    coded("HAS CONCEPT MOD", concept.language, language[context.language]),
    ...deviceObserver(context),
    coded("HAS CONCEPT MOD", concept.procedureReported, allCt ? procedure.ct : procedure.any),
  ];
}

/** The program as observer (PS3.16 TID 1002, TID 1004): one UID for each version. */
export function deviceObserver({ overread: { version, commit } }: ResultContext): DataSet[] {
  return [
    coded("HAS OBS CONTEXT", concept.observerType, device),
    uidReference("HAS OBS CONTEXT", concept.deviceObserverUid, derivedUid("overread device", version, commit)),
    text("HAS OBS CONTEXT", concept.deviceObserverName, `Overread ${version}`),
    text("HAS OBS CONTEXT", concept.deviceObserverManufacturer, "Overread"),
    text("HAS OBS CONTEXT", concept.deviceObserverModel, "Overread"),
    text("HAS OBS CONTEXT", concept.deviceObserverSerialNumber, commit),
  ];
}
