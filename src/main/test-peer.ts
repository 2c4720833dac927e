import type { PeerCheck } from "../api/administration.ts";
import { Fault } from "../base/fault.ts";
import { type Reason, reason } from "../base/reason.ts";
import { echoPeer } from "../dicom/dimse/echo-scu.ts";
import { searchStudies } from "../dicom/web/search-web.ts";
import type { Peer } from "../store/peers.ts";
import type { DicomTls } from "./dicom-tls.ts";
import { dimsePeerOf } from "./dimse-peer.ts";

const patience = { connectTimeoutMs: 10_000, idleTimeoutMs: 10_000 };
const longestMs = 20_000;
/** Asks for nothing: nobody has this ID, and nothing is that old. */
const nobody = { patientId: "OVERREAD-TEST", from: "18500101", to: "18500101" };

export type PeerAnswer = Omit<PeerCheck, "because"> & { readonly because: Reason };

/** Whether a peer answers: C-ECHO at its port, a search at its DICOMweb service. */
export async function testPeer(peer: Peer, callingAet: string, tls: DicomTls): Promise<PeerAnswer[]> {
  const signal = AbortSignal.timeout(longestMs);
  const checks = [];
  if (peer.port !== null || peer.dicomWebUrl === null)
    checks.push(checked("c-echo", async () => echoPeer(dimsePeerOf(peer, callingAet, tls), { ...patience, signal })));
  const url = peer.dicomWebUrl;
  if (url !== null) checks.push(checked("dicomweb", () => searchStudies(new URL(url), nobody, 1, { ...patience, signal })));
  return Promise.all(checks);
}

async function checked(service: PeerAnswer["service"], ask: () => Promise<unknown>): Promise<PeerAnswer> {
  try {
    await ask();
    return { service, answers: true, because: reason("peer.answers") };
  } catch (error) {
    if (error instanceof Fault) return { service, answers: false, because: reason(error.code, error.values) };
    if (error instanceof DOMException) return { service, answers: false, because: reason("send.silent", { seconds: longestMs / 1000 }) };
    throw error;
  }
}
