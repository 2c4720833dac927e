/** Protocol data units of the DICOM Upper Layer (PS3.8 9.3): their shapes, and how they are written. pdu-reader.ts reads them. */
export type Pdu =
  | AssociateRequest
  | { readonly kind: "accept"; readonly maxPduBytes: number; readonly contexts: readonly ContextAnswer[] }
  | { readonly kind: "reject"; readonly result: number; readonly source: number; readonly reason: number }
  | PduOfData
  | { readonly kind: "release-request" }
  | { readonly kind: "release-response" }
  | { readonly kind: "abort"; readonly source: number; readonly reason: number }
  | { readonly kind: "unknown" };

/** A P-DATA-TF PDU, or as much of one as came at once. */
interface PduOfData {
  readonly kind: "data";
  readonly values: readonly DataValue[];
  /** Whether the PDU ends here. */
  readonly isWhole: boolean;
}

/** One value for every kind of PDU: a row of a state table, to be made exceptions from. */
export const forAll = <Value>(value: Value): Readonly<Record<Pdu["kind"], Value>> => ({
  request: value,
  accept: value,
  reject: value,
  data: value,
  "release-request": value,
  "release-response": value,
  abort: value,
  unknown: value,
});

/** What an association is asked for. */
export interface AssociateRequest {
  readonly kind: "request";
  readonly protocolVersion: number;
  readonly applicationContext: string;
  readonly calledAet: string;
  readonly callingAet: string;
  /** Called and calling title and what is reserved behind them, as they came: the acceptance repeats them. */
  readonly titles: Buffer;
  readonly contexts: readonly RequestedContext[];
  /** 0 where the requestor sets no limit. */
  readonly maxPduBytes: number;
  readonly roles: readonly RequestedRole[];
  /** Whether more operations than one at a time are asked for (PS3.7 D.3.3.3). */
  readonly asynchronous: boolean;
}

/** One SOP class in any of several transfer syntaxes, in the requestor's order. */
export interface RequestedContext {
  readonly id: number;
  readonly sopClassUid: string;
  readonly transferSyntaxUids: readonly string[];
}

/** What the requestor wants to be for a SOP class (PS3.7 D.3.3.4). */
export interface RequestedRole {
  readonly sopClassUid: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

/** One SOP class in one transfer syntax, under an odd number from 1 to 255. */
export interface ProposedContext {
  readonly id: number;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  /** The requestor wants to be the provider of this SOP class, not its user. */
  readonly asProvider?: true;
}

export interface ContextAnswer {
  readonly id: number;
  /** 0 is acceptance (PS3.8 table 9-18). */
  readonly result: number;
  readonly transferSyntaxUid: string;
}

/** A presentation data value, or a part of one: a piece of a command or of a data set. */
export interface DataValue {
  readonly contextId: number;
  readonly isCommand: boolean;
  /** Whether the command or data set ends here. */
  readonly isLast: boolean;
  readonly bytes: Buffer;
}

export interface AssociationNames {
  readonly calledAet: string;
  readonly callingAet: string;
  readonly implementationClassUid: string;
}

export const applicationContext = "1.2.840.10008.3.1.1.1";
/** What a requestor tells the peer that it takes: answers are short. */
const receivedPduBytes = 16384;

/** A-ASSOCIATE-RQ (PS3.8 9.3.2). */
export function associateRequest(names: AssociationNames, contexts: readonly ProposedContext[]): Buffer {
  const aet = (title: string): Buffer => latin1(title.padEnd(16));
  return pdu(
    0x01,
    Buffer.from([0, 1, 0, 0]),
    aet(names.calledAet),
    aet(names.callingAet),
    Buffer.alloc(32),
    item(0x10, latin1(applicationContext)),
    ...contexts.map(({ id, sopClassUid, transferSyntaxUid }) =>
      item(0x20, Buffer.from([id, 0, 0, 0]), item(0x30, latin1(sopClassUid)), item(0x40, latin1(transferSyntaxUid))),
    ),
    userItem(
      receivedPduBytes,
      names.implementationClassUid,
      contexts.filter(({ asProvider }) => asProvider).map(({ sopClassUid }) => role({ sopClassUid, scu: false, scp: true })),
    ),
  );
}

/** A-ASSOCIATE-AC (PS3.8 9.3.3). Roles are answered as a pure provider's: the requestor may be user, never provider (PS3.7 D.3.3.4). */
export function associateAccept(
  request: AssociateRequest,
  answers: readonly ContextAnswer[],
  maxPduBytes: number,
  implementationClassUid: string,
): Buffer {
  return pdu(
    0x02,
    Buffer.from([0, 1, 0, 0]),
    request.titles,
    item(0x10, latin1(applicationContext)),
    ...answers.map(({ id, result, transferSyntaxUid }) =>
      item(0x21, Buffer.from([id, 0, result, 0]), item(0x40, latin1(transferSyntaxUid))),
    ),
    userItem(maxPduBytes, implementationClassUid, [
      ...(request.asynchronous ? [item(0x53, Buffer.from([0, 1, 0, 1]))] : []),
      ...request.roles.map(({ sopClassUid, scu }) => role({ sopClassUid, scu, scp: false })),
    ]),
  );
}

/** A-ASSOCIATE-RJ (PS3.8 table 9-21). */
export const associateReject = (result: number, source: number, reason: number): Buffer =>
  pdu(0x03, Buffer.from([0, result, source, reason]));

export const releaseRequest = (): Buffer => pdu(0x05, Buffer.alloc(4));
export const releaseResponse = (): Buffer => pdu(0x06, Buffer.alloc(4));

/** A-ABORT by the user of the service (source 0), or by the provider (2): for an unexpected PDU (reason 2) where nothing else is said. */
export const abortPdu = (by: "user" | "provider", reason = 2): Buffer =>
  pdu(0x07, Buffer.from(by === "user" ? [0, 0, 0, 0] : [0, 0, 2, reason]));

/** Bytes that a P-DATA-TF PDU and its one value have in front of the fragment; the peer's limit counts all but the first 6. */
const dataHeadBytes = 12;

/** Bytes of a command or data set that a P-DATA-TF PDU of a length holds: even, as all fragments but the last must be (PS3.8 E.2). */
export const fragmentBytes = (maxPduBytes: number): number => (maxPduBytes - 6) & ~1;

/** Longest PDU that is sent, where the peer sets no limit or a very high one. */
export const longestSentPduBytes = 1 << 17;

/** What a peer's own limit means for us: 0 says that there is none (PS3.8 D.1.1); one too small for a fragment is not believed. */
export const sentPduBytes = (peersLimit: number): number =>
  peersLimit === 0 ? longestSentPduBytes : Math.min(longestSentPduBytes, Math.max(1024, peersLimit));

/**
 * P-DATA-TF PDUs (PS3.8 9.3.5) with a command or data set, or a part of one: heads and fragments in turn, to be written as they are.
 * @param isLast whether the end of the bytes is the end of the whole
 */
export function dataPdus(
  contextId: number,
  bytes: Uint8Array,
  { isCommand, isLast, maxPduBytes }: { readonly isCommand: boolean; readonly isLast: boolean; readonly maxPduBytes: number },
): Uint8Array[] {
  const step = fragmentBytes(maxPduBytes);
  const parts: Uint8Array[] = [];
  for (let from = 0; from === 0 || from < bytes.length; from += step) {
    const fragment = bytes.subarray(from, from + step);
    const ends = isLast && from + step >= bytes.length;
    const head = Buffer.alloc(dataHeadBytes);
    head.writeUInt8(0x04, 0);
    head.writeUInt32BE(fragment.length + 6, 2);
    head.writeUInt32BE(fragment.length + 2, 6);
    head.writeUInt8(contextId, 10);
    head.writeUInt8((isCommand ? 1 : 0) | (ends ? 2 : 0), 11);
    parts.push(head, fragment);
  }
  return parts;
}

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

function userItem(maxPduBytes: number, implementationClassUid: string, more: readonly Buffer[]): Buffer {
  const maxLength = Buffer.alloc(4);
  maxLength.writeUInt32BE(maxPduBytes);
  return item(0x50, item(0x51, maxLength), item(0x52, latin1(implementationClassUid)), ...more, item(0x55, latin1("OVERREAD")));
}

function role({ sopClassUid, scu, scp }: RequestedRole): Buffer {
  const uid = latin1(sopClassUid);
  return item(0x54, Buffer.from([0, uid.length]), uid, Buffer.from([Number(scu), Number(scp)]));
}

function pdu(type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.from([type, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function item(type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.from([type, 0, 0, 0]);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}
