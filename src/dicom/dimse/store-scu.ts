import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../../base/fault.ts";
import { reason } from "../../base/reason.ts";
import { openOrigin } from "../byte-source.ts";
import { Association, type DimsePeer, type Patience } from "./association.ts";
import { isFinal } from "./connection-fault.ts";
import type { ContextAnswer, ProposedContext } from "./pdu.ts";
import type { StorableObject } from "./storable-object.ts";
import { type Answer, answerOfStatus, notSent, type ObjectAnswer } from "./store-answer.ts";

export interface SendOptions extends Patience {
  /** Whether an object still has to be sent, asked when its turn comes. */
  readonly isNeeded: (object: StorableObject) => boolean;
  /** Waits before the second try, the third …: there is one try more than waits. */
  readonly retryWaitsMs: readonly number[];
}

/** PS3.8 9.3.2.2: the numbers of contexts are odd and fit a byte. */
const mostContexts = 128;

/**
 * Stores objects at a DIMSE peer over one association, as Storage SCU (PS3.4 annex B), and yields each answer as it comes. More associations are
 * opened where more than 128 pairs of SOP class and transfer syntax are to be negotiated, and where one is lost: C-STORE may safely be repeated.
 * An object is given up when it lost an association at each try, all are when nothing is answered in between.
 * @throws the signal's reason when it aborts; the peer is told (A-ABORT)
 */
export async function* storeByDimse(
  objects: readonly StorableObject[],
  peer: DimsePeer,
  options: SendOptions,
): AsyncGenerator<ObjectAnswer> {
  const { isNeeded, retryWaitsMs, signal } = options;
  const tries = retryWaitsMs.length + 1;
  const pending = new Set(objects);
  const losses = new Map<StorableObject, number>();
  let lossesInARow = 0;
  for (;;) {
    for (const object of pending) if (!isNeeded(object)) pending.delete(object);
    if (pending.size === 0) return;
    let association: Association | null = null;
    let inFlight: StorableObject | null = null;
    try {
      association = await Association.open(peer, proposals(pending), options);
      for (const object of pending) {
        const context = association.contextOf(object);
        if (context === null || !isNeeded(object)) continue;
        inFlight = object;
        const answer = await storeOne(association, context, object);
        inFlight = null;
        if (answer.status !== null) lossesInARow = 0;
        pending.delete(object);
        yield { object, answer };
      }
      await association.release();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Fault)) throw error;
      lossesInARow++;
      if (inFlight !== null) losses.set(inFlight, (losses.get(inFlight) ?? 0) + 1);
      const isHopeless = isFinal(error) || lossesInARow >= (inFlight === null ? tries : 2 * tries);
      for (const object of pending) {
        if (!isHopeless && (losses.get(object) ?? 0) < tries) continue;
        pending.delete(object);
        yield { object, answer: notSent(reason(error.code, error.values)) };
      }
      if (pending.size > 0) await sleep(retryWaitsMs[Math.min(lossesInARow, retryWaitsMs.length) - 1], undefined, { signal });
    } finally {
      association?.abort();
    }
  }
}

async function storeOne(association: Association, context: ContextAnswer, object: StorableObject): Promise<Answer> {
  if (context.result !== 0)
    return {
      outcome: "not-accepted",
      status: null,
      because: reason("send.context-rejected", { why: contextResults[context.result] ?? "" }),
    };
  try {
    const source = await openOrigin(object.origin);
    try {
      const { status, comment } = await association.store(object, context.id, source);
      return answerOfStatus(status, comment, object);
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!(error instanceof Fault) || error.code.startsWith("send.")) throw error;
    return notSent(reason("send.file-unreadable"));
  }
}

/** One context for each pair of SOP class and transfer syntax that is there: nothing is proposed that would not be sent. */
function proposals(objects: Iterable<StorableObject>): ProposedContext[] {
  const pairs = new Map<string, StorableObject>();
  for (const object of objects) pairs.set(`${object.sopClassUid} ${object.transferSyntaxUid}`, object);
  return [...pairs.values()].slice(0, mostContexts).map(({ sopClassUid, transferSyntaxUid }, index) => ({
    id: 2 * index + 1,
    sopClassUid,
    transferSyntaxUid,
  }));
}

/** PS3.8 table 9-18. */
const contextResults: Readonly<Record<number, string>> = {
  1: "user rejection",
  2: "no reason",
  3: "abstract syntax not supported",
  4: "transfer syntaxes not supported",
};
