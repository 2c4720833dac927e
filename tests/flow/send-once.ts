import { storeByDimse } from "../../src/dicom/dimse/store-scu.ts";
import type { StudyToSend } from "./slept-study.ts";

/** Sends the objects of a study once each. @returns the SOP instances that were said to be stored, and the statuses of the others */
export async function sendOnce({ objects }: StudyToSend, port: number): Promise<{ stored: string[]; statuses: (number | null)[] }> {
  const peer = { host: "127.0.0.1", port, calledAet: "OVERREAD", callingAet: "CT1", tls: false };
  const patience = { connectTimeoutMs: 30_000, idleTimeoutMs: 60_000, retryWaitsMs: [], signal: new AbortController().signal };
  const stored: string[] = [];
  const statuses: (number | null)[] = [];
  for await (const { object, answer } of storeByDimse(objects, peer, { ...patience, isNeeded: () => true }))
    if (answer.outcome === "stored") stored.push(object.sopInstanceUid);
    else statuses.push(answer.status);
  return { stored, statuses };
}
