import { Fault } from "../../base/fault.ts";
import type { Element } from "../write/elements.ts";
import { Association, type DimsePeer, type Patience, type Reply } from "./association.ts";
import { implicitLittleEndian } from "./negotiation.ts";
import { cancelled } from "./query-status.ts";
import { sopClassName } from "./sop-class-name.ts";

/** One request of a service. */
export interface PeerRequest {
  readonly sopClassUid: string;
  /** Command Field (0000,0100). */
  readonly field: number;
  /** Of the command set, besides SOP class, field and number. */
  readonly elements: readonly Element[];
  /** In implicit little endian; null: none follows. */
  readonly dataSet: Uint8Array | null;
  /** When more pending answers come the peer is asked to stop; those in excess are dropped. */
  readonly mostAnswers: number;
}

/** How long a peer that was asked to stop may take. */
const cancelGraceMs = 2000;

/**
 * Asks one request over an association of its own: yields the pending answers, returns the last one (status FE00 where the peer was stopped and did not
 * say so itself). When the signal aborts the peer is asked to stop (C-CANCEL) before the association ends.
 * @throws Fault `send.…` when the association fails, query.not-offered; the signal's reason
 */
export async function* askPeer(
  peer: DimsePeer,
  { sopClassUid, field, elements, dataSet, mostAnswers }: PeerRequest,
  { signal, ...patience }: Patience,
): AsyncGenerator<Reply, Pick<Reply, "status" | "comment" | "subOperations">> {
  signal.throwIfAborted();
  const ending = new AbortController();
  const proposed = { id: 1, sopClassUid, transferSyntaxUid: implicitLittleEndian };
  let association: Association | null = null;
  const stop = (): void => {
    association?.cancel(proposed.id);
    setTimeout(() => ending.abort(), association === null ? 0 : cancelGraceMs).unref();
  };
  signal.addEventListener("abort", stop, { once: true });
  let answers = 0;
  try {
    association = await Association.open(peer, [proposed], { ...patience, signal: ending.signal });
    if (association.contextOf(proposed)?.result !== 0) throw new Fault("query.not-offered", { service: sopClassName(sopClassUid) });
    const replies = association.ask(proposed.id, field, [[0x00000002, "UI", sopClassUid], ...elements], dataSet);
    for (;;) {
      const reply = await replies.next();
      if (reply.done) {
        await association.release();
        signal.throwIfAborted();
        return reply.value;
      }
      answers++;
      if (answers <= mostAnswers) yield reply.value;
      else if (answers === mostAnswers + 1) stop();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (answers > mostAnswers) return { status: cancelled, comment: "", subOperations: { completed: null, failed: null, warning: null } };
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    association?.abort();
  }
}
