import { attributesOf } from "../attributes.ts";
import { encodingOf } from "../file-start.ts";
import { tag } from "../tags.ts";
import { type Element, encodeElements } from "../write/elements.ts";
import { implicitLittleEndian, storageCommitment } from "./negotiation.ts";

/** The one instance of the Storage Commitment Push Model (PS3.4 J.3.5). */
export const commitmentInstance = "1.2.840.10008.1.20.1.1";

export interface ObjectReference {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/** What a sender wants to hear of before it deletes its own copies (PS3.4 table J.3-1). */
export interface CommitmentRequest {
  readonly transactionUid: string;
  readonly references: readonly ObjectReference[];
}

const transactionUid = "x00081195";

/** Reads the data set of a request; null where it lacks what it must have. */
export function parseCommitment(bytes: Uint8Array, transferSyntaxUid: string): CommitmentRequest | null {
  const attributes = attributesOf({ bytes, from: 0, to: bytes.length, encoding: encodingOf(transferSyntaxUid) });
  const transaction = attributes.text(transactionUid);
  const references = attributes
    .items(tag.referencedSopSequence)
    .map((item) => ({ sopClassUid: item.text(tag.referencedSopClassUid), sopInstanceUid: item.text(tag.referencedSopInstanceUid) }));
  if (!isUid(transaction) || references.length === 0 || !references.every(isReference)) return null;
  return { transactionUid: transaction, references };
}

const isUid = (text: string | null): text is string => text !== null && /^[0-9.]{1,64}$/.test(text);

const isReference = (reference: { readonly [Key in keyof ObjectReference]: string | null }): reference is ObjectReference =>
  isUid(reference.sopClassUid) && isUid(reference.sopInstanceUid);

/** Failure Reason (0008,1197), PS3.3 C.14. */
const failureReason = { "processing-failure": 0x0110, "no-such-object": 0x0112 } as const;

/**
 * What is reported of a request (N-EVENT-REPORT, PS3.4 table J.3-2): the command's own elements, and the data set.
 * @param safe SOP Instance UIDs of the objects that are kept
 * @param because why the others are not
 */
export function commitmentReport(
  { transactionUid, references }: CommitmentRequest,
  safe: ReadonlySet<string>,
  because: keyof typeof failureReason,
  transferSyntaxUid: string,
): { elements: Element[]; dataSet: Uint8Array } {
  const item = ({ sopClassUid, sopInstanceUid }: ObjectReference): Element[] => [
    [0x00081150, "UI", sopClassUid],
    [0x00081155, "UI", sopInstanceUid],
  ];
  const kept = references.filter(({ sopInstanceUid }) => safe.has(sopInstanceUid));
  const failed = references.filter(({ sopInstanceUid }) => !safe.has(sopInstanceUid));
  const dataSet: Element[] = [[0x00081195, "UI", transactionUid]];
  if (kept.length > 0) dataSet.push([0x00081199, "SQ", kept.map(item)]);
  if (failed.length > 0)
    dataSet.push([0x00081198, "SQ", failed.map((one): Element[] => [...item(one), [0x00081197, "US", failureReason[because]]])]);
  const encoding = transferSyntaxUid === implicitLittleEndian ? "implicit-le" : "explicit-le";
  return {
    elements: [
      [0x00000002, "UI", storageCommitment],
      [0x00001000, "UI", commitmentInstance],
      [0x00001002, "US", failed.length === 0 ? 1 : 2],
    ],
    dataSet: encodeElements(dataSet, encoding, (text) => Buffer.from(text, "latin1")),
  };
}
