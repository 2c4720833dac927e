/** Protocol data units of the DICOM Upper Layer (PS3.8 9.3), those that a requestor of associations sends and meets. */
export type Pdu =
  | { readonly kind: "accept"; readonly maxPduBytes: number; readonly contexts: readonly ContextAnswer[] }
  | { readonly kind: "reject"; readonly result: number; readonly source: number; readonly reason: number }
  | { readonly kind: "data"; readonly values: readonly DataValue[] }
  | { readonly kind: "release-request" }
  | { readonly kind: "release-response" }
  | { readonly kind: "abort"; readonly source: number; readonly reason: number }
  | { readonly kind: "unknown" };

/** One SOP class in one transfer syntax, under an odd number from 1 to 255. */
export interface ProposedContext {
  readonly id: number;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
}

export interface ContextAnswer {
  readonly id: number;
  /** 0 is acceptance (PS3.8 table 9-18). */
  readonly result: number;
  readonly transferSyntaxUid: string;
}

/** A presentation data value: a piece of a command or of a data set. */
export interface DataValue {
  readonly contextId: number;
  readonly isCommand: boolean;
  readonly isLast: boolean;
  readonly bytes: Buffer;
}

export interface AssociationNames {
  readonly calledAet: string;
  readonly callingAet: string;
  readonly implementationClassUid: string;
}

const applicationContext = "1.2.840.10008.3.1.1.1";
/** What we tell the peer that we take: its answers are short. */
const receivedPduBytes = 16384;

/** A-ASSOCIATE-RQ (PS3.8 9.3.2). */
export function associateRequest(names: AssociationNames, contexts: readonly ProposedContext[]): Buffer {
  const aet = (title: string): Buffer => Buffer.from(title.padEnd(16), "latin1");
  const maxLength = Buffer.alloc(4);
  maxLength.writeUInt32BE(receivedPduBytes);
  return pdu(
    0x01,
    Buffer.from([0, 1, 0, 0]),
    aet(names.calledAet),
    aet(names.callingAet),
    Buffer.alloc(32),
    item(0x10, Buffer.from(applicationContext, "latin1")),
    ...contexts.map(({ id, sopClassUid, transferSyntaxUid }) =>
      item(
        0x20,
        Buffer.from([id, 0, 0, 0]),
        item(0x30, Buffer.from(sopClassUid, "latin1")),
        item(0x40, Buffer.from(transferSyntaxUid, "latin1")),
      ),
    ),
    item(
      0x50,
      item(0x51, maxLength),
      item(0x52, Buffer.from(names.implementationClassUid, "latin1")),
      item(0x55, Buffer.from("OVERREAD", "latin1")),
    ),
  );
}

export const releaseRequest = (): Buffer => pdu(0x05, Buffer.alloc(4));
export const releaseResponse = (): Buffer => pdu(0x06, Buffer.alloc(4));

/** A-ABORT by the user of the service (source 0), or by the provider (2) for an unexpected PDU (reason 2). */
export const abortPdu = (by: "user" | "provider"): Buffer => pdu(0x07, Buffer.from(by === "user" ? [0, 0, 0, 0] : [0, 0, 2, 2]));

/** Bytes that a P-DATA-TF PDU and its one value have in front of the fragment; the peer's limit counts all but the first 6. */
export const dataHeadBytes = 12;

/** The head of a P-DATA-TF PDU that holds one fragment (PS3.8 9.3.5, annex E.2). */
export function dataHead(contextId: number, fragmentBytes: number, isCommand: boolean, isLast: boolean): Buffer {
  const head = Buffer.alloc(dataHeadBytes);
  head.writeUInt8(0x04, 0);
  head.writeUInt32BE(fragmentBytes + 6, 2);
  head.writeUInt32BE(fragmentBytes + 2, 6);
  head.writeUInt8(contextId, 10);
  head.writeUInt8((isCommand ? 1 : 0) | (isLast ? 2 : 0), 11);
  return head;
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

/** A PDU that a peer sends us is never longer; one that claims to be is nonsense. */
const longestPduBytes = 1 << 20;

/** Cuts a stream of bytes into PDUs. One that breaks its own form, or is too long, comes out as unknown. */
export class PduReader {
  #held: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): Pdu[] {
    this.#held = Buffer.concat([this.#held, bytes]);
    const read: Pdu[] = [];
    while (this.#held.length >= 6) {
      const length = this.#held.readUInt32BE(2);
      if (length > longestPduBytes) return [...read, { kind: "unknown" }];
      if (this.#held.length < 6 + length) break;
      read.push(parsePdu(this.#held.readUInt8(0), this.#held.subarray(6, 6 + length)));
      this.#held = this.#held.subarray(6 + length);
    }
    return read;
  }
}

function parsePdu(type: number, body: Buffer): Pdu {
  try {
    switch (type) {
      case 0x02:
        return acceptance(body);
      case 0x03:
        return { kind: "reject", result: body.readUInt8(1), source: body.readUInt8(2), reason: body.readUInt8(3) };
      case 0x04:
        return { kind: "data", values: dataValues(body) };
      case 0x05:
        return { kind: "release-request" };
      case 0x06:
        return { kind: "release-response" };
      case 0x07:
        return { kind: "abort", source: body.readUInt8(2), reason: body.readUInt8(3) };
      default:
        return { kind: "unknown" };
    }
  } catch (error) {
    // A length that leads out of the PDU.
    if (error instanceof RangeError) return { kind: "unknown" };
    throw error;
  }
}

function acceptance(body: Buffer): Pdu {
  const items = itemsOf(body, 68);
  const contexts = items
    .filter(({ type }) => type === 0x21)
    .map(({ value }) => {
      const syntax = itemsOf(value, 4).find(({ type }) => type === 0x40);
      return { id: value.readUInt8(0), result: value.readUInt8(2), transferSyntaxUid: uidText(syntax?.value) };
    });
  const user = items.find(({ type }) => type === 0x50);
  const maxLength = user && itemsOf(user.value, 0).find(({ type }) => type === 0x51);
  return { kind: "accept", maxPduBytes: maxLength?.value.readUInt32BE(0) ?? 0, contexts };
}

const uidText = (value: Buffer | undefined): string => (value?.toString("latin1") ?? "").replace(/[\0 ]+$/, "");

function itemsOf(bytes: Buffer, start: number): { type: number; value: Buffer }[] {
  const items: { type: number; value: Buffer }[] = [];
  for (let at = start; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) throw new RangeError("an item leads out of its PDU");
    items.push({ type: bytes.readUInt8(at), value: bytes.subarray(at + 4, end) });
    at = end;
  }
  return items;
}

function dataValues(body: Buffer): DataValue[] {
  const values: DataValue[] = [];
  for (let at = 0; at < body.length; ) {
    const end = at + 4 + body.readUInt32BE(at);
    if (end > body.length || end < at + 6) throw new RangeError("a data value leads out of its PDU");
    const head = body.readUInt8(at + 5);
    values.push({
      contextId: body.readUInt8(at + 4),
      isCommand: (head & 1) !== 0,
      isLast: (head & 2) !== 0,
      bytes: body.subarray(at + 6, end),
    });
    at = end;
  }
  return values;
}
