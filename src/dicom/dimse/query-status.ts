import { Fault } from "../../base/fault.ts";
import { hex } from "./store-answer.ts";

/** The peer stopped, as it was asked to (PS3.4 tables C.4-1 and C.4-2). */
export const cancelled = 0xfe00;

const meanings: ReadonlyMap<number, string> = new Map([
  [0xa700, "Out of resources"],
  [0xa701, "Out of resources"],
  [0xa702, "Out of resources"],
  [0xa900, "Identifier does not match SOP class"],
  [cancelled, "Cancelled"],
]);

/** query.status: a peer's last word on a query or a retrieval that failed. */
export const queryFault = (status: number): Fault =>
  new Fault("query.status", {
    status: hex(status),
    meaning: meanings.get(status) ?? (status >> 12 === 0xc ? "Unable to process" : "Failure"),
  });
