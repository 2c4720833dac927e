import { Fault } from "../../base/fault.ts";
import { askPeer } from "./ask-peer.ts";
import type { DimsePeer, Patience } from "./association.ts";
import { commandField } from "./command-set.ts";
import { verification } from "./negotiation.ts";
import { hex } from "./store-answer.ts";

/**
 * Asks a peer whether it is there, as Verification SCU (C-ECHO, PS3.4 annex A).
 * @throws Fault `send.…`, query.not-offered, query.status when it does not answer with success; the signal's reason
 */
export async function echoPeer(peer: DimsePeer, patience: Patience): Promise<void> {
  const request = { sopClassUid: verification, field: commandField.echo, elements: [], dataSet: null, mostAnswers: 0 };
  const { value } = await askPeer(peer, request, patience).next();
  if (value.status !== 0) throw new Fault("query.status", { status: hex(value.status), meaning: "Failure" });
}
