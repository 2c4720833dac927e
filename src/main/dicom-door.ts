import type { CommitmentOptions } from "../dicom/dimse/commitment-scp.ts";
import type { Rejection } from "../dicom/dimse/negotiation.ts";
import { listenForObjects, type ScpOptions, type StoreScp } from "../dicom/dimse/store-scp.ts";
import type { Peer } from "../store/peers.ts";
import type { Associations } from "../workflow/associations.ts";
import type { ArrivingObject, Received } from "../workflow/receive-object.ts";
import type { Config } from "./config.ts";
import type { DicomTls } from "./dicom-tls.ts";
import { dimsePeerOf } from "./dimse-peer.ts";
import { keepObject } from "./keep-object.ts";
import { listeningFault } from "./listening-fault.ts";
import { plainAddress } from "./plain-address.ts";
import type { Station } from "./station.ts";
import { type PeerAnswer, testPeer } from "./test-peer.ts";

const loopback = "127.0.0.1";

/** Where the DICOM listener is; it is opened anew when the peers change. */
export interface DicomDoor {
  readonly place: () => { readonly host: string; readonly port: number };
  /** The peers were changed. */
  readonly changed: () => Promise<void>;
  /** Whether a listed peer answers, and what. */
  readonly test: (peer: Peer) => Promise<readonly PeerAnswer[]>;
  readonly close: (graceMs: number) => Promise<void>;
}

/**
 * Listens for objects: on loopback, from anybody there, until a peer is listed that may store; then at the address of the settings, from those titles at their hosts.
 * @throws Fault server.address-in-use, server.cannot-listen
 */
export async function openDicomDoor(
  { index, peers }: Station,
  { dicom }: Config,
  tls: DicomTls,
  receive: (object: ArrivingObject) => Promise<Received>,
  associations: Associations,
  unexpected: (error: unknown) => void,
): Promise<DicomDoor> {
  const senders = async (): Promise<readonly Peer[]> => (await peers.list()).filter(({ mayStore }) => mayStore);
  let known = await senders();
  const hostFor = (): string => (known.length === 0 ? loopback : dicom.host);
  const admit = (callingAet: string, calledAet: string, remoteHost: string): "accept" | Rejection => {
    if (calledAet.trim() !== dicom.aeTitle) return "called-title";
    const from = plainAddress(remoteHost);
    if (known.length === 0) return from === loopback || from === "::1" ? "accept" : "calling-title";
    return known.some(({ aeTitle, host }) => aeTitle === callingAet.trim() && host === from) ? "accept" : "calling-title";
  };
  const commitment: CommitmentOptions = {
    committed: async (references) => {
      const there = await Promise.all(references.map(({ sopInstanceUid }) => index.instance(sopInstanceUid)));
      return new Set(there.flatMap((instance) => instance?.sopInstanceUid ?? []));
    },
    peerOf: (callingAet, remoteHost) => {
      const peer = known.find(({ aeTitle, host }) => aeTitle === callingAet.trim() && host === plainAddress(remoteHost));
      if (peer === undefined || peer.port === null) return null;
      return dimsePeerOf(peer, dicom.aeTitle, tls);
    },
    unreported: () => undefined,
  };
  const listen = async (host: string, port: number): Promise<StoreScp> => {
    try {
      const ended: ScpOptions["ended"] = ({ signal, because }) => associations.ended(signal, new Date(), because === "released");
      const options = { host, port, admit, tls: tls.listen, commitment, ended, failed: unexpected };
      return await listenForObjects(options, keepObject(receive, dicom.aeTitle, associations, unexpected));
    } catch (error) {
      throw listeningFault(error, { host, port });
    }
  };
  let host = hostFor();
  let door = await listen(host, dicom.port);
  const { port } = door;
  return {
    place: () => ({ host, port }),
    changed: async () => {
      known = await senders();
      if (hostFor() === host) return;
      await door.close(0);
      host = hostFor();
      door = await listen(host, port);
    },
    test: (peer) => testPeer(peer, dicom.aeTitle, tls),
    close: (graceMs) => door.close(graceMs),
  };
}
