import { type Reason, reason } from "../../base/reason.ts";
import type { StorableObject } from "./storable-object.ts";
import { type Answer, isStored } from "./store-answer.ts";

/** Forms of one report, the richest first: Comprehensive 3D SR, Enhanced SR, Basic Text SR. */
const reportForms = ["1.2.840.10008.5.1.4.1.1.88.34", "1.2.840.10008.5.1.4.1.1.88.22", "1.2.840.10008.5.1.4.1.1.88.11"];
const segmentation = "1.2.840.10008.5.1.4.1.1.66.4";

/** Which form of Overread's report is sent: the richest that the peer takes, or one alone. */
export type Profile = "auto" | "full" | "enhanced" | "text";
const formOf = { full: reportForms[0], enhanced: reportForms[1], text: reportForms[2] } as const;

/** How often a richer form of the same report must have failed before this object's turn: 0, 1 or 2. */
export function formRank({ read, sopClassUid }: StorableObject): number {
  return read === null ? 0 : Math.max(0, reportForms.indexOf(sopClassUid));
}

export interface FormChoice {
  /** Why an object need not be sent, judged by the answers so far; null where it must be. */
  readonly passedBy: (object: StorableObject) => Answer | null;
  /** The last word on an object: one that the peer does not take is not needed where its content went in another form. */
  readonly settled: (object: StorableObject) => Answer;
}

/**
 * Overread writes one read as up to three equivalent reports and draws its outlines into images too, since many peers take only some of these.
 * @param answers of the peer; looked at anew at each call
 */
export function formChoice(objects: readonly StorableObject[], answers: ReadonlyMap<StorableObject, Answer>, profile: Profile): FormChoice {
  const reads = Map.groupBy(objects, ({ read }) => read);
  const siblings = (object: StorableObject): StorableObject[] => (object.read === null ? [] : (reads.get(object.read) ?? []));
  const reports = (object: StorableObject): StorableObject[] =>
    reportForms.includes(object.sopClassUid) ? siblings(object).filter(({ sopClassUid }) => reportForms.includes(sopClassUid)) : [];
  const anyStored = (those: readonly StorableObject[]): boolean => those.some((other) => isStored(answers.get(other)));

  const passedBy = (object: StorableObject): Answer | null => {
    const forms = reports(object);
    if (profile !== "auto" && forms.length > 0 && object.sopClassUid !== formOf[profile]) {
      const isThere = forms.some(({ sopClassUid }) => sopClassUid === formOf[profile]);
      return isThere ? notNeeded("send.other-profile") : { outcome: "not-sent", status: null, because: reason("send.profile-absent") };
    }
    return anyStored(forms.filter((other) => formRank(other) < formRank(object))) ? notNeeded("send.richer-stored") : null;
  };
  const settled = (object: StorableObject): Answer => {
    const answer = answers.get(object) ?? passedBy(object);
    if (answer === null) throw new RangeError("an object has neither an answer nor a reason to be passed by");
    if (answer.outcome !== "not-accepted") return answer;
    if (anyStored(reports(object))) return notNeeded("send.simpler-stored");
    const isOutline = object.sopClassUid === segmentation && anyStored(siblings(object));
    return isOutline ? notNeeded("send.outlines-elsewhere") : answer;
  };
  return { passedBy, settled };
}

const notNeeded = (code: Reason["code"]): Answer => ({ outcome: "not-needed", status: null, because: reason(code) });
