import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Element } from "../write/elements.ts";
import { commandField, dataSetType, encodeCommand } from "./command-set.ts";
import { associateRequest, dataPdus, type Pdu, type ProposedContext, releaseRequest } from "./pdu.ts";
import { PduReader } from "./pdu-reader.ts";

// For tests: a requestor that sends what it is told, be it nonsense.

export const ct = "1.2.840.10008.5.1.4.1.1.2";
export const explicit = "1.2.840.10008.1.2.1";
export const verification = "1.2.840.10008.1.1";

/** Context 1 is CT, context 3 Verification. */
const usual: readonly ProposedContext[] = [
  { id: 1, sopClassUid: ct, transferSyntaxUid: explicit },
  { id: 3, sopClassUid: verification, transferSyntaxUid: "1.2.840.10008.1.2" },
];

export const request = (contexts = usual, callingAet = "SCRIPT"): Buffer =>
  associateRequest({ calledAet: "OVERREAD", callingAet, implementationClassUid: "1.2.3" }, contexts);

export const command = (contextId: number, elements: readonly Element[]): Buffer =>
  Buffer.concat(dataPdus(contextId, encodeCommand(elements), { isCommand: true, isLast: true, maxPduBytes: 16384 }));

export const dataSet = (bytes: Uint8Array, { contextId = 1, isLast = true } = {}): Buffer =>
  Buffer.concat(dataPdus(contextId, bytes, { isCommand: false, isLast, maxPduBytes: 16384 }));

export const storeCommand = (messageId: number, more: readonly Element[] = []): Buffer => {
  const elements: Element[] = [
    [0x00000002, "UI", ct],
    [0x00000100, "US", commandField.store],
    [0x00000110, "US", messageId],
    [0x00000700, "US", 0],
    [0x00000800, "US", dataSetType.follows],
    [0x00001000, "UI", `1.2.3.${messageId}`],
  ];
  return command(1, [...elements.filter(([tag]) => !more.some(([other]) => other === tag)), ...more]);
};

export const echoCommand = (messageId: number): Buffer =>
  command(3, [
    [0x00000002, "UI", verification],
    [0x00000100, "US", commandField.echo],
    [0x00000110, "US", messageId],
    [0x00000800, "US", dataSetType.none],
  ]);

export class ScriptedRequestor {
  readonly socket: Socket;
  readonly received: Pdu[] = [];
  readonly closed: Promise<unknown>;
  #taken = 0;
  #wake: () => void = () => {};
  #isClosed = false;

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1" });
    const reader = new PduReader();
    this.socket.on("error", () => {});
    this.socket.on("data", (bytes: Buffer) => {
      this.received.push(...reader.push(bytes));
      this.#wake();
    });
    this.closed = new Promise<void>((resolve) =>
      this.socket.on("close", () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      }),
    );
  }

  /** One with an association. */
  static async associated(port: number): Promise<ScriptedRequestor> {
    const requestor = new ScriptedRequestor(port);
    requestor.send(request());
    const answer = await requestor.next();
    if (answer !== "accept") throw new Error(`no association: ${answer}`);
    return requestor;
  }

  send(...parts: readonly Uint8Array[]): void {
    for (const part of parts) this.socket.write(part);
  }

  /** The next PDU; null after the last. */
  async nextPdu(): Promise<Pdu | null> {
    while (this.received.length <= this.#taken && !this.#isClosed)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.received[this.#taken++] ?? null;
  }

  /** The next PDU in short: its kind, for a response its status in hex, for a rejection or abort its numbers; "closed" after the last. */
  async next(): Promise<string> {
    const pdu = await this.nextPdu();
    if (pdu === null) return "closed";
    if (pdu.kind === "reject") return `reject ${pdu.result} ${pdu.source} ${pdu.reason}`;
    if (pdu.kind === "abort") return `abort ${pdu.source} ${pdu.reason}`;
    if (pdu.kind !== "data") return pdu.kind;
    // Status (0000,0900) is the last element of the responses of this receiver but for C-STORE's UID.
    const bytes = pdu.values[0]?.bytes ?? Buffer.alloc(0);
    const at = bytes.indexOf(Buffer.from([0, 0, 0, 9, 2, 0, 0, 0]));
    return `status ${bytes.readUInt16LE(at + 8).toString(16)}`;
  }

  async release(): Promise<string> {
    this.send(releaseRequest());
    const answer = await this.next();
    this.socket.end();
    await once(this.socket, "close");
    return answer;
  }
}
