import { setTimeout as sleep } from "node:timers/promises";
import type { Element } from "../write/elements.ts";
import type { Acceptor, Message, Reply } from "./acceptor.ts";
import { Association, type DimsePeer } from "./association.ts";
import { commandField } from "./command-set.ts";
import { implicitLittleEndian, storageCommitment } from "./negotiation.ts";
import {
  type CommitmentRequest,
  commitmentInstance,
  commitmentReport,
  type ObjectReference,
  parseCommitment,
} from "./storage-commitment.ts";

export interface CommitmentOptions {
  /** Which of these objects are kept for good: their SOP Instance UIDs. */
  readonly committed: (references: readonly ObjectReference[]) => Promise<ReadonlySet<string>>;
  /** Where the sender takes reports when its own association is over; null where nobody has said so. */
  readonly peerOf: (callingAet: string, remoteHost: string) => DimsePeer | null;
  /** A report that the sender never took, for whatever reason: it will keep its copies, or ask again. */
  readonly unreported: (callingAet: string, request: CommitmentRequest) => void;
  /** Waits before the second try over an association of our own, the third …. */
  readonly retryWaitsMs?: readonly number[];
}

export interface CommitmentScp {
  /** Takes a request (N-ACTION) and reports on it when it can. */
  readonly serve: (message: Message, acceptor: Acceptor) => Promise<Reply>;
  /** Gives up what is not reported yet; resolves when that is said. */
  readonly stop: () => Promise<void>;
}

/** A sender that releases its association at once wants the report over another; one that waits longer than this wants it over the same. */
const hesitationMs = 250;
const usualRetryWaitsMs = [1_000, 10_000, 60_000];
const patience = { connectTimeoutMs: 10_000, idleTimeoutMs: 30_000 };

/** No request is longer: it names 100,000 objects. */
const longestRequestBytes = 1 << 24;

/** Null where it is too long, or breaks off and nobody will hear an answer. */
async function wholeOf(data: AsyncIterable<Uint8Array>): Promise<Buffer | null> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of data) {
      bytes += piece.length;
      if (bytes > longestRequestBytes) return null;
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } catch {
    return null;
  }
}

/** PS3.7 annex C. */
const status = { success: 0, noSuchInstance: 0x0112, missingAttribute: 0x0120, noSuchAction: 0x0123, resources: 0x0213 } as const;

/** Storage Commitment Push Model as SCP (PS3.4 annex J). */
export function commitmentScp(options: CommitmentOptions, failed: (error: unknown) => void): CommitmentScp {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  async function serve({ command, context, data }: Message, acceptor: Acceptor): Promise<Reply> {
    const actionType = command.number(0x1008);
    const elements: Element[] = [
      [0x00000002, "UI", storageCommitment],
      [0x00001000, "UI", commitmentInstance],
      [0x00001008, "US", actionType ?? 0],
    ];
    if (command.text(0x1001) !== commitmentInstance) return { status: status.noSuchInstance, elements };
    if (actionType !== 1) return { status: status.noSuchAction, elements };
    const bytes = data === null ? Buffer.alloc(0) : await wholeOf(data);
    if (bytes === null) return { status: status.resources, elements };
    const request = parseCommitment(bytes, context.transferSyntaxUid);
    if (request === null) return { status: status.missingAttribute, elements };
    const reporting = report(request, context, acceptor).finally(() => running.delete(reporting));
    running.add(reporting);
    return { status: status.success, elements };
  }

  /** Never rejects. */
  async function report(request: CommitmentRequest, context: Message["context"], acceptor: Acceptor): Promise<void> {
    let make = (syntax: string): ReturnType<typeof commitmentReport> => commitmentReport(request, new Set(), "processing-failure", syntax);
    try {
      const safe = await options.committed(request.references);
      make = (syntax) => commitmentReport(request, safe, "no-such-object", syntax);
    } catch (error) {
      failed(error);
    }
    try {
      await sleep(hesitationMs, undefined, { signal: stopping.signal });
      if (!(await overSame(acceptor, context, make(context.transferSyntaxUid))) && !(await overOwn(acceptor, make(implicitLittleEndian))))
        options.unreported(acceptor.callingAet, request);
    } catch {
      options.unreported(acceptor.callingAet, request);
    }
  }

  async function overSame(acceptor: Acceptor, context: Message["context"], made: ReturnType<typeof commitmentReport>): Promise<boolean> {
    try {
      return (await acceptor.ask(context.id, commandField.eventReport, made.elements, made.dataSet)).number(0x0900) === status.success;
    } catch {
      // It ended; the report goes its own way.
      return false;
    }
  }

  async function overOwn({ callingAet, remoteHost }: Acceptor, made: ReturnType<typeof commitmentReport>): Promise<boolean> {
    const peer = options.peerOf(callingAet, remoteHost);
    if (peer === null) return false;
    for (const waitMs of [0, ...(options.retryWaitsMs ?? usualRetryWaitsMs)]) {
      await sleep(waitMs, undefined, { signal: stopping.signal });
      if (await overAssociation(peer, made)) return true;
    }
    return false;
  }

  async function overAssociation(peer: DimsePeer, made: ReturnType<typeof commitmentReport>): Promise<boolean> {
    const proposed = { id: 1, sopClassUid: storageCommitment, transferSyntaxUid: implicitLittleEndian, asProvider: true } as const;
    let association: Association | null = null;
    try {
      association = await Association.open(peer, [proposed], { ...patience, signal: stopping.signal });
      if (association.contextOf(proposed)?.result !== 0) return false;
      const answer = await association.report(1, made.elements, made.dataSet);
      await association.release();
      return answer.status === status.success;
    } catch {
      return false;
    } finally {
      association?.abort();
    }
  }

  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(running);
  };
  return { serve, stop };
}
