import type { DicomJson, JsonAttribute } from "./dicom-json.ts";

/** Failure reasons of PS3.18 table I.2-2. */
export const failure = {
  processing: 0x0110,
  duplicate: 0x0111,
  outOfResources: 0xa700,
  mismatch: 0xa900,
  cannotUnderstand: 0xc000,
  transferSyntax: 0xc122,
} as const;

export type FailureReason = (typeof failure)[keyof typeof failure];

/** What became of one object of a request; its UIDs are null as far as it was not understood. */
export interface StoreOutcome {
  readonly sopClassUid: string | null;
  readonly sopInstanceUid: string | null;
  /** Where it can be had; null where it was not stored. */
  readonly retrieveUrl: string | null;
  readonly failure: FailureReason | null;
}

/**
 * The Store Instances Response Module (PS3.18 table I.2-1) and its status: 200 when all are stored, 202 some, 409 none (10.5.3), 503 none for want of
 * resources (8.5): the client may come again.
 */
export function stowResponse(
  outcomes: readonly StoreOutcome[],
  studyUrl: string | null,
): { readonly status: 200 | 202 | 409 | 503; readonly body: DicomJson } {
  const stored = outcomes.filter(({ failure }) => failure === null);
  const failed = outcomes.filter(({ failure, sopInstanceUid }) => failure !== null && sopInstanceUid !== null);
  const nameless = outcomes.filter(({ failure, sopInstanceUid }) => failure !== null && sopInstanceUid === null);
  const body = {
    ...(studyUrl === null ? {} : { "00081190": text("UR", studyUrl) }),
    ...sequence("00081198", failed),
    ...sequence("00081199", stored),
    // Other Failures Sequence: what could not even be named.
    ...sequence("0008119A", nameless),
  };
  if (stored.length === outcomes.length) return { status: 200, body };
  if (stored.length > 0) return { status: 202, body };
  return { status: outcomes.every((outcome) => outcome.failure === failure.outOfResources) ? 503 : 409, body };
}

function sequence(tag: string, outcomes: readonly StoreOutcome[]): DicomJson {
  return outcomes.length === 0 ? {} : { [tag]: { vr: "SQ", Value: outcomes.map(itemOf) } };
}

function itemOf({ sopClassUid, sopInstanceUid, retrieveUrl, failure }: StoreOutcome): DicomJson {
  return {
    ...(sopClassUid === null ? {} : { "00081150": text("UI", sopClassUid) }),
    ...(sopInstanceUid === null ? {} : { "00081155": text("UI", sopInstanceUid) }),
    ...(retrieveUrl === null ? {} : { "00081190": text("UR", retrieveUrl) }),
    ...(failure === null ? {} : { "00081197": { vr: "US", Value: [failure] } }),
  };
}

const text = (vr: string, value: string): JsonAttribute => ({ vr, Value: [value] });
