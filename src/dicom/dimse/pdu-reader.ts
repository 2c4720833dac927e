import type { DataValue, Pdu } from "./pdu.ts";

/**
 * Cuts a stream of bytes into PDUs. One of no known type, that breaks its own form or claims to be longer than allowed comes out as unknown, and nothing
 * after it. Data are not put together: a P-DATA-TF PDU comes out in as many parts as it came in, each a window of the bytes that were read.
 */
export class PduReader {
  readonly #longestBytes: number;
  readonly #head = Buffer.alloc(6);
  #headBytes = 0;
  /** What reads the body of the PDU at hand; null between two. */
  #body: BodyReader | null = null;
  #isLost = false;

  /** @param longestBytes of a PDU, its head of 6 left out */
  constructor(longestBytes = 1 << 20) {
    this.#longestBytes = longestBytes;
  }

  *push(bytes: Buffer): Generator<Pdu> {
    for (let at = 0; !this.#isLost; ) {
      if (this.#body === null) {
        const taken = bytes.copy(this.#head, this.#headBytes, at);
        at += taken;
        this.#headBytes += taken;
        if (this.#headBytes < 6) return;
        const [type, length] = [this.#head.readUInt8(0), this.#head.readUInt32BE(2)];
        this.#headBytes = 0;
        this.#body = length > this.#longestBytes ? unknown : type === 0x04 ? new ValueReader(length) : new WholeReader(type, length);
      }
      const body = this.#body;
      const window = bytes.subarray(at, at + body.left);
      at += window.length;
      const pdu = formed(() => body.push(window));
      this.#isLost = pdu?.kind === "unknown";
      if (pdu !== null) yield pdu;
      if (body.left > 0) return;
      this.#body = null;
    }
  }
}

interface BodyReader {
  /** Bytes of the body that have not come yet. */
  readonly left: number;
  /**
   * Takes the next bytes, no more than are left; null where they give nothing yet.
   * @throws RangeError where a length leads out of the PDU
   */
  readonly push: (window: Buffer) => Pdu | null;
}

const unknown: BodyReader = { left: 0, push: () => ({ kind: "unknown" }) };

function formed(read: () => Pdu | null): Pdu | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return { kind: "unknown" };
    throw error;
  }
}

/** Cuts the body of one P-DATA-TF PDU (PS3.8 9.3.5) into its values, as far as it has come. */
class ValueReader implements BodyReader {
  left: number;
  /** Length, context and flags of the value at hand. */
  readonly #head = Buffer.alloc(6);
  #headBytes = 0;
  #valueLeft = 0;

  constructor(length: number) {
    this.left = length;
  }

  push(window: Buffer): Pdu {
    this.left -= window.length;
    const values: DataValue[] = [];
    for (let at = 0; at < window.length; ) {
      if (this.#headBytes < 6) {
        const taken = window.copy(this.#head, this.#headBytes, at);
        at += taken;
        this.#headBytes += taken;
        if (this.#headBytes < 6) break;
        this.#valueLeft = this.#head.readUInt32BE(0) - 2;
        const room = window.length - at + this.left;
        if (this.#valueLeft < 0 || this.#valueLeft > room) throw new RangeError("a data value leads out of its PDU");
      }
      const bytes = window.subarray(at, at + this.#valueLeft);
      at += bytes.length;
      this.#valueLeft -= bytes.length;
      const [contextId, flags, ends] = [this.#head.readUInt8(4), this.#head.readUInt8(5), this.#valueLeft === 0];
      values.push({ contextId, isCommand: (flags & 1) !== 0, isLast: ends && (flags & 2) !== 0, bytes });
      if (ends) this.#headBytes = 0;
    }
    if (this.left === 0 && this.#headBytes > 0) throw new RangeError("a data value ends within its head");
    return { kind: "data", values, isWhole: this.left === 0 };
  }
}

/** Puts the body of a PDU of another type together. */
class WholeReader implements BodyReader {
  left: number;
  readonly #type: number;
  readonly #body: Buffer;

  constructor(type: number, length: number) {
    this.left = length;
    this.#type = type;
    this.#body = Buffer.alloc(length);
  }

  push(window: Buffer): Pdu | null {
    window.copy(this.#body, this.#body.length - this.left);
    this.left -= window.length;
    return this.left > 0 ? null : parsePdu(this.#type, this.#body);
  }
}

/** @throws RangeError where a length leads out of the PDU */
function parsePdu(type: number, body: Buffer): Pdu {
  switch (type) {
    case 0x01:
      return request(body);
    case 0x02:
      return acceptance(body);
    case 0x03:
      return { kind: "reject", result: body.readUInt8(1), source: body.readUInt8(2), reason: body.readUInt8(3) };
    case 0x05:
      return { kind: "release-request" };
    case 0x06:
      return { kind: "release-response" };
    case 0x07:
      return { kind: "abort", source: body.readUInt8(2), reason: body.readUInt8(3) };
    default:
      return { kind: "unknown" };
  }
}

/** Where the items of a request or an acceptance begin: behind version, titles and what is reserved (PS3.8 9.3.2, 9.3.3). */
const itemsAt = 68;

function request(body: Buffer): Pdu {
  const items = itemsOf(body, itemsAt);
  const users = items.filter(({ type }) => type === 0x50).flatMap(({ value }) => itemsOf(value, 0));
  return {
    kind: "request",
    protocolVersion: body.readUInt16BE(0),
    applicationContext: uidText(items.find(({ type }) => type === 0x10)?.value),
    calledAet: aetOf(body, 4),
    callingAet: aetOf(body, 20),
    titles: body.subarray(4, itemsAt),
    contexts: items
      .filter(({ type }) => type === 0x20)
      .map(({ value }) => {
        const syntaxes = itemsOf(value, 4);
        return {
          id: value.readUInt8(0),
          sopClassUid: uidText(syntaxes.find(({ type }) => type === 0x30)?.value),
          transferSyntaxUids: syntaxes.filter(({ type }) => type === 0x40).map((syntax) => uidText(syntax.value)),
        };
      }),
    maxPduBytes: maxPduBytesOf(users),
    roles: users
      .filter(({ type }) => type === 0x54)
      .map(({ value }) => {
        const uidBytes = value.readUInt16BE(0);
        const [scu, scp] = [value.readUInt8(2 + uidBytes) === 1, value.readUInt8(3 + uidBytes) === 1];
        return { sopClassUid: uidText(value.subarray(2, 2 + uidBytes)), scu, scp };
      }),
    asynchronous: users.some(({ type }) => type === 0x53),
  };
}

function acceptance(body: Buffer): Pdu {
  const items = itemsOf(body, itemsAt);
  const contexts = items
    .filter(({ type }) => type === 0x21)
    .map(({ value }) => {
      const syntax = itemsOf(value, 4).find(({ type }) => type === 0x40);
      return { id: value.readUInt8(0), result: value.readUInt8(2), transferSyntaxUid: uidText(syntax?.value) };
    });
  const users = items.filter(({ type }) => type === 0x50).flatMap(({ value }) => itemsOf(value, 0));
  return { kind: "accept", maxPduBytes: maxPduBytesOf(users), contexts };
}

interface Item {
  readonly type: number;
  readonly value: Buffer;
}

const maxPduBytesOf = (users: readonly Item[]): number => users.find(({ type }) => type === 0x51)?.value.readUInt32BE(0) ?? 0;

const uidText = (value: Buffer | undefined): string => (value?.toString("latin1") ?? "").replace(/[\0 ]+$/, "");

const aetOf = (body: Buffer, at: number): string => uidText(body.subarray(at, at + 16)).trimStart();

function itemsOf(bytes: Buffer, start: number): Item[] {
  const items: Item[] = [];
  for (let at = start; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) throw new RangeError("an item leads out of its PDU");
    items.push({ type: bytes.readUInt8(at), value: bytes.subarray(at + 4, end) });
    at = end;
  }
  return items;
}
