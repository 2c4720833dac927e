import { type Reason, reason } from "../../base/reason.ts";
import type { StorableObject } from "./storable-object.ts";

/**
 * What became of an object, as the peer said it. `not-accepted`: the peer does not take this kind of object or its encoding.
 * `not-needed`: another object carries the same to this peer. `not-sent`: the peer never confirmed that it stored it.
 */
export type Outcome = "stored" | "stored-with-warning" | "refused" | "not-accepted" | "not-needed" | "not-sent";

export interface Answer {
  readonly outcome: Outcome;
  /** The status the peer gave this object (PS3.4 B.2.3; PS3.18 I.2.2 uses the same numbers); null where it gave none. */
  readonly status: number | null;
  /** Null when it was stored without remark. */
  readonly because: Reason | null;
}

export interface ObjectAnswer {
  readonly object: StorableObject;
  readonly answer: Answer;
}

export const isStored = (answer: Answer | undefined): boolean => answer?.outcome === "stored" || answer?.outcome === "stored-with-warning";

export const notSent = (because: Reason): Answer => ({ outcome: "not-sent", status: null, because });

/**
 * What a status means for the object it was given for. Only 0000 is success; Bxxx, 0001, 0107 and 0116 are stored with a warning (PS3.7 C.4);
 * every other one is a refusal.
 * @param comment the peer's Error Comment, "" where there is none
 */
export function answerOfStatus(status: number, comment: string, { identifiers }: StorableObject): Answer {
  if (status === 0) return { outcome: "stored", status, because: null };
  const values = { status: hex(status), meaning: meaningOf(status) };
  const shown = presentable(comment, identifiers);
  const because = shown === "" ? reason("send.status", values) : reason("send.status-comment", { ...values, comment: shown });
  const isWarning = status >> 12 === 0xb || [0x0001, 0x0107, 0x0116].includes(status);
  const isUnsupported = status === 0x0122 || status === 0xc122;
  return { outcome: isWarning ? "stored-with-warning" : isUnsupported ? "not-accepted" : "refused", status, because };
}

/** As the standard writes a status: four hexadecimal digits. */
export const hex = (status: number): string => status.toString(16).toUpperCase().padStart(4, "0");

/** PS3.4 table B.2-1, PS3.7 annex C, PS3.18 table I.2-2. */
const meanings: Readonly<Record<number, string>> = {
  272: "Processing failure",
  273: "Duplicate SOP Instance",
  279: "Invalid object instance",
  280: "No such SOP class",
  281: "Class-instance conflict",
  290: "SOP class not supported",
  292: "Not authorized",
  528: "Duplicate invocation",
  529: "Unrecognized operation",
  530: "Mistyped argument",
  531: "Resource limitation",
  45056: "Coercion of data elements",
  45062: "Elements discarded",
  45063: "Data set does not match SOP class",
  49442: "Referenced transfer syntax not supported",
};

function meaningOf(status: number): string {
  const known = meanings[status];
  if (known !== undefined) return known;
  if (status >> 8 === 0xa7) return "Out of resources";
  if (status >> 8 === 0xa9) return "Data set does not match SOP class";
  if (status >> 12 === 0xc) return "Cannot understand";
  return status >> 12 === 0xb ? "Warning" : "Failure";
}

/** A peer's own words: without control characters and without the patient, whom some servers name. */
function presentable(comment: string, identifiers: readonly string[]): string {
  const printable = comment.replaceAll(/[\p{C}\s]+/gu, " ").trim();
  return identifiers.reduce((text, identifier) => text.replaceAll(identifier, "…"), printable).slice(0, 200);
}
