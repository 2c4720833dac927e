import { connect, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectSecurely } from "node:tls";
import { Fault } from "../../base/fault.ts";
import type { ByteSource } from "../byte-source.ts";
import { type Element, implementationClassUid } from "../write/elements.ts";
import { commandField, dataSetType, encodeCommand, isPending, parseResponse, type Response } from "./command-set.ts";
import { connectionFault } from "./connection-fault.ts";
import {
  abortPdu,
  associateRequest,
  type ContextAnswer,
  type DataValue,
  dataPdus,
  forAll,
  fragmentBytes,
  longestSentPduBytes,
  type Pdu,
  type ProposedContext,
  releaseRequest,
  releaseResponse,
  sentPduBytes,
} from "./pdu.ts";
import { PduReader } from "./pdu-reader.ts";
import { abortReasonOf, rejectionOf } from "./pdu-reasons.ts";
import type { StorableObject } from "./storable-object.ts";

export interface DimsePeer {
  readonly host: string;
  readonly port: number;
  readonly calledAet: string;
  readonly callingAet: string;
  /** True: with the certificates that the system trusts, and none of our own. */
  readonly tls: boolean | ConnectionOptions;
}

/** A response with the data set that follows it. */
export interface Reply extends Response {
  readonly dataSet: Buffer | null;
}

export interface Patience {
  /** For the connection and the peer's answer to the association request. */
  readonly connectTimeoutMs: number;
  /** How long neither side may move a byte. */
  readonly idleTimeoutMs: number;
  /** Ends the association with an A-ABORT. */
  readonly signal: AbortSignal;
}

type State = "requesting" | "ready" | "releasing" | "closed";
type Action = "accept" | "reject" | "receive" | "answer-release" | "released" | "aborted" | "protocol-error" | "ignore";

/**
 * What a PDU does in each state: the states of PS3.8 table 9-10 that a requestor reaches (Sta5, Sta6, Sta7 with Sta9 and Sta11, Sta13) and the
 * actions of tables 9-6 to 9-9 (AE-3, AE-4, DT-2, AR-2/AR-4/AR-8/AR-9, AR-3, AA-3, AA-8, AA-6).
 */
const transitions: Readonly<Record<State, Readonly<Record<Pdu["kind"], Action>>>> = {
  requesting: { ...forAll("protocol-error"), accept: "accept", reject: "reject", abort: "aborted" },
  ready: { ...forAll("protocol-error"), data: "receive", "release-request": "answer-release", abort: "aborted" },
  releasing: {
    ...forAll("protocol-error"),
    data: "ignore",
    "release-request": "answer-release",
    "release-response": "released",
    abort: "aborted",
  },
  closed: forAll("ignore"),
};

/** Bytes read from disk at a time. */
const readBytes = 1 << 18;
/** No command set or data set of an answer is longer. */
const longestAnswerBytes = 1 << 16;
/** More than these do not wait to be taken. */
const mostWaitingReplies = 1024;

/** An association as its requestor, with one request at a time. Every failure is a Fault `send.…`, after which the association is over. */
export class Association {
  readonly #socket: Socket;
  readonly #reader = new PduReader();
  readonly #proposed: readonly ProposedContext[];
  /** Rejects when the association ends. */
  readonly #over = Promise.withResolvers<never>();
  #state: State = "requesting";
  /** What is being waited for: acceptance, a response, the release. */
  #answer = Promise.withResolvers<void>();
  #contexts: readonly ContextAnswer[] = [];
  #maxPduBytes = longestSentPduBytes;
  /** Of a command set or data set that has come in part. */
  #part: Buffer = Buffer.alloc(0);
  /** Its data set has not come yet. */
  #response: Response | null = null;
  #replies: Reply[] = [];
  #messageId = 0;
  /** Command field of the request that waits for its response. */
  #field = 0;

  private constructor(socket: Socket, proposed: readonly ProposedContext[], signal: AbortSignal) {
    this.#socket = socket;
    this.#proposed = proposed;
    const stop = (): void => this.abort();
    signal.addEventListener("abort", stop);
    socket.on("close", () => signal.removeEventListener("abort", stop));
    this.#over.promise.catch(() => {});
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => {
      for (const pdu of this.#reader.push(bytes)) this.#act(transitions[this.#state][pdu.kind], pdu);
    });
    socket.on("error", (error) => this.#end(connectionFault(error)));
    socket.on("close", () => this.#end(new Fault("send.connection-lost")));
    socket.on("timeout", () => this.abort(new Fault("send.silent", { seconds: (socket.timeout ?? 0) / 1000 })));
  }

  /** Connects and negotiates. */
  static async open(
    peer: DimsePeer,
    proposed: readonly ProposedContext[],
    { connectTimeoutMs, idleTimeoutMs, signal }: Patience,
  ): Promise<Association> {
    const { host, port } = peer;
    const socket = peer.tls ? connectSecurely({ ...(peer.tls === true ? {} : peer.tls), host, port }) : connect({ host, port });
    const association = new Association(socket, proposed, signal);
    socket.setTimeout(connectTimeoutMs);
    socket.once(peer.tls ? "secureConnect" : "connect", () =>
      socket.write(associateRequest({ ...peer, implementationClassUid }, proposed)),
    );
    await association.#wait();
    socket.setTimeout(idleTimeoutMs);
    return association;
  }

  /** The context negotiated for an object: accepted, or why not; null where none was proposed for it. */
  contextOf(object: Pick<StorableObject, "sopClassUid" | "transferSyntaxUid">): ContextAnswer | null {
    const isFor = ({ sopClassUid, transferSyntaxUid }: ProposedContext): boolean =>
      sopClassUid === object.sopClassUid && transferSyntaxUid === object.transferSyntaxUid;
    const proposed = this.#proposed.find(isFor);
    if (proposed === undefined) return null;
    const answer = this.#contexts.find(({ id }) => id === proposed.id);
    // An acceptance in a syntax that was not proposed is none.
    const accepted = answer?.result === 0 && answer.transferSyntaxUid === proposed.transferSyntaxUid;
    return { ...proposed, result: accepted ? 0 : answer?.result || 4 };
  }

  /**
   * Sends one object, its data set as it stands in the file, and gives the peer's answer.
   * @throws Fault `send.…` when the association ends first; any other Fault when the file cannot be read to its end
   */
  store(object: StorableObject, contextId: number, source: ByteSource): Promise<Response> {
    // Medium priority (PS3.7 9.3.1.1).
    const elements: Element[] = [
      [0x00000002, "UI", object.sopClassUid],
      [0x00000700, "US", 0],
      [0x00001000, "UI", object.sopInstanceUid],
    ];
    return this.#first(this.#request(contextId, commandField.store, elements, this.#dataSetOf(object, contextId, source)));
  }

  /**
   * Reports an event (N-EVENT-REPORT, PS3.7 10.3.1) and gives the peer's answer.
   * @param elements of the command set: SOP class, SOP instance, type of event
   * @throws Fault `send.…` when the association ends first
   */
  report(contextId: number, elements: readonly Element[], dataSet: Uint8Array): Promise<Response> {
    return this.#first(this.ask(contextId, commandField.eventReport, elements, dataSet));
  }

  /**
   * Sends a request with its data set, if any: yields the responses that say that more follow, and returns the last.
   * @throws Fault `send.…` when the association ends first
   */
  ask(contextId: number, field: number, elements: readonly Element[], dataSet: Uint8Array | null): AsyncGenerator<Reply, Reply> {
    const form = { isCommand: false, isLast: true, maxPduBytes: this.#maxPduBytes };
    return this.#request(contextId, field, elements, dataSet && [dataPdus(contextId, dataSet, form)]);
  }

  /** Asks the peer to end what the last request began (C-CANCEL, PS3.7 9.3.2.3); its last response still comes. */
  cancel(contextId: number): void {
    if (this.#state !== "ready") return;
    const command = encodeCommand([
      [0x00000100, "US", commandField.cancel],
      [0x00000120, "US", this.#messageId],
      [0x00000800, "US", dataSetType.none],
    ]);
    for (const part of dataPdus(contextId, command, { isCommand: true, isLast: true, maxPduBytes: this.#maxPduBytes }))
      this.#socket.write(part);
  }

  async #first(replies: AsyncGenerator<Reply, Reply>): Promise<Response> {
    return (await replies.next()).value;
  }

  async *#request(
    contextId: number,
    field: number,
    elements: readonly Element[],
    dataSet: Iterable<Uint8Array[]> | AsyncIterable<Uint8Array[]> | null,
  ): AsyncGenerator<Reply, Reply> {
    this.#messageId = (this.#messageId % 0xffff) + 1;
    this.#field = field;
    this.#replies = [];
    this.#answer = Promise.withResolvers();
    const command = encodeCommand([
      ...elements,
      [0x00000100, "US", field],
      [0x00000110, "US", this.#messageId],
      [0x00000800, "US", dataSet === null ? dataSetType.none : dataSetType.follows],
    ]);
    try {
      await this.#write(dataPdus(contextId, command, { isCommand: true, isLast: true, maxPduBytes: this.#maxPduBytes }));
      for await (const parts of dataSet ?? []) await this.#write(parts);
    } catch (error) {
      // Half an object cannot be taken back otherwise.
      this.abort();
      throw error;
    }
    for (;;) {
      await this.#wait();
      const reply = this.#replies.shift();
      if (this.#replies.length === 0) this.#answer = Promise.withResolvers();
      if (reply === undefined) continue;
      if (!isPending(reply.status)) return reply;
      yield reply;
    }
  }

  /** The data set of a file in P-DATA-TF PDUs. One of odd length gets a zero byte behind it (PS3.5 A.5, PS3.8 9.3.5.1). */
  async *#dataSetOf({ dataSetOffset, size }: StorableObject, contextId: number, source: ByteSource): AsyncGenerator<Uint8Array[]> {
    const step = fragmentBytes(this.#maxPduBytes);
    const blockBytes = Math.ceil(readBytes / step) * step;
    for (let at = dataSetOffset; at < size; at += blockBytes) {
      const block = await source.read(at, blockBytes);
      if (block.length < Math.min(blockBytes, size - at)) throw new Fault("unreadable-file", { fileName: "" });
      const even = block.length % 2 === 0 ? block : Buffer.concat([block, Buffer.alloc(1)]);
      yield dataPdus(contextId, even, { isCommand: false, isLast: at + blockBytes >= size, maxPduBytes: this.#maxPduBytes });
    }
  }

  /** Ends the association in good order; what was answered stays answered even when the peer does not. */
  async release(): Promise<void> {
    if (this.#state !== "ready") return;
    this.#state = "releasing";
    this.#answer = Promise.withResolvers();
    this.#socket.write(releaseRequest());
    await this.#wait().catch(() => {});
  }

  /** Ends the association at once; nothing happens where it has ended already. */
  abort(because: Fault = new Fault("send.connection-lost")): void {
    if (this.#state === "closed") return;
    if (!this.#socket.connecting) this.#socket.write(abortPdu("user"));
    this.#end(because);
  }

  #act(action: Action, pdu: Pdu): void {
    if (action === "accept" && pdu.kind === "accept") {
      this.#contexts = pdu.contexts;
      this.#maxPduBytes = sentPduBytes(pdu.maxPduBytes);
      this.#state = "ready";
      this.#answer.resolve();
    } else if (action === "reject" && pdu.kind === "reject") {
      this.#end(new Fault(pdu.result === 2 ? "send.rejected-for-now" : "send.rejected", { why: rejectionOf(pdu.source, pdu.reason) }));
    } else if (action === "receive" && pdu.kind === "data") {
      for (const value of pdu.values) this.#receive(value);
    } else if (action === "answer-release") {
      this.#socket.write(releaseResponse());
      if (this.#state === "ready") this.#end(new Fault("send.released-by-peer"));
    } else if (action === "released") {
      this.#end(new Fault("send.connection-lost"));
    } else if (action === "aborted" && pdu.kind === "abort") {
      this.#end(
        new Fault("send.aborted-by-peer", {
          why: abortReasonOf(pdu.source, pdu.reason),
        }),
      );
    } else if (action === "protocol-error") {
      this.#protocolError();
    }
  }

  #receive({ isCommand, isLast, bytes }: DataValue): void {
    const part = Buffer.concat([this.#part, bytes]);
    this.#part = isLast ? Buffer.alloc(0) : part;
    const isExpected = isCommand === (this.#response === null);
    if (!isExpected || part.length > longestAnswerBytes || this.#replies.length > mostWaitingReplies) this.#protocolError();
    if (!isLast || this.#state === "closed") return;
    const response = this.#response ?? parseResponse(part, this.#field);
    this.#response = null;
    if (response?.messageId !== this.#messageId) this.#protocolError();
    else if (isCommand && response.hasDataSet) this.#response = response;
    else {
      this.#replies.push({ ...response, dataSet: isCommand ? null : part });
      this.#answer.resolve();
    }
  }

  #protocolError(): void {
    this.#socket.write(abortPdu("provider"));
    this.#end(new Fault("send.protocol-error"));
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    if (this.#state !== "closed") {
      this.#socket.cork();
      for (const part of parts) this.#socket.write(part);
      this.#socket.uncork();
      if (!this.#socket.writableNeedDrain) return;
    }
    await this.#orOver(new Promise<void>((resolve) => this.#socket.once("drain", resolve)));
  }

  #wait(): Promise<void> {
    return this.#orOver(this.#answer.promise);
  }

  #orOver<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#over.promise]);
  }

  /** What was written is still sent; a peer that does not read it is left after a second. */
  #end(because: Fault): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#over.reject(because);
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), 1000).unref();
  }
}
