import { Fault } from "../../base/fault.ts";
import { type Element, encodeElements } from "../write/elements.ts";
import { askPeer } from "./ask-peer.ts";
import type { DimsePeer, Patience } from "./association.ts";
import { commandField, type Response } from "./command-set.ts";
import { queryFault } from "./query-status.ts";

const studyRootMove = "1.2.840.10008.5.1.4.1.2.2.2";
const status = { success: 0, someFailed: 0xb000, destinationUnknown: 0xa801 } as const;

/**
 * Has a peer send a study to an application that it knows by its title, as Retrieve SCU (C-MOVE, Study Root, PS3.4 C.6.2).
 * @returns how many objects the peer says it sent and could not send; null where it does not say
 * @throws Fault `send.…`, query.not-offered, query.destination-unknown, query.status; the signal's reason, after the peer was asked to stop
 */
export async function moveStudy(
  peer: DimsePeer,
  { studyInstanceUid, destinationAet }: { readonly studyInstanceUid: string; readonly destinationAet: string },
  patience: Patience,
): Promise<Response["subOperations"]> {
  const identifier: Element[] = [
    [0x00080052, "CS", "STUDY"],
    [0x0020000d, "UI", studyInstanceUid],
  ];
  const request = {
    sopClassUid: studyRootMove,
    field: commandField.move,
    // Medium priority (PS3.7 9.3.4.1).
    elements: [
      [0x00000600, "AE", destinationAet],
      [0x00000700, "US", 0],
    ] satisfies Element[],
    dataSet: encodeElements(identifier, "implicit-le", (text) => Buffer.from(text, "latin1")),
    mostAnswers: Number.POSITIVE_INFINITY,
  };
  const replies = askPeer(peer, request, patience);
  for (;;) {
    const { done, value } = await replies.next();
    if (!done) continue;
    if (value.status === status.destinationUnknown) throw new Fault("query.destination-unknown", { aeTitle: destinationAet });
    if (value.status !== status.success && value.status !== status.someFailed) throw queryFault(value.status);
    return value.subOperations;
  }
}
