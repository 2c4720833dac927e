import { connect, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { Fault } from "../../base/fault.ts";
import type { ByteSource } from "../byte-source.ts";
import { implementationClassUid } from "../write/elements.ts";
import { connectionFault } from "./connection-fault.ts";
import {
  abortPdu,
  associateRequest,
  type ContextAnswer,
  type DataValue,
  dataHead,
  type Pdu,
  PduReader,
  type ProposedContext,
  releaseRequest,
  releaseResponse,
} from "./pdu.ts";
import type { StorableObject } from "./storable-object.ts";
import { parseStoreResponse, type StoreResponse, storeRequest } from "./store-command.ts";

export interface DimsePeer {
  readonly host: string;
  readonly port: number;
  readonly calledAet: string;
  readonly callingAet: string;
  readonly tls: boolean;
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

const all = (action: Action): Readonly<Record<Pdu["kind"], Action>> => ({
  accept: action,
  reject: action,
  data: action,
  "release-request": action,
  "release-response": action,
  abort: action,
  unknown: action,
});

/**
 * What a PDU does in each state: the states of PS3.8 table 9-10 that a requestor reaches (Sta5, Sta6, Sta7 with Sta9 and Sta11, Sta13) and the
 * actions of tables 9-6 to 9-9 (AE-3, AE-4, DT-2, AR-2/AR-4/AR-8/AR-9, AR-3, AA-3, AA-8, AA-6).
 */
const transitions: Readonly<Record<State, Readonly<Record<Pdu["kind"], Action>>>> = {
  requesting: { ...all("protocol-error"), accept: "accept", reject: "reject", abort: "aborted" },
  ready: { ...all("protocol-error"), data: "receive", "release-request": "answer-release", abort: "aborted" },
  releasing: {
    ...all("protocol-error"),
    data: "ignore",
    "release-request": "answer-release",
    "release-response": "released",
    abort: "aborted",
  },
  closed: all("ignore"),
};

/** Bytes read from disk at a time. */
const readBytes = 1 << 18;
/** Longest PDU that is sent, where the peer sets no limit or a very high one. */
const longestPduBytes = 1 << 17;

/** An association as its requestor, with one C-STORE at a time. Every failure is a Fault `send.…`, after which the association is over. */
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
  #maxPduBytes = longestPduBytes;
  #command: Buffer = Buffer.alloc(0);
  #response: StoreResponse | null = null;
  #messageId = 0;

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
    const socket = peer.tls ? connectSecurely({ host, port }) : connect({ host, port });
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
  contextOf(object: StorableObject): ContextAnswer | null {
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
  async store(object: StorableObject, contextId: number, source: ByteSource): Promise<StoreResponse> {
    this.#messageId = (this.#messageId % 0xffff) + 1;
    this.#response = null;
    this.#answer = Promise.withResolvers();
    const command = storeRequest(this.#messageId, object.sopClassUid, object.sopInstanceUid);
    try {
      await this.#write([dataHead(contextId, command.length, true, true), command]);
      for await (const parts of this.#fragments(object, contextId, source)) await this.#write(parts);
    } catch (error) {
      // Half an object cannot be taken back otherwise.
      this.abort();
      throw error;
    }
    await this.#wait();
    if (this.#response === null) throw new RangeError("an answer without a response");
    return this.#response;
  }

  /** The data set in P-DATA-TF PDUs of at most the peer's length. One of odd length gets a zero byte behind it (PS3.5 A.5, PS3.8 9.3.5.1). */
  async *#fragments({ dataSetOffset, size }: StorableObject, contextId: number, source: ByteSource): AsyncGenerator<Uint8Array[]> {
    const fragmentBytes = (this.#maxPduBytes - 6) & ~1;
    const blockBytes = Math.ceil(readBytes / fragmentBytes) * fragmentBytes;
    for (let at = dataSetOffset; at < size; at += blockBytes) {
      const block = await source.read(at, blockBytes);
      if (block.length < Math.min(blockBytes, size - at)) throw new Fault("unreadable-file", { fileName: "" });
      const even = block.length % 2 === 0 ? block : Buffer.concat([block, Buffer.alloc(1)]);
      const parts: Uint8Array[] = [];
      for (let from = 0; from < even.length; from += fragmentBytes) {
        const fragment = even.subarray(from, from + fragmentBytes);
        const isLast = at + blockBytes >= size && from + fragmentBytes >= even.length;
        parts.push(dataHead(contextId, fragment.length, false, isLast), fragment);
      }
      yield parts;
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
      // 0 says that there is no limit (PS3.8 D.1.1); one too small for a fragment is not believed.
      if (pdu.maxPduBytes > 0) this.#maxPduBytes = Math.min(longestPduBytes, Math.max(1024, pdu.maxPduBytes));
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
          why: pdu.source === 2 ? (abortReasons[pdu.reason] ?? "reason not specified") : "service-user",
        }),
      );
    } else if (action === "protocol-error") {
      this.#protocolError();
    }
  }

  #receive({ isCommand, isLast, bytes }: DataValue): void {
    this.#command = Buffer.concat([this.#command, bytes]);
    if (!isLast) return;
    const response = isCommand ? parseStoreResponse(this.#command) : null;
    this.#command = Buffer.alloc(0);
    if (response?.messageId === this.#messageId) {
      this.#response = response;
      this.#answer.resolve();
    } else this.#protocolError();
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

/** PS3.8 table 9-21. */
function rejectionOf(source: number, reason: number): string {
  return rejections[`${source}.${reason}`] ?? "no reason given";
}

const rejections: Readonly<Record<string, string>> = {
  "1.2": "application context name not supported",
  "1.3": "calling AE title not recognized",
  "1.7": "called AE title not recognized",
  "2.2": "protocol version not supported",
  "3.1": "temporary congestion",
  "3.2": "local limit exceeded",
};

/** PS3.8 table 9-26. */
const abortReasons: Readonly<Record<number, string>> = {
  1: "unrecognized PDU",
  2: "unexpected PDU",
  4: "unrecognized PDU parameter",
  5: "unexpected PDU parameter",
  6: "invalid PDU parameter value",
};
