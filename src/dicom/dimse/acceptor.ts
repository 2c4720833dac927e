import type { Socket } from "node:net";
import { Fault } from "../../base/fault.ts";
import { type Element, implementationClassUid } from "../write/elements.ts";
import { type CommandSet, commandField, dataSetType, encodeCommand, parseCommand, responseBit } from "./command-set.ts";
import { type Rejection, rejections } from "./negotiation.ts";
import { ObjectStream } from "./object-stream.ts";
import {
  type AssociateRequest,
  abortPdu,
  associateAccept,
  associateReject,
  type ContextAnswer,
  type DataValue,
  dataPdus,
  forAll,
  longestSentPduBytes,
  type Pdu,
  releaseResponse,
  sentPduBytes,
} from "./pdu.ts";
import { PduReader } from "./pdu-reader.ts";

/** A presentation context that was accepted. */
interface AgreedContext {
  readonly id: number;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
}

/** A request of the peer within an association. */
export interface Message {
  readonly context: AgreedContext;
  readonly command: CommandSet;
  /** Null where no data set follows. */
  readonly data: ObjectStream | null;
}

/** What a response says beside the number of its message and its own field. */
export interface Reply {
  readonly status: number;
  readonly elements: readonly Element[];
}

export interface AcceptorLimits {
  /** Longest PDU that the peer is told to send, in bytes. */
  readonly pduBytes: number;
  /** From the connection to the whole association request, and from the end of an association to the end of the connection (ARTIM, PS3.8 9.1.5). */
  readonly artimMs: number;
  /** From one whole PDU to the next, while the peer is to speak: one that drips is as idle as one that is silent. */
  readonly idleMs: number;
  /** Longest data set of a message. */
  readonly objectBytes: number;
}

/** What stands behind an association. */
export interface AcceptorHost {
  readonly limits: AcceptorLimits;
  readonly negotiate: (request: AssociateRequest, acceptor: Acceptor) => Promise<readonly ContextAnswer[] | Rejection>;
  /** Never rejects. */
  readonly serve: (message: Message, acceptor: Acceptor) => Promise<Reply>;
  /** The association is over, or there was none; called once. */
  readonly ended: (acceptor: Acceptor) => void;
}

type State = "awaiting-request" | "deciding" | "ready" | "releasing" | "closed";
type Action = "negotiate" | "receive" | "answer-release" | "aborted" | "protocol-error" | "ignore";

/**
 * What a PDU does in each state: the states of PS3.8 table 9-10 that an acceptor reaches (Sta2, Sta3, Sta6, Sta8, Sta13) and the actions of tables 9-6
 * to 9-9 (AE-6, DT-2, AR-2 with AR-4, AA-2 and AA-3, AA-1 and AA-8, AA-6).
 */
const transitions: Readonly<Record<State, Readonly<Record<Pdu["kind"], Action>>>> = {
  "awaiting-request": { ...forAll("protocol-error"), request: "negotiate", abort: "aborted" },
  deciding: { ...forAll("protocol-error"), abort: "aborted" },
  ready: { ...forAll("protocol-error"), data: "receive", "release-request": "answer-release", abort: "aborted" },
  releasing: { ...forAll("protocol-error"), abort: "aborted" },
  closed: forAll("ignore"),
};

/** No association request is longer: 128 contexts of 40 syntaxes take 140 KB. */
const longestRequestBytes = 1 << 18;
/** Command sets are some 200 bytes; a longer one is nonsense. */
const longestCommandBytes = 1 << 14;

/** An association as its acceptor, with one operation of the peer's at a time. Every end but a release is a Fault `receive.…` to whom it interrupts. */
export class Acceptor {
  readonly remoteHost: string;
  readonly #socket: Socket;
  readonly #host: AcceptorHost;
  readonly #reader: PduReader;
  readonly #over = new AbortController();
  readonly #contexts = new Map<number, AgreedContext>();
  #state: State = "awaiting-request";
  #request: AssociateRequest | null = null;
  #timer: NodeJS.Timeout | undefined;
  #maxPduBytes = longestSentPduBytes;
  /** Of a command set that has come in part. */
  #commandPart: Buffer = Buffer.alloc(0);
  /** The peer's request that is being taken in or answered. */
  #message: Message | null = null;
  /** Our own request that waits for its response. */
  #asked: PromiseWithResolvers<CommandSet> | null = null;

  constructor(socket: Socket, host: AcceptorHost) {
    this.#socket = socket;
    this.#host = host;
    this.remoteHost = socket.remoteAddress ?? "";
    this.#reader = new PduReader(Math.max(host.limits.pduBytes, longestRequestBytes));
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => {
      for (const pdu of this.#reader.push(bytes)) this.#act(transitions[this.#state][pdu.kind], pdu);
    });
    socket.on("error", (error) => this.#end(new Fault("receive.connection-lost", {}, error)));
    socket.on("close", () => {
      this.#end(new Fault("receive.connection-lost"));
      this.#stopWaiting();
    });
    this.#await(host.limits.artimMs);
  }

  get callingAet(): string {
    return this.#request?.callingAet ?? "";
  }
  /** Aborts, with the Fault as its reason, when the association ends otherwise than by release. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Ends the association at once, with an A-ABORT; nothing happens where it has ended already. */
  abort(because: Fault): void {
    if (this.#state === "closed") return;
    this.#socket.write(abortPdu("user"));
    this.#end(because);
  }

  /**
   * Sends a request of ours with its data set, one at a time, and gives the peer's answer.
   * @throws Fault `receive.…` when the association ends first, by release too
   */
  async ask(contextId: number, field: number, elements: readonly Element[], dataSet: Uint8Array): Promise<CommandSet> {
    if (this.#state !== "ready" || this.#asked !== null) throw new Fault("receive.connection-lost");
    this.#asked = Promise.withResolvers();
    this.#asked.promise.catch(() => {});
    this.#send(contextId, [...elements, [0x00000100, "US", field], [0x00000110, "US", 1], [0x00000800, "US", dataSetType.follows]]);
    this.#write(dataPdus(contextId, dataSet, { isCommand: false, isLast: true, maxPduBytes: this.#maxPduBytes }));
    return this.#asked.promise;
  }

  #act(action: Action, pdu: Pdu): void {
    if (action === "negotiate" && pdu.kind === "request") {
      void this.#negotiate(pdu);
    } else if (action === "receive" && pdu.kind === "data") {
      if (pdu.isWhole) this.#timer?.refresh();
      for (const value of pdu.values) if (this.#state === "ready") this.#receive(value);
    } else if (action === "answer-release") {
      this.#state = "releasing";
      if (this.#message === null) this.#release();
    } else if (action === "aborted") {
      this.#end(new Fault("receive.aborted-by-peer"));
    } else if (action === "protocol-error") {
      this.#protocolError(pdu.kind === "unknown" ? 1 : 2);
    }
  }

  async #negotiate(request: AssociateRequest): Promise<void> {
    this.#state = "deciding";
    this.#request = request;
    this.#stopWaiting();
    const { pduBytes, idleMs } = this.#host.limits;
    const answers = await this.#host.negotiate(request, this);
    if (this.#state !== "deciding") return;
    if (typeof answers === "string") {
      this.#socket.write(associateReject(...rejections[answers]));
      this.#end(null);
      return;
    }
    for (const { id, result, transferSyntaxUid } of answers) {
      const sopClassUid = request.contexts.find((context) => context.id === id)?.sopClassUid;
      if (result === 0 && sopClassUid !== undefined) this.#contexts.set(id, { id, sopClassUid, transferSyntaxUid });
    }
    this.#maxPduBytes = sentPduBytes(request.maxPduBytes);
    this.#state = "ready";
    this.#socket.write(associateAccept(request, answers, pduBytes, implementationClassUid));
    this.#await(idleMs);
  }

  #receive({ contextId, isCommand, isLast, bytes }: DataValue): void {
    if (isCommand) {
      const command = Buffer.concat([this.#commandPart, bytes]);
      this.#commandPart = isLast ? Buffer.alloc(0) : command;
      if (command.length > longestCommandBytes) this.#protocolError(6);
      else if (isLast) this.#command(contextId, parseCommand(command));
      return;
    }
    const message = this.#message;
    if (!message?.data || message.data.isWhole || message.context.id !== contextId) {
      this.#protocolError();
      return;
    }
    message.data.push(bytes);
    if (isLast) {
      message.data.finish();
      // From here it is we who are waited for.
      this.#stopWaiting();
    } else if (message.data.isFull && !this.#socket.isPaused()) {
      this.#socket.pause();
      this.#stopWaiting();
    }
  }

  /** A whole command set has come. */
  #command(contextId: number, command: CommandSet | null): void {
    const context = this.#contexts.get(contextId);
    const field = command?.number(0x0100) ?? null;
    if (command === null || context === undefined || field === null) this.#protocolError(6);
    else if ((field & responseBit) !== 0) this.#answered(command);
    // A cancellation comes too late for whatever it means.
    else if (field !== commandField.cancel) this.#begin(context, command);
  }

  #answered(command: CommandSet): void {
    if (this.#asked === null) this.#protocolError();
    this.#asked?.resolve(command);
    this.#asked = null;
  }

  #begin(context: AgreedContext, command: CommandSet): void {
    const hasDataSet = command.number(0x0800);
    if (this.#message !== null || hasDataSet === null || command.number(0x0110) === null) {
      this.#protocolError(6);
      return;
    }
    const data = hasDataSet === dataSetType.none ? null : new ObjectStream(this.#host.limits.objectBytes, () => this.#readOn());
    if (data === null) this.#stopWaiting();
    this.#message = { context, command, data };
    void this.#answer(this.#message);
  }

  async #answer(message: Message): Promise<void> {
    const { status, elements } = await this.#host.serve(message, this);
    // What nobody wanted still has to come before the answer.
    message.data?.leave();
    await message.data?.whole;
    if (this.#state === "closed") return;
    const field = (message.command.number(0x0100) ?? 0) | responseBit;
    this.#send(message.context.id, [
      ...elements,
      [0x00000100, "US", field],
      [0x00000120, "US", message.command.number(0x0110) ?? 0],
      [0x00000800, "US", dataSetType.none],
      [0x00000900, "US", status],
    ]);
    this.#message = null;
    if (this.#state === "releasing") this.#release();
    else this.#await(this.#host.limits.idleMs);
  }

  /** The consumer took bytes: the peer may send on. */
  #readOn(): void {
    const data = this.#message?.data;
    if (this.#state === "closed" || !data || data.isFull || !this.#socket.isPaused()) return;
    this.#socket.resume();
    if (!data.isWhole) this.#await(this.#host.limits.idleMs);
  }

  #send(contextId: number, command: readonly Element[]): void {
    this.#write(dataPdus(contextId, encodeCommand(command), { isCommand: true, isLast: true, maxPduBytes: this.#maxPduBytes }));
  }

  #write(parts: readonly Uint8Array[]): void {
    this.#socket.write(Buffer.concat(parts));
  }

  #release(): void {
    this.#socket.write(releaseResponse());
    this.#end(null);
  }

  /** PS3.8 table 9-26. Before an association there is no provider to speak of: its user aborts (AA-1). */
  #protocolError(reason = 2): void {
    this.#socket.write(this.#state === "awaiting-request" ? abortPdu("user") : abortPdu("provider", reason));
    this.#end(new Fault("receive.protocol-error"));
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #await(silenceMs: number): void {
    this.#stopWaiting();
    const seconds = silenceMs / 1000;
    this.#timer = setTimeout(() => this.abort(new Fault("receive.silent", { seconds })), silenceMs);
  }

  /** The peer closes the connection after a release or a rejection (null), we do in all other cases; who does not is cut off. */
  #end(because: Fault | null): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#stopWaiting();
    if (because !== null) {
      this.#message?.data?.fail(because);
      this.#over.abort(because);
      this.#socket.end();
    }
    this.#asked?.reject(because ?? new Fault("receive.connection-lost"));
    this.#socket.resume();
    this.#timer = setTimeout(() => this.#socket.destroy(), because === null ? this.#host.limits.artimMs : 1000);
    this.#host.ended(this);
  }
}
