import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createSecureServer, type TlsOptions } from "node:tls";
import { Fault } from "../../base/fault.ts";
import type { Element } from "../write/elements.ts";
import { Acceptor, type AcceptorLimits, type Message, type Reply } from "./acceptor.ts";
import { commandField } from "./command-set.ts";
import { type CommitmentOptions, type CommitmentScp, commitmentScp } from "./commitment-scp.ts";
import { answerContext, type Rejection, storageCommitment } from "./negotiation.ts";
import { type AssociateRequest, applicationContext, type ContextAnswer } from "./pdu.ts";
import { type ReceivedObject, type StoreStatus, storeStatus } from "./received-object.ts";

export interface ScpLimits extends AcceptorLimits {
  /** Associations at once; one more is rejected for the moment (local limit exceeded). */
  readonly associations: number;
  /** The same for one remote address. */
  readonly associationsPerHost: number;
}

const usualLimits: ScpLimits = {
  pduBytes: 1 << 17,
  artimMs: 30_000,
  idleMs: 60_000,
  objectBytes: 2 ** 32 - 1,
  associations: 32,
  associationsPerHost: 16,
};

export interface ScpOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Who may speak to us, under which of our titles. */
  readonly admit: (callingAet: string, calledAet: string, remoteHost: string) => Promise<"accept" | Rejection> | "accept" | Rejection;
  /** Key, certificate and, where clients must have a certificate too, what node:tls takes for that; null for none. */
  readonly tls: TlsOptions | null;
  readonly limits?: Partial<ScpLimits>;
  /** Null: Storage Commitment is not offered. */
  readonly commitment: CommitmentOptions | null;
  /** An association is over: by release, or because it broke off. */
  readonly ended: (association: EndedAssociation) => void;
  /** What `admit`, `keep` or `committed` threw, beside the end of an association itself, or what the system did: the server goes on. */
  readonly failed: (error: unknown) => void;
}

export interface EndedAssociation {
  readonly callingAet: string;
  readonly remoteHost: string;
  /** Objects whose sender could be told that they are stored. */
  readonly stored: number;
  readonly because: Fault | "released";
  /** The one that `keep` was given. */
  readonly signal: AbortSignal;
}

/** Keeps an object for good before it resolves; the sender hears of it only then. The signal aborts when the association breaks off. */
export type Keep = (object: ReceivedObject, signal: AbortSignal) => Promise<StoreStatus>;

export interface StoreScp {
  readonly port: number;
  /** Takes no more associations; those that run may end within the time, then they are aborted. Resolves when all connections are closed. */
  readonly close: (graceMs: number) => Promise<void>;
}

/**
 * Listens for objects as SCP of Verification, Storage and, where it is offered, Storage Commitment (PS3.4 annexes A, B and J), over TCP or TLS.
 * @throws the system's error when the port cannot be listened at
 */
export async function listenForObjects(options: ScpOptions, keep: Keep): Promise<StoreScp> {
  const limits = { ...usualLimits, ...options.limits };
  const connections = new Set<Socket>();
  const waiting = new Set<Acceptor>();
  /** The associations that were admitted, with how many objects came by them. */
  const stored = new Map<Acceptor, number>();
  const commitment: CommitmentScp | null = options.commitment && commitmentScp(options.commitment, options.failed);
  let isClosing = false;

  async function negotiate(request: AssociateRequest, acceptor: Acceptor): Promise<readonly ContextAnswer[] | Rejection> {
    if ((request.protocolVersion & 1) === 0) return "protocol-version";
    if (request.applicationContext !== applicationContext) return "application-context";
    const { callingAet, calledAet } = request;
    try {
      const admitted = await options.admit(callingAet, calledAet, acceptor.remoteHost);
      if (admitted !== "accept") return admitted;
    } catch (error) {
      options.failed(error);
      return "congestion";
    }
    if (isClosing) return "congestion";
    const ofHost = [...stored.keys()].filter(({ remoteHost }) => remoteHost === acceptor.remoteHost);
    if (stored.size >= limits.associations || ofHost.length >= limits.associationsPerHost) return "local-limit";
    if (waiting.delete(acceptor)) stored.set(acceptor, 0);
    return request.contexts.map((context) => answerContext(context, commitment !== null));
  }

  async function serve(message: Message, acceptor: Acceptor): Promise<Reply> {
    const { command, context } = message;
    const sopClass: Element = [0x00000002, "UI", command.text(0x0002) || context.sopClassUid];
    switch (command.number(0x0100)) {
      case commandField.echo:
        return { status: 0, elements: [sopClass] };
      case commandField.store: {
        const status = await store(message, acceptor);
        const before = stored.get(acceptor);
        if (status === "stored" && before !== undefined) stored.set(acceptor, before + 1);
        return { status: storeStatus[status], elements: [sopClass, [0x00001000, "UI", command.text(0x1000)]] };
      }
      case commandField.action:
        if (commitment !== null && context.sopClassUid === storageCommitment) return commitment.serve(message, acceptor);
    }
    return { status: unrecognizedOperation, elements: [] };
  }

  async function store({ command, context, data }: Message, acceptor: Acceptor): Promise<StoreStatus> {
    const sopInstanceUid = command.text(0x1000);
    if (command.text(0x0002) !== context.sopClassUid) return "sop-class-not-supported";
    if (data === null || !/^[0-9.]{1,64}$/.test(sopInstanceUid)) return "invalid-uid";
    const { callingAet, remoteHost, signal } = acceptor;
    const aet = command.text(0x1030);
    const moveOriginator = aet === "" ? {} : { moveOriginator: { aet, messageId: command.number(0x1031) ?? 0 } };
    try {
      const status = await keep({ ...context, sopInstanceUid, callingAet, remoteHost, ...moveOriginator, data }, signal);
      if (status === "stored" && !data.wasRead) throw new RangeError("an object was said to be stored and not read to its end");
      return status;
    } catch (error) {
      if (data.isTooLong) return "out-of-resources";
      if (!signal.aborted) options.failed(error);
      return "processing-failure";
    }
  }

  function ended(acceptor: Acceptor): void {
    waiting.delete(acceptor);
    const { callingAet, remoteHost, signal } = acceptor;
    const count = stored.get(acceptor);
    stored.delete(acceptor);
    if (count !== undefined)
      options.ended({
        callingAet,
        remoteHost,
        stored: count,
        because: signal.reason instanceof Fault ? signal.reason : "released",
        signal,
      });
  }

  const take = (socket: Socket): void => {
    waiting.add(new Acceptor(socket, { limits, negotiate, serve, ended }));
  };
  const server: Server =
    options.tls === null ? createServer(take) : createSecureServer({ handshakeTimeout: limits.artimMs, ...options.tls }, take);
  // Those that have not asked for anything yet, or have just left, take room as well.
  server.maxConnections = 4 * limits.associations;
  server.on("connection", (socket: Socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  server.listen(options.port, options.host);
  await once(server, "listening");
  // A connection that cannot be accepted, for want of file handles say, is not the end.
  server.on("error", options.failed);
  const address = server.address();
  if (address === null || typeof address === "string") throw new RangeError("a server without a port");

  const close = async (graceMs: number): Promise<void> => {
    isClosing = true;
    const closed = once(server, "close");
    server.close();
    for (const acceptor of [...waiting]) acceptor.abort(new Fault("receive.stopped"));
    const timers = [
      setTimeout(() => {
        for (const acceptor of [...stored.keys()]) acceptor.abort(new Fault("receive.stopped"));
      }, graceMs),
      setTimeout(() => {
        for (const socket of connections) socket.destroy();
      }, graceMs + 1000),
    ];
    await closed;
    await commitment?.stop();
    for (const timer of timers) clearTimeout(timer);
  };
  return { port: address.port, close };
}

/** PS3.7 C.5.22. */
const unrecognizedOperation = 0x0211;
